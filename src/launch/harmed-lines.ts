import { age } from '../platform/age.js';
import type { SharedDir } from '../layout/shared-dir.js';
import type { Store } from '../session/session.js';
import { realFiles } from '../sync/files.js';
import { findMishaps } from '../sync/mishaps.js';
import { mishapLine } from './report-lines.js';

/** One line for each shared file that a mishap seems to have left as it is. */
export function harmedLines(store: Store, shared: SharedDir): string[] {
  return findMishaps(realFiles, store, shared).map((mishap) => mishapLine(mishap, (at) => age(at, Date.now())));
}
