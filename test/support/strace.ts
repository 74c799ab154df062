import { existsSync } from 'node:fs';
import type { Program } from './real-client.js';

/** Before the nth call of a kind, counted from 1. */
export interface Moment {
  readonly call: string;
  readonly nth: number;
}

/** A program under strace: only its main thread, which does everything that matters here, without other threads or children. */
export function straced(program: Program, options: readonly string[]): Program {
  return { name: 'strace', file: findStrace(), args: [...options, program.file, ...program.args], env: program.env };
}

/** Options that record the calls of these kinds in a file. Not every machine has each of them. */
export function tracing(calls: readonly string[], log: string): string[] {
  return ['-o', log, `--trace=${calls.map((call) => `?${call}`).join(',')}`];
}

/** Options that send SIGKILL before a call. */
export function killing({ call, nth }: Moment): string[] {
  return ['-o', '/dev/null', `--trace=${call}`, `--inject=${call}:signal=KILL:when=${nth}`];
}

/** At most `most` of the numbers below `length`, including the first and the last. */
export function spread(length: number, most: number): number[] {
  const count = Math.min(length, most);
  return Array.from({ length: count }, (_, at) => Math.round((at * (length - 1)) / Math.max(count - 1, 1)));
}

function findStrace(): string {
  const found = ['/usr/bin/strace', '/usr/local/bin/strace', '/bin/strace'].find((path) => existsSync(path));
  if (found === undefined) throw new Error('this test needs strace: apt-get install strace');
  return found;
}
