import { sameBytes } from '../../merge/bytes.js';
import { type RecentMerge, versionsOf } from '../../log/recent.js';
import { type Driver, merge, mergeOneSided } from '../../merge/merge.js';
import { staleOf } from '../../merge/stale.js';

/**
 * The content that a write should have been based on: its base, with every change that was logged since the call began (`since`, in
 * milliseconds since the epoch), and with the logged changes that the base itself lacks because an external writer had undone them.
 *
 * A base that the log has is followed by the changes after it. Any other base was written by an external writer: it counts as made from
 * the version before the first of these changes. A late change is in a version that the log does not have, so it is merged by itself.
 */
export function expectedBase(base: Uint8Array | null, changes: readonly RecentMerge[], since: number, driver: Driver): Uint8Array | null {
  const during = changes.filter(({ at }) => at >= since);
  let expected = base === null ? null : repaired(base, changes.filter(({ at }) => at < since), driver);
  for (const { before, after } of during.filter(({ isLate }) => isLate)) expected = merged(before, after, expected, driver);
  const later = during.filter(({ isLate }) => !isLate);
  const latest = later.at(-1)?.after;
  if (latest === undefined || sameBytes(latest, base)) return expected;
  const isLogged = later.some(({ before, after }) => sameBytes(before, base) || sameBytes(after, base));
  return merged(isLogged ? base : (later[0]?.before ?? null), latest, expected, driver);
}

/** A base that an external writer made from an older version than the one it overwrote. */
function repaired(base: Uint8Array, earlier: readonly RecentMerge[], driver: Driver): Uint8Array | null {
  const stale = staleOf(versionsOf(earlier), base, driver);
  return stale === null ? base : merged(stale.base, stale.latest, base, driver);
}

/** `theirs` with the changes from `base` to `ours`. Where the two contradict each other, theirs stands. */
function merged(base: Uint8Array | null, ours: Uint8Array | null, theirs: Uint8Array | null, driver: Driver): Uint8Array | null {
  const versions = { base, ours, theirs };
  const result = mergeOneSided(versions) ?? merge(versions, driver);
  if (result.outcome === 'delete') return null;
  return result.outcome === 'unchanged' ? theirs : (result.content ?? theirs);
}
