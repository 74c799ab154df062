import { isSecret } from '../../config/match.js';
import { tryKernelLock } from '../../system/locks/kernel-lock.js';
import { isInUse } from '../../session/in-use.js';
import { lastingJobs } from '../../client/jobs.js';
import { lockEnded } from '../../session/locks.js';
import { isDiscarded, type Manifest, readManifest } from '../../session/manifest.js';
import { type SessionPaths, sessionPaths } from '../../session/paths.js';
import type { Session, Store } from '../../session/session.js';
import { findChanges } from '../collect/changes.js';
import type { Files } from '../../system/files/files.js';
import { removeSession } from './trash.js';

/** Why a session is kept though it is old enough to go. */
export type Hindrance =
  /** Somebody merges it, or removes it, at this moment. */
  | 'busy'
  /** Something that was started in it still runs. */
  | 'in use'
  /** A background job in it has not ended, or not long ago, or is to be kept. */
  | 'jobs'
  /** It holds the only copy of a version with secrets that could not be merged. */
  | 'conflict'
  /** Something was written to it after it was closed. */
  | 'unmerged'
  /** There are notes in it that cannot be merged: its manifest is lost, or they are of a kind that is not merged. */
  | 'notes';

export type Removal = { readonly state: 'removed' | 'removable' } | { readonly state: 'kept'; readonly why: Hindrance };

export interface Expiry {
  /** Milliseconds since the epoch. */
  readonly before: number;
  /** Only says what would be done, and writes nothing. */
  readonly rehearsal: boolean;
}

/**
 * Removes a session that was closed before a moment, if all of it is merged, nothing uses it, and the client would forget its
 * background jobs by then, while holding its lock. So it does with one whose manifest a power cut has left empty, if nothing was put into it since that moment. Undefined for
 * all others, and for one that is gone. A crash leaves all of it, or a rest in the trash.
 */
export function removeExpired(files: Files, store: Store, id: string, { before, rehearsal }: Expiry): Removal | undefined {
  const paths = sessionPaths(store.stateDir, id);
  // A link in its place may lead anywhere.
  if (files.kind(paths.root) !== 'folder' || !findExpired(files, store, id, before)) return undefined;
  const lock = lockEnded(paths) ?? (rehearsal ? undefined : (tryKernelLock(paths.alive) ?? 'held'));
  if (lock === 'held') return { state: 'kept', why: 'busy' };
  try {
    // Before we had the lock somebody else may have removed it, or closed it once more.
    const expired = findExpired(files, store, id, before);
    if (!expired) return undefined;
    const why = isInUse(paths.home) ? 'in use' : expired.hindrance();
    if (why !== undefined) return { state: 'kept', why };
    if (!rehearsal) removeSession(files, store.stateDir, paths);
    return { state: rehearsal ? 'removable' : 'removed' };
  } finally {
    lock?.release();
  }
}

/** A session that is old enough, and what of it would be lost. */
function findExpired(files: Files, store: Store, id: string, before: number): { hindrance: () => Hindrance | undefined } | undefined {
  const paths = sessionPaths(store.stateDir, id);
  const manifest = readManifest(paths.manifest);
  if (manifest) {
    const isOld = manifest.state.name === 'closed' && manifest.state.at < before;
    return isOld ? { hindrance: () => hindranceOf(files, { ...store, paths, manifest }) ?? (lastingJobs(paths.home, before).length > 0 ? 'jobs' : leftNotes(files, paths, manifest)) } : undefined;
  }
  // One that a newer version wrote is left to that, and one that is being made to whoever makes it.
  const isLost = (files.read(paths.manifest)?.length ?? 0) === 0 && files.kind(paths.unfinishedMark) === null;
  return isLost && (files.modifiedAt(paths.root) ?? before) < before ? { hindrance: () => (holdsNotes(files, paths.notes) ? 'notes' : undefined) } : undefined;
}

/** What of a closed session would be lost with it; reads only. */
export function hindranceOf(files: Files, session: Session): Extract<Hindrance, 'conflict' | 'unmerged'> | undefined {
  if (files.list(session.paths.held).length > 0) return 'conflict';
  const changes = findChanges(files, session);
  if (!changes) return undefined;
  const areSecret = changes.names.every((name) => isSecret(session.layout, name));
  return areSecret && changes.unverified.length === 0 && !changes.notes ? 'conflict' : 'unmerged';
}

/** What was not merged of notes that were held back; what was thrown away may go. */
function leftNotes(files: Files, { oldNotes }: SessionPaths, manifest: Manifest): 'notes' | undefined {
  return !isDiscarded(manifest) && holdsNotes(files, oldNotes) ? 'notes' : undefined;
}

/** When the session is closed a link takes the place of the folder. */
function holdsNotes(files: Files, folder: string): boolean {
  return files.kind(folder) === 'folder' && files.list(folder).length > 0;
}
