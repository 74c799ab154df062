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
