import { type RecentMerge, versionsOf } from '../../log/recent.js';
import type { Driver } from '../../merge/merge.js';
import { staleOf } from '../../merge/stale.js';
import type { SeenChange } from './verify-change.js';

/** What a call had read: where that is not known, perhaps an older version than the one that was there. It has not removed what it never saw. */
export function readBy({ before, after, hasRead }: Pick<SeenChange, 'before' | 'after' | 'hasRead'>, changes: readonly RecentMerge[], driver: Driver): Uint8Array | null {
  if (hasRead || before === null || after === null) return before;
  return staleOf([...versionsOf(changes), before], after, driver)?.base ?? before;
}
