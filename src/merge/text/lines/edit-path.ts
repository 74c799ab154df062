/** `count` consecutive items that both lists have, from these indices on. */
export interface Run {
  readonly base: number;
  readonly side: number;
  readonly count: number;
}

/** A run and the runs before it. Paths that diverge later share their start. */
interface Step {
  readonly run: Run;
  readonly before: Step | null;
}

type Items = readonly number[];

/**
 * Returns the runs of a longest common subsequence of two lists, in order; null when it is not known by `deadline` (milliseconds since the
 * epoch). Greedy, as in Myers, "An O(ND) difference algorithm" (1986): each round allows one edit more, and finds how far each diagonal
 * (index in base minus index in side) leads. If a removal leads as far as an addition, the removal is taken. A diagonal on which one list
 * has ended is dropped: those beyond it only lead there by more edits.
 */
export function shortestEdit(base: Items, side: Items, deadline: number): Run[] | null {
  const zero = side.length + 1;
  /** By diagonal, plus `zero`: the index in base that was reached, plus 1; 0 if no path leads there. */
  const reached = new Int32Array(zero + base.length + 2);
  const steps = new Map<number, Step | null>();
  let [lowest, highest] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let edits = 0; edits === 0 || Date.now() <= deadline; edits += 1) {
    const last = Math.min(edits, highest);
    for (let diagonal = Math.max(-edits, lowest); diagonal <= last; diagonal += 2) {
      const at = zero + diagonal;
      const removed = reached[at - 1] ?? 0;
      const added = reached[at + 1] ?? 0;
      const canRemove = removed > 0 && removed <= base.length;
      const canAdd = added > 0 && added - 1 - diagonal <= side.length;
      if (edits > 0 && !canRemove && !canAdd) {
        reached[at] = 0;
        continue;
      }
      const adds = canAdd && (!canRemove || removed < added);
      const start = edits === 0 ? 0 : adds ? added - 1 : removed;
      const before = steps.get(adds ? at + 1 : at - 1) ?? null;
      let place = start;
      while (place < base.length && place - diagonal < side.length && base[place] === side[place - diagonal]) {
        place += 1;
      }
      const step = place === start ? before : { run: { base: start, side: start - diagonal, count: place - start }, before };
      if (place === base.length && place - diagonal === side.length) {
        return runsOf(step);
      }
      reached[at] = place + 1;
      steps.set(at, step);
      highest = place === base.length ? Math.min(highest, diagonal - 1) : highest;
      lowest = place - diagonal === side.length ? Math.max(lowest, diagonal + 1) : lowest;
    }
  }
  return null;
}

function runsOf(last: Step | null): Run[] {
  const runs: Run[] = [];
  for (let step = last; step !== null; step = step.before) {
    runs.push(step.run);
  }
  return runs.toReversed();
}
