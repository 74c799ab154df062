import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { UserError } from '../../system/errors.js';
import { gitEnvironment } from '../../system/git/run.js';
import type { WorktreeContext } from '../context.js';
import { goOnWith } from '../unfinished.js';

/** A worktree whose set-up command is to run. */
export interface SetUp {
  readonly path: string;
  readonly branch: string;
  /** The working tree that files are copied from; the command reads it from `PCLAUDE_WORKTREE_SOURCE`. */
  readonly source: string | null;
  readonly command: string;
}

/**
 * Runs the set-up command in the worktree, with `sh`. Its output goes to standard error, because standard output is for the result of
 * `pclaudectl`. Ctrl-C at the terminal ends the command, not `pclaudectl`. Throws `setup-failed`, `setup-interrupted`; the worktree stays
 * in both cases.
 */
export async function setUp({ environment }: WorktreeContext, { path, branch, source, command }: SetUp): Promise<void> {
  const env = { ...gitEnvironment(environment), PWD: path, PCLAUDE_WORKTREE_SOURCE: source ?? '' };
  const child = spawn('/bin/sh', ['-c', command], { cwd: path, env, stdio: ['inherit', 2, 2] });
  const stop = relay((signal) => child.kill(signal));
  try {
    const failed = await new Promise<Failure | undefined>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve(signal ? { signal } : code === 0 ? undefined : { code: code ?? 1 }));
    });
    if (failed) throw failure(failed, path, branch, command);
  } finally {
    stop();
  }
}

type Failure = { readonly code: number } | { readonly signal: NodeJS.Signals };

function failure(failed: Failure, path: string, branch: string, command: string): UserError {
  const hint = goOnWith(branch);
  if ('code' in failed && failed.code !== 128 + constants.signals.SIGINT) {
    return new UserError('setup-failed', `the set-up command "${command}" failed with code ${failed.code} in ${path}`, hint);
  }
  return new UserError('setup-interrupted', `the set-up command "${command}" was interrupted in ${path}`, hint);
}

/**
 * Passes signals on to the command. The terminal signals the command itself, but a signal from another process reaches only `pclaudectl`.
 */
function relay(send: (signal: NodeJS.Signals) => void): () => void {
  const handlers = (['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => [signal, () => send(signal)] as const);
  for (const [signal, handler] of handlers) process.on(signal, handler);
  return () => {
    for (const [signal, handler] of handlers) process.off(signal, handler);
  };
}
