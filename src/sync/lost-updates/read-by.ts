import { type RecentMerge, versionsOf } from '../log/recent.js';
import type { Driver } from '../../merge/types.js';
import { detectLostUpdate } from '../../merge/lost-update.js';
import type { SeenChange } from './seen-change.js';

/**
 * The content that a call had read. If that is not known, it may be an older version than `before`; the call did not remove what it never
 * saw. Only changes that were logged before the call began are considered, because another session may have merged the call's own write
 * since then.
 */
export function readBy(
  { before, after, hasRead, since }: Pick<SeenChange, 'before' | 'after' | 'hasRead' | 'since'>,
  changes: readonly RecentMerge[],
  driver: Driver,
): Uint8Array | null {
  if (hasRead || before === null || after === null) return before;
  const earlier = changes.filter(({ at }) => at <= since);
  return detectLostUpdate([...versionsOf(earlier), before], after, driver)?.base ?? before;
}
