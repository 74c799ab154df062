import { fenceStates } from '../units/fences.js';
import { withoutCommon } from './hunks.js';
import type { Hunk } from './hunk.js';
import type { Changed } from '../elsewhere.js';

type Lines = readonly string[];

/**
 * Joins the hunks by which a side put a code fence around old lines when the other side added lines there, so that those lines do not end
 * up inside the fence. Added before or after the old lines, they stay outside the fence; between them, they are a conflict. Other changes
 * of the old lines are merged inside the fence.
 */
export function withWholeFences(base: Lines, { lines, hunks }: Changed, others: readonly Hunk[]): readonly Hunk[] {
  const insertions = others.filter(({ start, end }) => start === end);
  const torn = insertions.length === 0 || hunks.length < 2 ? [] : tornFences(base, lines, hunks);
  return torn.reduce((now, fence) => joined(base, lines, now, fence, insertions), hunks);
}

/** The lines of a side from the one that opens a code fence to the one that closes it. */
interface Fence {
  readonly from: number;
  readonly to: number;
}

/** Returns the code fences that a side added in more than one hunk. */
function tornFences(base: Lines, lines: Lines, hunks: readonly Hunk[]): Fence[] {
  // An extra line, so that a fence that the last line closes has an end.
  const inside = fenceStates([...lines, '']);
  if (inside === null) {
    return [];
  }
  const opens = hunks.flatMap(({ start, end, from, to }) => {
    const replaced = fenceStates(base.slice(start, end)) !== null;
    return replaced
      ? []
      : Array.from({ length: to - from }, (_, n) => from + n)
          .filter((at) => inside[at] === false && inside[at + 1] === true)
          .map((at) => ({ at, to }));
  });
  return opens.flatMap(({ at, to }) => {
    const close = inside.indexOf(false, at + 1);
    return close > to ? [{ from: at, to: close }] : [];
  });
}

function joined(base: Lines, lines: Lines, hunks: readonly Hunk[], fence: Fence, insertions: readonly Hunk[]): readonly Hunk[] {
  const first = hunks.findIndex(({ to }) => to > fence.from);
  const last = hunks.findLastIndex(({ from }) => from < fence.to);
  const [head, tail] = [hunks[first], hunks[last]];
  const closes = tail !== undefined && tail.to >= fence.to;
  if (first >= last || head === undefined || !closes || !insertions.some(({ start }) => head.start <= start && start <= tail.end)) {
    return hunks;
  }
  const whole = withoutCommon({ start: head.start, end: tail.end, from: head.from, to: tail.to }, base, lines, () => fenceStates(base));
  return [...hunks.slice(0, first), ...(whole === null ? [] : [whole]), ...hunks.slice(last + 1)];
}
