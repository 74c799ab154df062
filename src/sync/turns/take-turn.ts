import { connect } from 'node:net';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { futureRealPath } from '../../system/fs/paths.js';
import { hashOf } from '../../system/hash.js';
import { type Busy, isTurn, monotonicNow, takeOver, takeOverIn, tryTurn, type Turn } from './turn-lock.js';

/** Takes the turns to write shared files, by their paths, and returns the function that gives them back. */
export type FileTurns = (paths: readonly string[]) => Promise<() => void>;

/** For a dry run, which writes no file. */
export const noFileTurns: FileTurns = async () => () => undefined;

/** The lease of a merge, in milliseconds. A merge holds its turns only briefly; if its lease ends, its process has been stopped. */
const LEASE_MS = 3_000;

/** How long a merge waits for all its turns, in milliseconds. Other processes wait for its lock. Most calls take a tenth of this. */
const WAIT_MS = 500;

/**
 * The turns of a process that merges and holds the lock of the shared dir. Because of that lock no two merges wait for each other, and a
 * tool call that has a turn does not wait for that lock. A turn that this process holds already is not taken twice. A merge goes on without
 * a turn that it does not get in time: what it writes is in the log, where the call that has the turn finds it.
 */
export function fileTurns(stateDir: string): FileTurns {
  const held = new Set<string>();
  return async (paths) => {
    const lockFiles = new Set(paths.map((path) => turnFile(stateDir, futureRealPath(path))).filter((lockFile) => !held.has(lockFile)));
    const end = monotonicNow() + WAIT_MS;
    const taken = new Map<string, Turn>();
    for (const lockFile of lockFiles) {
      const turn = await takeTurn({ lockFile, socket: null, lease: LEASE_MS, wait: Math.max(0, end - monotonicNow()) });
      if (!turn) continue;
      held.add(lockFile);
      taken.set(lockFile, turn);
    }
    return () => {
      for (const [lockFile, turn] of taken) {
        held.delete(lockFile);
        turn.release();
      }
    };
  };
}

/** A request for a turn. Times in milliseconds. */
interface TurnRequest {
  /** The lock file of the turn; see `turnFile`. */
  readonly lockFile: string;
  /** The socket at which this process answers waiters; null for a process that holds the turn for milliseconds only. */
  readonly socket: string | null;
  /** The turn may be taken over after this time. */
  readonly lease: number;
  /** The longest time that the call waits. */
  readonly wait: number;
  readonly signal?: AbortSignal;
}

/** The lock file of the turn to write a shared file, by its real path. */
export function turnFile(stateDir: string, realPath: string): string {
  return join(stateDir, 'turns', hashOf(realPath, 32));
}

/**
 * Waits for a turn, in the order of arrival. Undefined when the wait times out or the signal aborts it: the caller then goes on without a
 * turn, and what it writes is verified afterwards.
 */
export async function takeTurn({ lockFile, socket, lease, wait, signal }: TurnRequest): Promise<Turn | undefined> {
  const arrival = monotonicNow();
  let ticket: Ticket | undefined;
  try {
    for (;;) {
      if (signal?.aborted === true) return undefined;
      const attempt = tryTurn(lockFile, { socket, until: monotonicNow() + lease });
      ticket?.leave();
      if (isTurn(attempt)) return attempt;
      const left = arrival + wait - monotonicNow();
      if (left <= 0) return undefined;
      ticket = await waitAt(lockFile, attempt, { arrival, left, ...(signal && { signal }) });
    }
  } finally {
    ticket?.leave();
  }
}

/** The time between two tries, in milliseconds. A holder without a socket, or whose socket has just closed, gives its turn back soon. */
const LOOK_AGAIN_MS = 5;

interface Waiting {
  readonly arrival: number;
  readonly left: number;
  readonly signal?: AbortSignal;
}

/**
 * Waits until the holder reports that the turn is free, it exits, its lease ends, or the wait times out. After the lease it takes the turn
 * over.
 */
async function waitAt(lockFile: string, busy: Busy, { arrival, left, signal }: Waiting): Promise<Ticket | undefined> {
  const socket = busy.holder?.socket;
  if (typeof socket !== 'string') {
    await delay(Math.min(LOOK_AGAIN_MS, left));
    if (takeOverIn(busy) === 0) takeOver(lockFile, busy);
    return undefined;
  }
  const ticket = await queueAt(socket, lockFile, { arrival, timeout: Math.min(left, takeOverIn(busy)), ...(signal && { signal }) });
  if (ticket.state === 'refused') await delay(LOOK_AGAIN_MS);
  if (ticket.state === 'timeout' && takeOverIn(busy) === 0) takeOver(lockFile, busy);
  return ticket;
}

/** A position in the queue of the process that has a turn. */
interface Ticket {
  /**
   * `called`: the turn is free, and the next waiters wait until this one leaves. `refused`: the holder accepts no connection. `timeout`:
   * the holder did not call in time.
   */
  readonly state: 'called' | 'refused' | 'timeout';
  leave(): void;
}

interface Queueing {
  /** When the call began to wait, by `monotonicNow`. */
  readonly arrival: number;
  /** In milliseconds. */
  readonly timeout: number;
  readonly signal?: AbortSignal;
}

/** Waits at a holder's socket until the holder calls. When the holder dies, the kernel closes the connection, which counts as `called`. */
async function queueAt(socket: string, lockFile: string, { arrival, timeout, signal }: Queueing): Promise<Ticket> {
  return new Promise((resolve) => {
    const connection = connect(socket);
    const leave = (): void => void connection.destroy();
    const settle = (state: Ticket['state']): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', leave);
      resolve({ state, leave });
    };
    let isConnected = false;
    const timer = setTimeout(() => settle('timeout'), timeout);
    connection.on('connect', () => {
      isConnected = true;
      connection.write(`GET /turns/${basename(lockFile)}?arrival=${arrival} HTTP/1.1\r\nHost: pclaude\r\n\r\n`);
    });
    connection.on('data', () => settle('called'));
    connection.on('error', () => undefined);
    connection.on('close', () => settle(isConnected ? 'called' : 'refused'));
    signal?.addEventListener('abort', leave, { once: true });
  });
}
