import type { Sweep, SweepScope, Swept } from './sweep.js';
import { sweepTrash, sweepUnfinished } from './sweep-leftovers.js';
import { sweepSessions } from './sweep-sessions.js';

/** All kinds of garbage, in the order in which they are collected. */
const SWEEPS: readonly Sweep[] = [sweepTrash, sweepUnfinished, sweepSessions];

/** Finds everything that is old enough, and removes it unless this is a dry run. */
export function sweepAll(scope: SweepScope): Swept[] {
  return SWEEPS.flatMap((sweep) => sweep(scope));
}
