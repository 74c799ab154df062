import { join } from 'node:path';
import { sharedPath, STATE_FILE } from '../client/shared-dir.js';
import { namedRule } from '../config/layout.js';
import type { Session } from '../session/session.js';
import { attempt } from '../system/attempt.js';
import type { Files } from '../system/files/files.js';
import { NOTHING_MERGED, type SyncReport } from './change.js';
import { type Changes, findChanges } from './collect/changes.js';
import { namedInHome } from './collect/home-paths.js';
import { findPulls, isWhole, pullableNames, pullHome, restoreHome } from './into-home.js';
import { sessionLocks } from './locks/locks.js';
import { RUNNING_TIMEOUTS } from './locks/timeouts.js';
import { type RepairCandidates, repairLostUpdates } from './lost-updates/repair.js';
import { mergeChanges } from './merge-session.js';
import { isReadOnly, readMergeable } from './unmergeable.js';

/**
 * Syncs a session whose client runs, in both directions: what it has changed goes to the shared dir, and what others have merged comes into
 * its home. `candidates`: the repair candidates, shared files that an external writer may have written. A file that seems to be half written
 * is left for the next sync. Throws what `mergeChanges` throws; the next sync tries again, also after a crash.
 */
export async function syncRunning(
  files: Files,
  session: Session,
  candidates: RepairCandidates = { memory: [], names: [] },
): Promise<SyncReport> {
  const locks = sessionLocks(files, session, RUNNING_TIMEOUTS);
  const changes = wholeChanges(files, session);
  const report = changes ? await mergeChanges(files, session, changes, locks) : NOTHING_MERGED;
  if (changes) await restoreHome(files, session, locks, changes.names);
  const pullable = pullableNames(files, session);
  const pulls = findPulls(files, session, pullable);
  // Before the pull, so that a lost update does not come into the home.
  const repairs = new Set([...candidates.names, ...pulls]);
  repairs.delete(STATE_FILE);
  await repairLostUpdates(files, session, locks, { ...candidates, names: [...repairs] });
  const repaired = pullable.filter((name) => candidates.names.includes(name) && !pulls.includes(name));
  await pullHome(files, session, locks, [...pulls, ...findPulls(files, session, repaired)]);
  return report;
}

function wholeChanges(files: Files, session: Session): Changes | undefined {
  const changes = findChanges(files, session);
  if (!changes) return undefined;
  const known = changes.names.filter((name) => isKnown(files, session, name));
  const named = new Set(known.flatMap((name) => namedBy(files, session, name)));
  const names = changes.names.filter(
    (name) =>
      (known.includes(name) || named.has(name)) &&
      looksWhole(files, session, name) &&
      !isReadOnly(files, sharedPath(session.manifest.shared, name)),
  );
  return names.length + changes.unverified.length + changes.notes.length === 0 ? undefined : { ...changes, names };
}

/** An unknown name may be a temporary file, gone before the session ends; if it stays, it is merged then. */
function isKnown(files: Files, { layout, paths }: Session, name: string): boolean {
  return namedRule(layout, name) !== undefined || files.kind(join(paths.homeBase, name)) !== null;
}

/** A path that a file of the home names is not a temporary file: a reader of the shared file must find it. */
function namedBy(files: Files, session: Session, name: string): string[] {
  const path = join(session.paths.home, name);
  const content = attempt(() => readMergeable(files, path));
  return content.status === 'fulfilled' && content.value !== null ? namedInHome(session, content.value) : [];
}

/** Whether neither version looks half written. */
function looksWhole(files: Files, { paths, layout, manifest }: Session, name: string): boolean {
  const versions = [join(paths.home, name), files.realPath(sharedPath(manifest.shared, name))];
  const whole = attempt(() =>
    versions.every((path) => {
      const content = readMergeable(files, path);
      return content === null || isWhole(layout.drivers, name, content);
    }),
  );
  // A file that cannot be read is not known to be half written; merging it reports why.
  return whole.status === 'rejected' || whole.value;
}
