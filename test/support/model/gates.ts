import type { Gate } from './script.js';

/** Holds replies back until enough conversations have arrived, or until the test releases them. An open gate stays open. */
export interface Gates {
  /** Resolves when the conversation may pass. */
  readonly pass: (gate: Gate, conversation: string) => Promise<void>;
  /** Lets all conversations through the gate of this name, including those that have not arrived yet. */
  readonly release: (name: string) => void;
  /** Resolves when this many conversations have arrived at the gate. */
  readonly arrived: (name: string, conversations: number) => Promise<void>;
  /** The names of gates at which conversations wait, and how many have arrived. */
  readonly waiting: () => Record<string, number>;
  /** Opens all gates. */
  readonly close: () => void;
}

/** Creates gates that are all closed. */
export function createGates(): Gates {
  const gates = new Map<string, GateState>();
  const gateOf = (name: string): GateState => {
    const known = gates.get(name) ?? { open: false, arrivals: new Set(), wakers: new Set() };
    gates.set(name, known);
    return known;
  };

  return {
    async pass(gate, conversation) {
      const state = gateOf('hold' in gate ? gate.hold : gate.barrier);
      state.arrivals.add(conversation);
      if ('barrier' in gate && state.arrivals.size >= gate.parties) state.open = true;
      wake(state);
      await until(state, () => state.open);
    },
    release(name) {
      open(gateOf(name));
    },
    async arrived(name, conversations) {
      const state = gateOf(name);
      await until(state, () => state.arrivals.size >= conversations);
    },
    waiting() {
      const closed = [...gates].filter(([, { open: isOpen, arrivals }]) => !isOpen && arrivals.size > 0);
      return Object.fromEntries(closed.map(([name, { arrivals }]) => [name, arrivals.size]));
    },
    close() {
      for (const state of gates.values()) open(state);
    },
  };
}

interface GateState {
  open: boolean;
  readonly arrivals: Set<string>;
  readonly wakers: Set<() => void>;
}

function open(state: GateState): void {
  state.open = true;
  wake(state);
}

function wake({ wakers }: GateState): void {
  for (const waker of wakers) waker();
}

async function until(state: GateState, condition: () => boolean): Promise<void> {
  if (condition()) return;
  await new Promise<void>((resolve) => {
    const waker = (): void => {
      if (!condition()) return;
      state.wakers.delete(waker);
      resolve();
    };
    state.wakers.add(waker);
  });
}
