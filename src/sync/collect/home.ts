import { join } from 'node:path';
import type { Layout } from '../../config/layout.js';
import { sharedPath, STATE_FILE } from '../../client/shared-dir.js';
import { sameBytes } from '../../system/bytes.js';
import type { Store } from '../../session/session.js';
import { driverFor } from '../../merge/driver.js';
import { detectLostUpdate } from '../../merge/lost-update.js';
import { attempt } from '../../system/attempt.js';
import { moveLarge, isLarge } from '../large.js';
import { oddlyNamed } from '../left-behind.js';
import { oddNames } from './odd-names.js';
import { versionsIn } from '../log/replaced.js';
import { translatedLink } from './home-paths.js';
import { readNoFollow } from '../../system/files/no-follow.js';
import type { MergeCandidate } from '../candidate.js';
import type { HomeSession } from './home-session.js';
import type { Files } from '../../system/files/files.js';
import type { Change, MergePolicy } from '../change.js';
import { conflictPolicy } from '../apply/conflict-policy.js';
import { acceptedDeletions } from './complete.js';
import { copyLink, countFiles, candidatesIn } from './tree.js';

/**
 * The merge candidates of one name at the top of a home. A file that only this session has will be copied as it is. Links are made in the
 * shared dir, and large files moved there, at once.
 */
export function candidatesOf(files: Files, store: Store, session: HomeSession, name: string): PromiseSettledResult<MergeCandidate>[] {
  const { layout } = store;
  const ours = join(session.home, name);
  const base = join(session.homeBase, name);
  const target = sharedPath(session.shared, name);
  const policy: MergePolicy = { drivers: layout.drivers, conflict: conflictPolicy(layout, name, session) };
  const kind = files.kind(ours);
  if (kind === 'folder')
    return acceptedDeletions(candidatesIn(files, { place: name, ours, base, target }, policy), countFiles(files, base), session.intact);
  if (kind === null && oddNames(files, session.home, [name]).length > 0) return [{ status: 'rejected', reason: oddlyNamed(name, ours) }];
  if (kind === 'link' || isLarge(files, ours)) {
    const entry = { place: name, ours, base, target };
    const carried = attempt(() =>
      kind === 'link'
        ? copyLink(files, entry, session.homeBase, (leadsTo) => translatedLink(files, store, session, leadsTo))
        : moveLarge(files, entry),
    );
    return carried.status === 'rejected' ? [carried] : [];
  }
  const current: Change = { place: name, target, base: readNoFollow(files, base), ours: readNoFollow(files, ours) };
  const change = { ...current, base: baseOf(files, session, layout, ours, current) };
  return change.ours === null
    ? []
    : [{ status: 'fulfilled', value: { change, policy, base: { path: base, root: session.homeBase }, memoryFolder: null } }];
}

/**
 * The version that the session started from. Changes of other sessions come into the home while the client runs: a client that reads a
 * file before that, and writes it afterwards, has not removed them.
 */
function baseOf(
  files: Files,
  { replaced }: HomeSession,
  { drivers }: Layout,
  path: string,
  { place, base, ours }: Change,
): Uint8Array | null {
  if (base === null || ours === null || place === STATE_FILE || sameBytes(base, ours)) return base;
  return detectLostUpdate([...versionsIn(files, replaced, path), base], ours, driverFor(drivers, place, ours))?.base ?? base;
}
