import type { MergeResult } from './types.js';

/** The result when both sides changed a file that cannot be merged: the shared file stays, and ours becomes a conflict copy. */
export function keepBoth(ours: Uint8Array): MergeResult {
  return { outcome: 'conflict', content: null, copy: ours };
}
