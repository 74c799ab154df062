import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Environment } from '../../test/support/real-client.js';
import type { Reading } from './rows.js';
import { expectThat } from './part.js';

const TIMER = fileURLToPath(new URL('timer.pl', import.meta.url));

export interface TimerOptions {
  readonly cwd: string;
  readonly env: Environment;
  /** The program reports where it is (see timer.pl). In seconds: how long it runs at least. */
  readonly stages?: { readonly settle: number };
  /** The process that the program asks something. */
  readonly beside?: number;
}

/** The lines that a client of the shell begins with: it stops its launcher, so that the time of the launch can be read. */
export const STAGES_BEGIN = `kill -STOP "$TIMED_PID"\necho start\nread -r line\n`;

/** Times a program from outside of Node, its teardown included. Throws when it fails, or does not report its stages. */
export async function time(command: readonly string[], { cwd, env, stages, beside }: TimerOptions): Promise<Reading> {
  const options = [
    ...(stages ? ['--stages', '--settle', String(stages.settle)] : []),
    ...(beside === undefined ? [] : ['--beside', String(beside)]),
  ];
  const { stdout } = await promisify(execFile)('perl', [TIMER, ...options, ...command], { cwd, env });
  const reading = parseReading(stdout);
  expectThat(reading['exit'] === 0, `${command.join(' ')} exited with ${reading['exit']}`);
  return reading;
}

/** Reads the line that timer.pl prints. Throws when it is anything else. */
export function parseReading(text: string): Reading {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) throw new Error(`the timer printed ${text}`);
  return Object.fromEntries(
    Object.entries(value).map(([name, number]: [string, unknown]) => {
      if (typeof number !== 'number') throw new Error(`the timer printed ${text}`);
      return [name, number];
    }),
  );
}
