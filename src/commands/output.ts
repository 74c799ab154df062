import { homedir } from 'node:os';
import { sep } from 'node:path';
import type { Writable } from 'node:stream';
import { hasCode } from '../system/fs/fs-error.js';
import { systemErrorLine } from '../system/report-failure.js';

export { age } from '../system/age.js';

let isMuted = false;

/** Where output goes: standard output, or a pager in front of it. */
let output: Writable = process.stdout;

/** Writes to standard output. When that fails nothing more is printed, but what we do is done to its end. */
export function print(content: string | Uint8Array): void {
  if (!isMuted) output.write(content);
}

/** Runs `act`, whose output goes to this stream. When nobody reads that any longer nothing more is printed. */
export async function printInto(stream: Writable, act: () => Promise<void>): Promise<void> {
  stream.on('error', outputFailed);
  output = stream;
  try {
    await act();
  } finally {
    output = process.stdout;
  }
}

/** Resolves once we know whether a reader still takes what was printed; a pager may be behind by some screens only. */
export async function isHeard(): Promise<boolean> {
  // The system's answer to a write reaches us only between two turns.
  await new Promise((resolve) => setImmediate(resolve));
  if (output !== process.stdout && output.writableNeedDrain && !isMuted) {
    await new Promise<void>((resolve) => {
      for (const event of ['drain', 'close']) output.once(event, () => resolve());
    });
  }
  return !isMuted;
}

/** Prints a line for a person at a terminal who would else see nothing; other programs get nothing. */
export function printIfTerminal(line: string): void {
  if (process.stdout.isTTY) print(`${line}\n`);
}

/** Writes one line to standard error, of something that a person may wonder about. */
export function note(line: string): void {
  process.stderr.write(`pclaudectl: ${line}\n`);
}

/** Writes one line on what went wrong to standard error, and lets us end with code 1. */
export function complain(line: string): void {
  process.exitCode = 1;
  process.stderr.write(`pclaudectl: ${line}\n`);
}

/** Keeps a standard stream that cannot be written from ending us. */
export function surviveOutputErrors(): void {
  process.stdout.on('error', outputFailed);
  // Nobody is left to be told.
  process.stderr.on('error', () => {});
}

/** A reader that has seen enough, such as `head`, is no error. */
function outputFailed(error: Error): void {
  if (!isMuted && !hasCode(error, 'EPIPE')) complain(`cannot write to standard output: ${systemErrorLine(error) ?? error.message}`);
  isMuted = true;
}

/** As JSON for other programs. */
export function printJson(value: unknown): void {
  print(`${JSON.stringify(value, null, 2)}\n`);
}

/** A path as people write it, with `~` for their home. */
export function tilde(path: string): string {
  const home = homedir();
  return path.startsWith(home + sep) ? `~${path.slice(home.length)}` : path;
}

/** The same for a line of text: a newline in a name would look like another line. */
export function shown(path: string): string {
  return tilde(path).replaceAll(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1));
}

/** A time as people write it where they are, to the second. In milliseconds since the epoch. */
export function localTime(time: number): string {
  const date = new Date(time);
  const [year, ...rest] = [date.getFullYear(), date.getMonth() + 1, date.getDate(), date.getHours(), date.getMinutes(), date.getSeconds()];
  const [month, day, hours, minutes, seconds] = rest.map((number) => String(number).padStart(2, '0'));
  return `${year}-${month}-${day} ${hours}:${minutes}:${seconds}`;
}

/** How many characters a line may have: on a terminal as many as it shows, elsewhere, as for other programs, any number. */
export function terminalWidth(): number | undefined {
  return process.stdout.isTTY ? process.stdout.columns : undefined;
}

/** Whether standard output is a terminal that shows colours; NO_COLOR and FORCE_COLOR have their say. */
export function hasColors(): boolean {
  return process.stdout.isTTY && process.stdout.hasColors();
}
