import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Command } from 'commander';
import { findProgram } from '../client/find.js';
import { FROM_TERMINAL } from '../system/process/terminal-signals.js';
import { complain, printInto } from './output.js';

/**
 * Runs `act`, and if standard output is a terminal, shows its output in the user's pager (`$PCLAUDE_PAGER`, `$PAGER`, `less`), as git does:
 * `less` exits at once if everything fits on the screen. Uses no pager with `--no-pager`, if the variable is empty or `cat`, or if `less`
 * is not installed. Throws what `act` throws, after the pager has exited.
 */
export async function paged(environment: NodeJS.ProcessEnv, command: Command, act: () => Promise<void>): Promise<void> {
  const pager = pagerFor(environment, command);
  if (pager === undefined) return act();
  const child = spawn('/bin/sh', ['-c', pager], { stdio: ['pipe', 'inherit', 'inherit'], env: { LESS: 'FRX', LV: '-c', ...environment } });
  const exit = once(child, 'exit');
  // Ctrl-C affects only the pager.
  for (const signal of FROM_TERMINAL) process.on(signal, ignore);
  try {
    await printInto(child.stdin, act);
  } finally {
    child.stdin.end();
    const [code] = await exit;
    for (const signal of FROM_TERMINAL) process.off(signal, ignore);
    if (code === CANNOT_RUN || code === NOT_FOUND)
      complain(`the pager (${pager}) could not be run; set PAGER to another one, or say: pclaudectl --no-pager …`);
  }
}

/** Exit codes of a shell for a command that cannot be run, or that does not exist. */
const [CANNOT_RUN, NOT_FOUND] = [126, 127];

function pagerFor(environment: NodeJS.ProcessEnv, command: Command): string | undefined {
  const { pager: wanted } = command.optsWithGlobals<{ pager?: boolean }>();
  if (!process.stdout.isTTY || wanted === false) return undefined;
  const named = environment['PCLAUDE_PAGER'] ?? environment['PAGER'];
  if (named === undefined) return findProgram('less', environment) === undefined ? undefined : 'less';
  return named === '' || named === 'cat' ? undefined : named;
}

function ignore(): void {}
