import { join } from 'node:path';
import type { Layout } from '../../config/layout.js';
import { sharedPath, STATE_FILE } from '../../client/shared-dir.js';
import { sameBytes } from '../../system/bytes.js';
import type { Store } from '../../session/session.js';
import { driverFor } from '../../merge/driver.js';
import { staleOf } from '../../merge/lost-update.js';
import { settled } from '../../system/attempt.js';
import { carryLarge, isLarge } from '../large.js';
import { oddlyNamed } from '../left-behind.js';
import { oddNames } from './odd-names.js';
import { versionsIn } from '../log/replaced.js';
import { translatedLink } from './home-paths.js';
import { readPlain } from '../../system/files/no-follow.js';
import type { Item } from '../candidate.js';
import type { HomeSession } from './home-session.js';
import type { Files } from '../../system/files/files.js';
import type { Change, PushPolicy } from '../change.js';
import { conflictPolicy } from '../apply/conflict-policy.js';
import { believed } from './complete.js';
import { carryLink, countFiles, itemsIn } from './tree.js';

/**
 * What there is to merge of one name at the top of a home. Something that the session made and nobody else has will be
 * copied as it is.
 */
export function itemsOf(files: Files, store: Store, session: HomeSession, name: string): PromiseSettledResult<Item>[] {
  const { layout } = store;
  const ours = join(session.home, name);
  const base = join(session.homeBase, name);
  const target = sharedPath(session.shared, name);
  const policy: PushPolicy = { drivers: layout.drivers, conflict: conflictPolicy(layout, name, session) };
  const kind = files.kind(ours);
  if (kind === 'folder') return believed(itemsIn(files, { place: name, ours, base, target }, policy), countFiles(files, base), session.intact);
  if (kind === null && oddNames(files, session.home, [name]).length > 0) return [{ status: 'rejected', reason: oddlyNamed(name, ours) }];
  if (kind === 'link' || isLarge(files, ours)) {
    const entry = { place: name, ours, base, target };
    const carried = settled(() => (kind === 'link' ? carryLink(files, entry, session.homeBase, (leadsTo) => translatedLink(files, store, session, leadsTo)) : carryLarge(files, entry)));
    return carried.status === 'rejected' ? [carried] : [];
  }
  const current: Change = { place: name, target, base: readPlain(files, base), ours: readPlain(files, ours) };
  const change = { ...current, base: baseOf(files, session, layout, ours, current) };
  return change.ours === null ? [] : [{ status: 'fulfilled', value: { change, policy, base: { path: base, root: session.homeBase }, memoryFolder: null } }];
}

/**
 * What the session started from. Others' changes come into the home while it runs; who had read before that, and writes after
 * it, has not removed them.
 */
function baseOf(files: Files, { replaced }: HomeSession, { drivers }: Layout, path: string, { place, base, ours }: Change): Uint8Array | null {
  if (base === null || ours === null || place === STATE_FILE || sameBytes(base, ours)) return base;
  return staleOf([...versionsIn(files, replaced, path), base], ours, driverFor(drivers, place, ours))?.base ?? base;
}
