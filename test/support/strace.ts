import { existsSync } from 'node:fs';
import type { Program } from './real-client.js';

/** Before the nth call of a kind, counted from 1. */
export interface Moment {
  readonly call: string;
  readonly nth: number;
}

/** A program that strace looks at: its main thread, which does all that matters here, and neither other threads nor children. */
export function straced(program: Program, options: readonly string[]): Program {
  return { name: 'strace', file: findStrace(), args: [...options, program.file, ...program.args], env: program.env };
}

/** The calls of these kinds are written down in a file. Not every machine has each of them. */
export function tracing(calls: readonly string[], log: string): string[] {
  return ['-o', log, `--trace=${calls.map((call) => `?${call}`).join(',')}`];
}

/** SIGKILL comes before a call. */
export function killing({ call, nth }: Moment): string[] {
  return ['-o', '/dev/null', `--trace=${call}`, `--inject=${call}:signal=KILL:when=${nth}`];
}

/** At most so many of the numbers below `length`, the first and the last among them. */
export function spread(length: number, most: number): number[] {
  const count = Math.min(length, most);
  return Array.from({ length: count }, (_, at) => Math.round((at * (length - 1)) / Math.max(count - 1, 1)));
}

function findStrace(): string {
  const found = ['/usr/bin/strace', '/usr/local/bin/strace', '/bin/strace'].find((path) => existsSync(path));
  if (found === undefined) throw new Error('this test needs strace: apt-get install strace');
  return found;
}
