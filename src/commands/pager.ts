import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Command } from 'commander';
import { findProgram } from '../client/find.js';
import { FROM_TERMINAL } from '../system/process/terminal-signals.js';
import { complain, printInto } from './output.js';

/**
 * Runs `act`, and shows what it prints in the user's pager (`$PCLAUDE_PAGER`, `$PAGER`, `less`) where standard output is a terminal, as
 * git does: `less` ends by itself where all fits the screen. No pager with `--no-pager`, with an empty variable or `cat`, and where there
 * is none. Throws what `act` throws, when the pager has ended.
 */
export async function paged(environment: NodeJS.ProcessEnv, command: Command, act: () => Promise<void>): Promise<void> {
  const pager = pagerFor(environment, command);
  if (pager === undefined) return act();
  const child = spawn('/bin/sh', ['-c', pager], { stdio: ['pipe', 'inherit', 'inherit'], env: { LESS: 'FRX', LV: '-c', ...environment } });
  const exit = once(child, 'exit');
  // Ctrl-C is the pager's.
  for (const signal of FROM_TERMINAL) process.on(signal, ignore);
  try {
    await printInto(child.stdin, act);
  } finally {
    child.stdin.end();
    const [code] = await exit;
    for (const signal of FROM_TERMINAL) process.off(signal, ignore);
    if (code === CANNOT_RUN || code === NOT_FOUND) complain(`the pager (${pager}) could not be run; set PAGER to another one, or say: pclaudectl --no-pager …`);
  }
}

/** What a shell answers for a command that is not there, or is no program. */
const [CANNOT_RUN, NOT_FOUND] = [126, 127];

function pagerFor(environment: NodeJS.ProcessEnv, command: Command): string | undefined {
  const { pager: wanted } = command.optsWithGlobals<{ pager?: boolean }>();
  if (!process.stdout.isTTY || wanted === false) return undefined;
  const named = environment['PCLAUDE_PAGER'] ?? environment['PAGER'];
  if (named === undefined) return findProgram('less', environment) === undefined ? undefined : 'less';
  return named === '' || named === 'cat' ? undefined : named;
}

function ignore(): void {}
