import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { queueAt, type Ticket } from './queue-at.js';
import { type Busy, isTurn, monotonicNow, takeOver, takeOverIn, tryTurn, type Turn } from './turn-lock.js';

/** A request for a turn. Times in milliseconds. */
export interface TurnCall {
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
  return join(stateDir, 'turns', createHash('sha256').update(realPath).digest('hex').slice(0, 32));
}

/**
 * Waits for a turn, in the order of arrival. Undefined when the wait times out or the signal aborts it: the caller then goes on without a
 * turn, and what it writes is verified afterwards.
 */
export async function takeTurn({ lockFile, socket, lease, wait, signal }: TurnCall): Promise<Turn | undefined> {
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
