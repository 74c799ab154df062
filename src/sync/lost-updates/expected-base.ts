import { sameBytes } from '../../system/bytes.js';
import { type RecentMerge, versionsOf } from '../log/recent.js';
import { keepAll } from '../../merge/both.js';
import { merge, mergeOneSided } from '../../merge/merge.js';
import type { Driver } from '../../merge/types.js';
import { detectLostUpdate } from '../../merge/lost-update.js';

/**
 * The content that a write should have been based on: its base, plus every change that was logged since the call began (`since`, in
 * milliseconds since the epoch), plus the logged changes that the base itself lacks because an external writer had undone them.
 *
 * If the log has the base, the chain of later changes follows from it. Any other base was written by an external writer, which may have
 * read before these changes, or before older ones. A late change is contained in a version that the log does not have, so it is merged by
 * itself.
 */
export function expectedBase(base: Uint8Array | null, changes: readonly RecentMerge[], since: number, driver: Driver): Uint8Array | null {
  const whole =
    base === null
      ? null
      : repaired(
          base,
          changes.filter(({ at }) => at < since),
          driver,
        );
  const during = changes.filter(({ at }) => at >= since);
  const chained = withLatest(
    base,
    whole,
    during.filter(({ isLate }) => !isLate),
    driver,
  );
  return during.filter(({ isLate }) => isLate).reduce((version, { before, after }) => merged(before, after, version, driver), chained);
}

/** The repaired base (`whole`), plus what a chain of changes has made of the base. */
function withLatest(base: Uint8Array | null, whole: Uint8Array | null, chain: readonly RecentMerge[], driver: Driver): Uint8Array | null {
  const latest = chain.at(-1)?.after;
  if (latest === undefined || sameBytes(latest, base)) return whole;
  const isLogged = chain.some(({ before, after }) => sameBytes(before, base) || sameBytes(after, base));
  return isLogged ? merged(base, latest, whole, driver) : keptBoth(latest, whole, driver);
}

/** Repairs a base that an external writer made from an older version than the one it overwrote. */
function repaired(base: Uint8Array, earlier: readonly RecentMerge[], driver: Driver): Uint8Array | null {
  const stale = detectLostUpdate(versionsOf(earlier), base, driver);
  return stale === null ? base : merged(stale.base, stale.latest, base, driver);
}

/** `theirs`, plus the changes from `base` to `ours`. If the two contradict each other, all lines of both. */
function merged(base: Uint8Array | null, ours: Uint8Array | null, theirs: Uint8Array | null, driver: Driver): Uint8Array | null {
  const versions = { base, ours, theirs };
  const result = mergeOneSided(versions) ?? merge(versions, driver);
  if (result.outcome === 'delete') return null;
  if (result.outcome === 'conflict') return keptBoth(ours, theirs, driver);
  return result.outcome === 'unchanged' ? theirs : result.content;
}

/** All lines of both versions, which contradict each other or have no known base; `theirs` if they cannot be put together. */
function keptBoth(ours: Uint8Array | null, theirs: Uint8Array | null, driver: Driver): Uint8Array | null {
  if (ours === null || theirs === null) return ours ?? theirs;
  return keepAll(ours, theirs, driver) ?? theirs;
}
