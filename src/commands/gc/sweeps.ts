import type { Sweep, SweepScope, Swept } from './sweep.js';
import { sweepTrash, sweepUnfinished } from './sweep-leftovers.js';
import { sweepSessions } from './sweep-sessions.js';

/** All that grows old, in the order in which it is looked at. */
const SWEEPS: readonly Sweep[] = [sweepTrash, sweepUnfinished, sweepSessions];

/** Looks for all that is old enough to go, and removes it unless this is a rehearsal. */
export function sweepAll(scope: SweepScope): Swept[] {
  return SWEEPS.flatMap((sweep) => sweep(scope));
}
