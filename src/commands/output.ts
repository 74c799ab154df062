import type { Command } from 'commander';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { findProgram } from '../client/find.js';
import { hasCode } from '../system/fs/fs-error.js';
import { ignoreTerminalSignals } from '../system/process.js';
import { systemErrorLine } from '../system/report.js';

let isMuted = false;

/** The current output: standard output, or a pager in front of it. */
let output: Writable = process.stdout;

/** Writes to standard output. After an error nothing more is printed, but the command completes its work. */
export function print(content: string | Uint8Array): void {
  if (!isMuted) output.write(content);
}

/** Runs `act` with its output going to this stream. When the reader closes the stream, nothing more is printed. */
async function printInto(stream: Writable, act: () => Promise<void>): Promise<void> {
  stream.on('error', outputFailed);
  output = stream;
  try {
    await act();
  } finally {
    output = process.stdout;
  }
}

/** Resolves once it is known whether the reader still takes output. Waits for a pager that is more than a few screens behind. */
export async function hasReader(): Promise<boolean> {
  // Node reports the error of a write only in a later turn of the event loop.
  await new Promise((resolve) => setImmediate(resolve));
  if (output !== process.stdout && output.writableNeedDrain && !isMuted) {
    await new Promise<void>((resolve) => {
      for (const event of ['drain', 'close']) output.once(event, () => resolve());
    });
  }
  return !isMuted;
}

/** Prints a line at a terminal, where the user would otherwise see nothing; other programs get nothing. */
export function printIfTerminal(line: string): void {
  if (process.stdout.isTTY) print(`${line}\n`);
}

/** Writes one line to standard error, about something that the user may wonder about. */
export function note(line: string): void {
  process.stderr.write(`pclaudectl: ${line}\n`);
}

/** Writes one line about an error to standard error, and sets the exit code to 1. */
export function reportError(line: string): void {
  process.exitCode = 1;
  note(line);
}

/** Keeps this process running when a standard stream cannot be written. */
export function surviveOutputErrors(): void {
  process.stdout.on('error', outputFailed);
  // There is no stream left for a report.
  process.stderr.on('error', () => {});
}

/** A reader that closes its end early, such as `head`, is not an error. */
function outputFailed(error: Error): void {
  if (!isMuted && !hasCode(error, 'EPIPE')) reportError(`cannot write to standard output: ${systemErrorLine(error) ?? error.message}`);
  isMuted = true;
}

/** Prints a value as JSON, for other programs. */
export function printJson(value: unknown): void {
  print(`${JSON.stringify(value, null, 2)}\n`);
}

/** The width of the terminal in characters; undefined without a terminal, where lines may have any length. */
export function terminalWidth(): number | undefined {
  return process.stdout.isTTY ? process.stdout.columns : undefined;
}

/** Whether standard output is a terminal with colours; respects NO_COLOR and FORCE_COLOR. */
export function hasColors(): boolean {
  return process.stdout.isTTY && process.stdout.hasColors();
}

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
  const heedSignals = ignoreTerminalSignals();
  try {
    await printInto(child.stdin, act);
  } finally {
    child.stdin.end();
    const [code] = await exit;
    heedSignals();
    if (code === CANNOT_RUN || code === NOT_FOUND)
      reportError(`the pager (${pager}) could not be run; set PAGER to another one, or say: pclaudectl --no-pager …`);
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
