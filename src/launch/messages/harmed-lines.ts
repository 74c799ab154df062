import { age } from '../../system/age.js';
import type { SharedDir } from '../../client/shared-dir.js';
import type { Store } from '../../session/session.js';
import { realFiles } from '../../system/files/real-files.js';
import { findMishaps } from '../../sync/mishaps/mishaps.js';
import { mishapLine } from '../../sync/messages/report-lines.js';

/** Returns one line for each shared file that seems to be damaged by a mishap. */
export function harmedLines(store: Store, shared: SharedDir): string[] {
  return findMishaps(realFiles, store, shared).map((mishap) => mishapLine(mishap, (at) => age(at, Date.now())));
}
