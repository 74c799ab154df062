import type { Turns } from './turns.js';

/** For a process that answers one event and exits: it cannot hold a turn. */
export const NO_TURNS: Turns = {
  take: async () => undefined,
  since: () => undefined,
  giveBack: () => undefined,
  giveBackFile: () => undefined,
  giveBackAll: () => undefined,
};
