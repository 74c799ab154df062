import { join } from 'node:path';
import { lastingJobs } from '../../client/jobs.js';
import { isSecret } from '../../config/layout.js';
import { isInUse, lockEnded } from '../../session/locks.js';
import { isDiscarded, type Manifest, readManifest } from '../../session/manifest.js';
import { type SessionPaths, sessionPaths, trashFolder } from '../../session/paths.js';
import type { Session, Store } from '../../session/session.js';
import { UserError } from '../../system/errors.js';
import type { Files } from '../../system/files/files.js';
import { tryKernelLock } from '../../system/kernel-lock.js';
import { findChanges } from '../collect/changes.js';

/** Why a session is kept although it is old enough to be removed. */
export type Hindrance =
  /** Another process is merging or removing it. */
  | 'busy'
  /** A process that was started in it still runs. */
  | 'in use'
  /** One of its background jobs has not ended, ended only recently, or is pinned. */
  | 'jobs'
  /** It holds the only copy of a version with secrets that could not be merged. */
  | 'conflict'
  /** A process wrote to it after it was closed. */
  | 'unmerged'
  /** It has notes that cannot be merged: its manifest is lost, or the notes are of a kind that is not merged. */
  | 'notes';

export type Removal = { readonly state: 'removed' | 'removable' } | { readonly state: 'kept'; readonly why: Hindrance };

interface Expiry {
  /** Milliseconds since the epoch. */
  readonly before: number;
  /** A dry run: reports what would be removed, and writes nothing. */
  readonly dryRun: boolean;
}

/**
 * Removes a session that was closed before `before`, and holds its lock meanwhile. All of it must be merged, no process may use it, and the
 * client, by the same limit, would have forgotten its background jobs. Also removes a session whose manifest a power cut left empty or did
 * not leave at all, if its folder was last modified before that time and has no notes. Undefined for all other sessions, and for one that
 * does not exist. A crash leaves the whole session, or what remains of it in the trash.
 */
export function removeExpired(files: Files, store: Store, id: string, { before, dryRun }: Expiry): Removal | undefined {
  const paths = sessionPaths(store.stateDir, id);
  // A link at this path could lead anywhere.
  if (files.kind(paths.root) !== 'folder' || !findExpired(files, store, id, before)) return undefined;
  const lock = lockEnded(paths) ?? (dryRun ? undefined : (tryKernelLock(paths.alive) ?? 'held'));
  if (lock === 'held') return { state: 'kept', why: 'busy' };
  try {
    // Another process may have removed the session, or closed it again, before the lock was taken.
    const expired = findExpired(files, store, id, before);
    if (!expired) return undefined;
    const why = isInUse(paths.home) ? 'in use' : expired.hindrance();
    if (why !== undefined) return { state: 'kept', why };
    if (!dryRun) removeSession(files, store.stateDir, paths);
    return { state: dryRun ? 'removable' : 'removed' };
  } finally {
    lock?.release();
  }
}

/** A session that is old enough to be removed; `hindrance` finds out why it must be kept all the same. */
function findExpired(files: Files, store: Store, id: string, before: number): { hindrance: () => Hindrance | undefined } | undefined {
  const paths = sessionPaths(store.stateDir, id);
  const manifest = readManifest(paths.manifest);
  if (manifest) {
    const isOld = manifest.state.name === 'closed' && manifest.state.at < before;
    return isOld
      ? {
          hindrance: () =>
            hindranceOf(files, { ...store, paths, manifest }) ??
            (lastingJobs(paths.home, before).length > 0 ? 'jobs' : leftNotes(files, paths, manifest)),
        }
      : undefined;
  }
  // A manifest of a newer version is left to that version, and a session that is being created to its launch.
  const isLost = (files.read(paths.manifest)?.length ?? 0) === 0 && files.kind(paths.unfinishedMark) === null;
  return isLost && (files.modifiedAt(paths.root) ?? before) < before
    ? { hindrance: () => (holdsNotes(files, paths.notes) ? 'notes' : undefined) }
    : undefined;
}

/** What would be lost with a closed session. Reads only. */
export function hindranceOf(files: Files, session: Session): Extract<Hindrance, 'conflict' | 'unmerged'> | undefined {
  if (files.list(session.paths.harmed).length > 0) return 'conflict';
  const changes = findChanges(files, session);
  if (!changes) return undefined;
  const areSecret = changes.names.every((name) => isSecret(session.layout, name));
  return areSecret && changes.unverified.length + changes.notes.length === 0 ? 'conflict' : 'unmerged';
}

/** Whether held-back notes are left that were not merged. Those of a discarded session may be removed. */
function leftNotes(files: Files, { oldNotes }: SessionPaths, manifest: Manifest): 'notes' | undefined {
  return !isDiscarded(manifest) && holdsNotes(files, oldNotes) ? 'notes' : undefined;
}

/** Whether a notes folder has content. When a session is closed, a link replaces the folder. */
function holdsNotes(files: Files, folder: string): boolean {
  return files.kind(folder) === 'folder' && files.list(folder).length > 0;
}

/**
 * Removes a session for good. The caller holds its lock. The session dir is first moved to the trash as a whole, so another process sees
 * all of it or nothing, also after a crash. A crash leaves the rest of it in the trash. Throws `state-dir-unsafe` if the trash is a link,
 * because a link could lead anywhere, and the system's errors.
 */
function removeSession(files: Files, stateDir: string, { id, root, openMark }: SessionPaths): void {
  const trash = trashFolder(stateDir);
  refuseLink(files, trash);
  files.makeFolder(trash);
  files.rename(root, join(trash, id));
  files.remove(openMark);
  files.removeFolder(join(trash, id));
}

/** The paths of what earlier removals left in the trash. */
export function leftInTrash(files: Files, stateDir: string): string[] {
  const trash = trashFolder(stateDir);
  return files.kind(trash) === 'folder' ? files.list(trash).map((name) => join(trash, name)) : [];
}

function refuseLink(files: Files, trash: string): void {
  if (files.kind(trash) === 'link') throw new UserError('state-dir-unsafe', `${trash} is a link`, 'remove it');
}
