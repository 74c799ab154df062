import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { atEnd } from './lifetime.js';
import { endProcess } from './processes.js';
import type { Environment, Program } from './real-client.js';

export interface StartOptions {
  readonly cwd: string;
  readonly env: Environment;
  /** Written to stdin, which is then closed. Without it stdin is empty; `open` leaves stdin to the test. */
  readonly input?: string | { readonly open: true };
  /** The time limit in ms (default 60 s): after it the child is killed and the test fails with the output so far. */
  readonly timeout?: number;
}

export interface RunOptions extends StartOptions {
  /** Sends the signal once `when` has resolved, for example `api.arrived('asked', 1)`. */
  readonly signalAfter?: { readonly when: Promise<unknown>; readonly signal: NodeJS.Signals };
}

export interface RunResult {
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface LiveChild {
  readonly pid: number;
  readonly stdin: Writable;
  /** The output so far. */
  readonly stdout: () => Buffer;
  readonly stderr: () => string;
  /** Sends a signal to this one process, not to its children. */
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Resolves when the process itself has exited; its children may still hold the pipes. */
  readonly exit: Promise<Pick<RunResult, 'exitCode' | 'signal'>>;
  /** Resolves when all of its output has also arrived. Rejects after the time limit. */
  readonly ended: Promise<RunResult>;
}

/** Runs a program to its end. An exit code other than 0 is a result like any other; only the time limit makes it reject. */
export async function run(program: Program, args: readonly string[], options: RunOptions): Promise<RunResult> {
  const child = start(program, args, options);
  if (options.signalAfter !== undefined) {
    await Promise.race([options.signalAfter.when, child.exit]);
    child.kill(options.signalAfter.signal);
  }
  return child.ended;
}

/** Starts a program and returns the running child, which is ended with the test. */
export function start(program: Program, args: readonly string[], { cwd, env, input = '', timeout = 60_000 }: StartOptions): LiveChild {
  const child = spawn(program.file, [...program.args, ...args], { cwd, env: { ...program.env, ...env }, stdio: 'pipe' });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  // A child may exit without having read its input.
  child.stdin.on('error', () => {});
  if (typeof input === 'string') child.stdin.end(input);

  const { pid } = child;
  if (pid === undefined) {
    child.once('error', () => {});
    throw new Error(`cannot start ${program.name}: is there a program at ${program.file}?`);
  }

  const printed = (): string => `stdout:\n${Buffer.concat(stdout).toString()}\nstderr:\n${Buffer.concat(stderr).toString()}`;
  const exit = new Promise<Pick<RunResult, 'exitCode' | 'signal'>>((resolve) => {
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
  });
  const ended = new Promise<RunResult>((resolve, reject) => {
    const bound = setTimeout(() => {
      child.kill('SIGKILL');
      child.stdout.destroy();
      child.stderr.destroy();
      reject(new Error(`${program.name} ${args.join(' ')}: no end after ${timeout} ms\n${printed()}`));
    }, timeout);
    child.once('close', (exitCode, signal) => {
      clearTimeout(bound);
      resolve({ stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString(), exitCode, signal });
    });
  });
  // A test may wait for the exit alone.
  ended.catch(() => {});
  atEnd(async () => {
    if (child.exitCode === null && child.signalCode === null) endProcess(pid);
    await exit;
    child.stdout.destroy();
    child.stderr.destroy();
  });
  return {
    pid,
    stdin: child.stdin,
    stdout: () => Buffer.concat(stdout),
    stderr: () => Buffer.concat(stderr).toString(),
    kill: (signal) => child.kill(signal),
    exit,
    ended,
  };
}
