import { join } from 'node:path';
import type { DriverRow } from '../merge/driver.js';
import { sharedPath, STATE_FILE } from '../layout/shared-dir.js';
import { readPlain } from './base.js';
import type { Item } from './batch.js';
import type { HomeSession } from './changes.js';
import type { Files } from './files.js';
import type { ConflictPolicy, PushPolicy } from './push.js';
import { carryLink, itemsIn } from './tree.js';

/** They hold tokens and keys, so no second version of them is left lying about. */
export const SECRET_NAMES: readonly string[] = [STATE_FILE, '.config.json', 'settings.json', '.credentials.json'];

/**
 * What there is to merge of one name at the top of a home. Something that the session made and nobody else has will be
 * copied as it is.
 */
export function itemsOf(files: Files, session: HomeSession, drivers: readonly DriverRow[], name: string): Item[] {
  const ours = join(session.home, name);
  const base = join(session.homeBase, name);
  const target = sharedPath(session.shared, name);
  const conflict: ConflictPolicy = SECRET_NAMES.includes(name) ? { keep: 'session' } : { keep: 'copy', branch: session.branch ?? 'detached', id: session.id };
  const policy: PushPolicy = { drivers, conflict };
  const kind = files.kind(ours);
  if (kind === 'folder') return itemsIn(files, { place: name, ours, base, target }, policy);
  if (kind === 'link') {
    carryLink(files, ours, target);
    return [];
  }
  const change = { place: name, target, base: readPlain(files, base), ours: readPlain(files, ours) };
  return change.ours === null ? [] : [{ change, policy, base, baseRoot: session.homeBase }];
}
