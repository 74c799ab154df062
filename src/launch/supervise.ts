import { type ChildProcess, type Serializable, spawn, spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { FROM_TERMINAL, processState } from '../system/process.js';

/** How a client ended. */
export type ClientExit = { readonly how: 'exit'; readonly code: number } | { readonly how: 'signal'; readonly signal: NodeJS.Signals };

/** A client that has exited. */
export interface EndedClient {
  readonly ending: ClientExit;
  /** Ends the forwarding of signals. */
  readonly release: () => void;
}

/** A program to run on the standard streams of this process. */
export interface ProgramStart {
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /**
   * The client inherits these as its descriptors from 3 on, so that their locks outlive this process. `ipc` gives it a channel for
   * messages, as this process has to its own parent.
   */
  readonly descriptors: readonly (number | 'ipc')[];
  /** Called before this process stops (Ctrl-Z), when its client has stopped. */
  readonly beforeStop?: () => void;
}

/** Signals that other processes send to this process and mean for the client. */
const FORWARDED = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const;

/**
 * How long the client may go on after a SIGINT that the terminal may have sent, in milliseconds. The sender of a signal is unknown. A
 * client that is still running afterwards did not get the signal, or handles it; one that exits because of it takes about 170 ms.
 */
const INTERRUPT_GRACE_MS = 2_000;

/** Node ignores the first and starts its debugger on the second. Adding a handler and removing it restores the system's default action. */
const IGNORED: ReadonlySet<NodeJS.Signals> = new Set(['SIGPIPE', 'SIGUSR1']);

/**
 * Runs the client on the standard streams and in the process group of this process, and waits until it exits. Job control works as if the
 * client had been started directly. From the start until `release` is called, signals to this process are forwarded to the client. Throws
 * the system's error when the program does not start.
 */
export async function supervise(start: ProgramStart): Promise<EndedClient> {
  const child = spawn(start.program, start.args, {
    env: start.environment,
    stdio: ['inherit', 'inherit', 'inherit', ...start.descriptors],
  });
  const release = relaySignals(child, start.beforeStop);
  if (start.descriptors.includes('ipc')) relayMessages(child);
  try {
    const ending = await new Promise<ClientExit>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve(signal ? { how: 'signal', signal } : { how: 'exit', code: code ?? 1 }));
    });
    return { ending, release };
  } catch (error) {
    release();
    throw error;
  }
}

/** Ends this process as the client ended, so that its parent sees the same exit code or the same signal. */
export function endLike(ending: ClientExit): void {
  if (ending.how === 'exit') {
    process.exitCode = ending.code;
    return;
  }
  const { signal } = ending;
  // The exit code of a shell, in case the signal does not end this process.
  process.exitCode = 128 + constants.signals[signal];
  if (IGNORED.has(signal)) process.on(signal, nothing).off(signal, nothing);
  process.kill(process.pid, signal);
}

/**
 * Does the same at once: nothing else of this process is waited for, and Node does not free its memory piece by piece, which takes longer
 * than all that a session has to do at its end. A channel to the parent process is left to Node.
 */
export function endAtOnceLike({ ending, release }: EndedClient): void {
  if (ending.how === 'exit' && !process.channel) process.exit(ending.code);
  release();
  endLike(ending);
}

function nothing(): void {}

function relaySignals(child: ChildProcess, beforeStop?: () => void): () => void {
  const handlers = new Map<NodeJS.Signals, () => void>();
  const pid = child.pid;
  for (const signal of FORWARDED) handlers.set(signal, () => child.kill(signal));
  for (const signal of FROM_TERMINAL) handlers.set(signal, () => interrupt(child, signal));
  // The client suspends itself with SIGSTOP, and SIGCHLD is the only sign of that for its parent. A job must stop as a whole.
  handlers.set('SIGCHLD', () => {
    if (pid === undefined || processState(pid)?.letter !== 'T') return;
    beforeStop?.();
    process.kill(process.pid, 'SIGSTOP');
  });
  handlers.set('SIGCONT', () => child.kill('SIGCONT'));
  for (const [signal, handler] of handlers) process.on(signal, handler);
  return () => {
    for (const [signal, handler] of handlers) process.off(signal, handler);
  };
}

function interrupt(child: ChildProcess, signal: NodeJS.Signals): void {
  if (processState(process.pid)?.foreground !== true || !terminalSendsSignals()) {
    child.kill(signal);
    return;
  }
  if (child.exitCode !== null || child.signalCode !== null) return;
  const timer = setTimeout(() => child.kill(signal), INTERRUPT_GRACE_MS);
  child.once('exit', () => clearTimeout(timer));
}

/** A client that reads single keys has set the terminal to pass Ctrl-C as a key. */
function terminalSendsSignals(): boolean {
  const { stdout } = spawnSync('stty', ['-a'], { encoding: 'utf8', stdio: ['inherit', 'pipe', 'ignore'] });
  return !/(?:^|\s)-isig\b/m.test(stdout ?? '');
}

/** Relays the messages between the parent and the child of this process over the channels that Node makes between processes. */
function relayMessages(child: ChildProcess): void {
  process.on('message', (message) => {
    if (isSerializable(message) && child.connected) child.send(message, ended);
  });
  child.on('message', (message) => {
    if (process.connected) process.send?.(message, undefined, undefined, ended);
  });
  process.once('disconnect', () => {
    if (child.connected) child.disconnect();
  });
  // An open channel would keep this process alive.
  child.once('disconnect', () => {
    if (process.connected) process.disconnect();
  });
}

/** Ignores a failed send: a receiver that no longer listens is about to exit, which is reported by other events. */
function ended(): void {}

function isSerializable(value: unknown): value is Serializable {
  return value !== null && ['string', 'number', 'boolean', 'object'].includes(typeof value);
}
