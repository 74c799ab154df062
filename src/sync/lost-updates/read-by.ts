import { type RecentMerge, versionsOf } from '../log/recent.js';
import type { Driver } from '../../merge/types.js';
import { detectLostUpdate } from '../../merge/lost-update.js';
import type { SeenChange } from './seen-change.js';

/**
 * What a call had read: where that is not known, perhaps an older version than the one that was there. It has not removed what it never saw.
 * What was logged since it began tells nothing of that: others may have merged its own write.
 */
export function readBy({ before, after, hasRead, since }: Pick<SeenChange, 'before' | 'after' | 'hasRead' | 'since'>, changes: readonly RecentMerge[], driver: Driver): Uint8Array | null {
  if (hasRead || before === null || after === null) return before;
  const earlier = changes.filter(({ at }) => at <= since);
  return detectLostUpdate([...versionsOf(earlier), before], after, driver)?.base ?? before;
}
