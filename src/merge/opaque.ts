import type { MergeResult } from './types.js';

/** Both sides changed something that cannot be merged: the shared file stands, our whole version becomes a copy. */
export function keepBoth(ours: Uint8Array): MergeResult {
  return { outcome: 'conflict', content: null, copy: ours };
}
