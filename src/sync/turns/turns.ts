import { basename } from 'node:path';
import { takeTurn, turnFile } from './take-turn.js';
import type { Turn } from './turn-lock.js';

/** What a tool call is about to write. */
export interface TurnCall {
  /** Identifies the call from one event to the next. */
  readonly call: string;
  /** The files, by their real paths. The call gets all of their turns or none. */
  readonly files: readonly string[];
  /** The time after which the turns are given back in any case, in milliseconds. */
  readonly lease: number;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
}

/** The turns of one session's tool calls. */
export interface Turns {
  /** Resolves when the call has its turns, or has waited too long and goes on without. */
  readonly take: (call: TurnCall) => Promise<void>;
  /** When the call got its turns, in milliseconds since the epoch; undefined when it has none. */
  readonly since: (call: string) => number | undefined;
  readonly giveBack: (call: string) => void;
  /** Gives back all turns of the call that has the turn of this file, by its real path. */
  readonly giveBackFile: (file: string) => void;
  /** For when the client is suspended or exits. */
  readonly giveBackAll: () => void;
}

/** The longest time that a call waits for its turns, in milliseconds: the client ends a hook after 30 s. */
const LONGEST_WAIT_MS = 20_000;

interface CallTurns {
  /** By the names of their lock files. */
  readonly turns: Map<string, Turn>;
  /** Undefined while the call waits for one of them. */
  since: number | undefined;
  lease: NodeJS.Timeout | undefined;
}

/** The turns that a launcher holds for its session, and the queue of the calls that wait for them at `socket`. */
export function turnsOf({ stateDir, socket }: { readonly stateDir: string; readonly socket: string }): {
  readonly turns: Turns;
  readonly queue: Queue;
} {
  const held = new Map<string, CallTurns>();
  const queue = queueOf((name) => [...held.values()].some(({ turns }) => turns.has(name)));
  const release = ({ turns, lease }: CallTurns): void => {
    clearTimeout(lease);
    for (const [name, turn] of turns) {
      turns.delete(name);
      turn.release();
      queue.freed(name);
    }
  };
  const giveBack = (call: string): void => {
    const mine = held.get(call);
    held.delete(call);
    if (mine) release(mine);
  };
  /** Takes all turns in one order, so that no two calls wait for each other. */
  const take = async ({ call, files, lease, signal }: TurnCall): Promise<void> => {
    giveBack(call);
    const mine: CallTurns = { turns: new Map(), since: undefined, lease: undefined };
    held.set(call, mine);
    const deadline = performance.now() + LONGEST_WAIT_MS;
    for (const lockFile of [...new Set(files.map((file) => turnFile(stateDir, file)))].toSorted()) {
      const wait = deadline - performance.now();
      const turn = await takeTurn({ lockFile, socket, lease: files.length > 1 ? lease + wait : lease, wait, ...(signal && { signal }) });
      if (turn) mine.turns.set(basename(lockFile), turn);
      // The hook or the client may have exited meanwhile.
      if (turn && signal?.aborted !== true && held.get(call) === mine) continue;
      release(mine);
      if (held.get(call) === mine) held.delete(call);
      return;
    }
    mine.since = Date.now();
    mine.lease = setTimeout(() => giveBack(call), lease).unref();
  };
  const giveBackWhere = (isMeant: (each: CallTurns) => boolean): void => {
    for (const [call, each] of held) if (isMeant(each)) giveBack(call);
  };
  const giveBackFile = (file: string): void => giveBackWhere(({ turns }) => turns.has(basename(turnFile(stateDir, file))));
  const giveBackAll = (): void => giveBackWhere(() => true);
  return { turns: { take, since: (call) => held.get(call)?.since, giveBack, giveBackFile, giveBackAll }, queue };
}

/** A call that waits for a turn of this process. */
interface Waiter {
  /** When it began to wait, by `monotonicNow`. */
  readonly arrival: number;
  /** Notifies it that the turn is free. */
  readonly call: () => void;
}

/** The calls that wait for the turns of this process, by the name of the turn. */
export interface Queue {
  /** Adds a waiter, and returns the function that the waiter calls when it leaves. The next waiter is then called. */
  join(name: string, waiter: Waiter): () => void;
  /** Call it when a turn was given back. */
  freed(name: string): void;
}

/** A called waiter that has not left after this time, in milliseconds, is passed over: its process has been stopped. */
const PASS_OVER_MS = 200;

/**
 * Calls the waiters for a turn in the order of their arrival, the next one when the first has left. The first then has the turn; the others
 * find that out, and wait for their turn at its socket with their original arrival. `isHeld`: whether this process has the turn now.
 */
export function queueOf(isHeld: (name: string) => boolean): Queue {
  const waiting = new Map<string, Waiter[]>();
  const callNext = (name: string): void => {
    if (isHeld(name)) return;
    const [first, ...others] = waiting.get(name) ?? [];
    if (others.length > 0) waiting.set(name, others);
    else waiting.delete(name);
    if (!first) return;
    first.call();
    called.set(first, setTimeout(() => leave(name, first), PASS_OVER_MS).unref());
  };
  const called = new Map<Waiter, NodeJS.Timeout>();
  const leave = (name: string, waiter: Waiter): void => {
    const timer = called.get(waiter);
    called.delete(waiter);
    clearTimeout(timer);
    if (timer !== undefined) return callNext(name);
    const others = (waiting.get(name) ?? []).filter((other) => other !== waiter);
    if (others.length > 0) waiting.set(name, others);
    else waiting.delete(name);
  };
  return {
    join: (name, waiter) => {
      waiting.set(
        name,
        [...(waiting.get(name) ?? []), waiter].toSorted((one, other) => one.arrival - other.arrival),
      );
      callNext(name);
      return () => leave(name, waiter);
    },
    freed: callNext,
  };
}
