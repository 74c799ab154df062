/** A call that waits for a turn that this process has. */
interface Waiter {
  /** Since when, by `monotonicNow`. */
  readonly arrival: number;
  /** Tells it that the turn is free. */
  readonly call: () => void;
}

/** Who waits for the turns of this process, by the name of the turn. */
export interface Queue {
  /** Returns what the waiter calls when it leaves: then the next one is called. */
  join(name: string, waiter: Waiter): () => void;
  /** The turn was given back. */
  freed(name: string): void;
}

/** A waiter that does not leave after so long is passed over, in milliseconds: its process has been stopped. */
const PASS_OVER_MS = 200;

/**
 * Calls those who wait for a turn in the order of their arrival, the next one when the first has left: it has the turn then, and the
 * others find that out and wait for their turn there, with the arrival that they have. `isHeld`: whether this process has the turn now.
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
      waiting.set(name, [...(waiting.get(name) ?? []), waiter].toSorted((one, other) => one.arrival - other.arrival));
      callNext(name);
      return () => leave(name, waiter);
    },
    freed: callNext,
  };
}
