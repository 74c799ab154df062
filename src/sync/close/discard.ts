import { type Manifest, writeManifest } from '../../session/manifest.js';
import type { SessionPaths } from '../../session/paths.js';
import type { Session } from '../../session/session.js';
import type { Files } from '../../system/files/files.js';
import { temporaryName } from '../../system/fs/atomic-write.js';
import { findChanges } from '../collect/changes.js';
import { cleanUp } from './closed-session.js';

/**
 * Closes an ended session without merging it, and returns the paths that a merge would have changed. All content stays in the session dir.
 * The caller holds the session's locks. A crash leaves the session as it was, or discarded.
 */
export async function discardSession(files: Files, session: Session): Promise<string[]> {
  // A session that cannot be merged, for whatever reason, can still be discarded.
  const dropped = await unmergedPaths(files, session);
  const manifest: Manifest = { ...session.manifest, state: { name: 'closed', at: Date.now(), discarded: true } };
  files.append(session.paths.recentMark, '');
  writeManifest(session.paths.manifest, manifest);
  cleanUp(files, { ...session, manifest });
  return dropped;
}

/**
 * The paths in the shared dir that a merge of a session would change: names, never content. Reads only. For a running session these are the
 * changes that are not merged at this moment. If a merge would fail, these are the names that it would look at.
 */
export async function unmergedPaths(files: Files, session: Session): Promise<string[]> {
  const changes = findChanges(files, session);
  if (!changes) return [];
  const { dryRunMerge } = await import('../merge-session.js');
  try {
    const { report } = await dryRunMerge(files, session, changes);
    return [...report.memory, ...report.home].flatMap(([path, { outcome }]) => (outcome === 'unchanged' ? [] : [path]));
  } catch {
    return [...(changes.notes.length > 0 ? ['memory/'] : []), ...changes.names];
  }
}

/** How a held-back session ends. */
type Ending = 'merge' | 'discard';

/**
 * Decides how a session ends, unless that is decided already, and returns the decision: the launcher may want to merge the session at the
 * moment at which the user discards it. Atomic. A crash leaves the session decided or undecided, and perhaps a temporary file.
 */
export function decideEnding(files: Files, { ending }: SessionPaths, wish: Ending): Ending {
  const temporary = temporaryName(ending);
  files.writePrivate(temporary, Buffer.from(wish));
  try {
    files.hardLink(temporary, ending);
    return wish;
  } catch (error) {
    const decided = files.read(ending);
    if (decided === null) throw error;
    return Buffer.from(decided).toString('utf8') === 'discard' ? 'discard' : 'merge';
  } finally {
    files.remove(temporary);
  }
}
