import { endings } from './endings.js';
import { hookPair } from './hook-pair.js';
import { hooks } from './hooks.js';
import { idle } from './idle.js';
import { instructions } from './instructions.js';
import { launches } from './launches.js';
import { lostWrites } from './lost-writes.js';
import { merges } from './merges.js';
import type { Part } from './part.js';

/** All sections, by the names that the command line takes. Those that write much come last: they keep the disk busy after their end. */
export const parts: Readonly<Record<string, Part>> = {
  launches,
  'hook-pair': hookPair,
  instructions,
  hooks,
  idle,
  merges,
  lost: lostWrites,
  endings,
};
