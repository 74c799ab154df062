import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { UserError } from '../../system/errors.js';
import { gitEnvironment } from '../../system/git/run.js';
import { goOnWith } from '../refusals.js';
import type { WorktreeContext } from '../world.js';

/** A worktree that is to be made ready. */
export interface SetUp {
  readonly path: string;
  readonly branch: string;
  /** Where files come from; the command finds it in `PCLAUDE_WORKTREE_SOURCE`. */
  readonly source: string | null;
  readonly command: string;
}

/**
 * Runs the set-up command in the worktree, with `sh`. All that it prints goes to standard error: standard output is ours. A
 * Ctrl-C at the terminal ends the command, not us. Throws `setup-failed`, `setup-interrupted`; the worktree stays.
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

/** The terminal has sent its own signals to the command as well; those of others it has not got. */
function relay(send: (signal: NodeJS.Signals) => void): () => void {
  const handlers = (['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => [signal, () => send(signal)] as const);
  for (const [signal, handler] of handlers) process.on(signal, handler);
  return () => {
    for (const [signal, handler] of handlers) process.off(signal, handler);
  };
}
