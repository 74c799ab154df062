import { basename } from 'node:path';
import { type Queue, queueOf } from './queue.js';
import { takeTurn, turnFile } from './take-turn.js';
import type { Turn } from './turn-lock.js';

/** What a tool call is about to write. */
export interface TurnRequest {
  /** Names the call, from one event to the next. */
  readonly call: string;
  /** The file, by its real path. */
  readonly file: string;
  /** After so long the turn is given back in any case, in milliseconds. */
  readonly lease: number;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
}

/** The turns of one session's tool calls. */
export interface Turns {
  /** Resolves when the call has its turn, or has waited too long for it and goes without. */
  readonly take: (request: TurnRequest) => Promise<void>;
  /** Since when the call has its turn, in milliseconds since the epoch; undefined when it has none. */
  readonly since: (call: string) => number | undefined;
  readonly giveBack: (call: string) => void;
  /** The turn of a file, by its real path. */
  readonly giveBackFile: (file: string) => void;
  /** When the client stops or ends. */
  readonly giveBackAll: () => void;
}

/** A call waits no longer than this for its turn, in milliseconds: the client ends a hook after 30 s. */
const LONGEST_WAIT_MS = 20_000;

interface Held {
  readonly turn: Turn;
  readonly name: string;
  readonly lease: NodeJS.Timeout;
  readonly since: number;
}

/** The turns that a launcher holds for its session, and the queue of those who wait for them at `socket`. */
export function turnsOf({ stateDir, socket }: { readonly stateDir: string; readonly socket: string }): { readonly turns: Turns; readonly queue: Queue } {
  const held = new Map<string, Held>();
  const queue = queueOf((name) => [...held.values()].some((each) => each.name === name));
  const giveBack = (call: string): void => {
    const mine = held.get(call);
    if (!mine) return;
    clearTimeout(mine.lease);
    held.delete(call);
    mine.turn.release();
    queue.freed(mine.name);
  };
  const take = async ({ call, file, lease, signal }: TurnRequest): Promise<void> => {
    const lockFile = turnFile(stateDir, file);
    const turn = await takeTurn({ lockFile, socket, lease, wait: LONGEST_WAIT_MS, ...(signal && { signal }) });
    if (!turn) return;
    giveBack(call);
    held.set(call, { turn, name: basename(lockFile), since: Date.now(), lease: setTimeout(() => giveBack(call), lease).unref() });
    // The hook may have ended between the wait and its end.
    if (signal?.aborted === true) giveBack(call);
  };
  const giveBackWhere = (isMeant: (each: Held) => boolean): void => {
    for (const [call, each] of held) if (isMeant(each)) giveBack(call);
  };
  const giveBackFile = (file: string): void => giveBackWhere(({ name }) => name === basename(turnFile(stateDir, file)));
  const giveBackAll = (): void => giveBackWhere(() => true);
  return { turns: { take, since: (call) => held.get(call)?.since, giveBack, giveBackFile, giveBackAll }, queue };
}
