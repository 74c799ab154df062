import { join } from 'node:path';
import { sharedPath, STATE_FILE } from '../../client/shared-dir.js';
import { ruleFor } from '../../config/layout.js';
import { isDiscarded } from '../../session/manifest.js';
import type { Session } from '../../session/session.js';
import { attempt } from '../../system/attempt.js';
import type { Files } from '../../system/files/files.js';
import { isLarge, oddNames } from '../unmergeable.js';
import { areAccepted, countFiles, differencesIn, isHomeComplete, sameContent } from './differences.js';
import { namesOwnHome } from './home-paths.js';

/** What a sync of a session has to do. */
export interface Changes {
  /** Names in the home that the session changed or made, and that are shared. The client's state file comes last. */
  readonly names: readonly string[];
  /** Tool calls whose writes to shared files are not verified yet. */
  readonly unverified: readonly string[];
  /** Whether a session that is held back has changed its memory. */
  readonly notes: boolean;
  /** Whether the session itself may have removed what is missing in its home, see `isHomeComplete`. */
  readonly isHomeComplete: boolean;
}

/**
 * Compares a session with what it started from. Reads only. Undefined when there is nothing to merge or to complete, and for a session
 * that was discarded. In a home without a base everything would seem to be new, so nothing there counts as changed.
 */
export function findChanges(files: Files, session: Session): Changes | undefined {
  const { paths, manifest } = session;
  const { memoryFolder, sync, state } = manifest;
  if (isDiscarded(manifest)) return undefined;
  const isComplete = isHomeComplete(files, session);
  // Lists real folders only: a link in place of the home or its base might lead anywhere.
  const inside = (folder: string): string[] => (files.kind(folder) === 'folder' ? files.list(folder) : []);
  const names = inside(files.kind(paths.homeBase) === 'folder' ? paths.home : paths.homeBase)
    .filter((name) => hasChanged(files, session, name, isComplete))
    .toSorted((one, other) => Number(one === STATE_FILE) - Number(other === STATE_FILE));
  const notes =
    sync === 'exit' &&
    memoryFolder !== null &&
    state.name === 'open' &&
    files.kind(paths.notes) === 'folder' &&
    isChangedFolder(files, paths.notes, paths.notesBase, isComplete);
  const unverified = inside(paths.unverified);
  // An earlier sync may have moved all bases, and still have left an external writer's version to merge.
  const isNothingLeft = files.kind(paths.intent) === null;
  return names.length + unverified.length === 0 && !notes && isNothingLeft
    ? undefined
    : { names, unverified, notes, isHomeComplete: isComplete };
}

/** Whether a merge has to look at a name in the home. */
function hasChanged(files: Files, session: Session, name: string, isComplete: boolean): boolean {
  const { paths, layout, manifest } = session;
  const path = join(paths.home, name);
  const base = join(paths.homeBase, name);
  const kind = files.kind(path);
  if (kind === 'other') return false;
  if (ruleFor(layout, name, kind === 'folder' ? 'folder' : 'file').policy === 'private') return false;
  // A name that is not valid UTF-8 leads nowhere, but its file is there.
  if (kind === null) return oddNames(files, paths.home, [name]).length > 0;
  if (kind === 'link')
    return (
      files.linkTarget(path) !== sharedPath(manifest.shared, name) &&
      !(files.kind(base) === 'link' && files.linkTarget(path) === files.linkTarget(base))
    );
  if (kind === 'folder') return isChangedFolder(files, path, base, isComplete);
  // A file that cannot be read is not known to be unchanged; merging it reports why.
  const unchanged = attempt(() => isUnchanged(files, session, name));
  return unchanged.status === 'rejected' || !unchanged.value;
}

/** Whether a merge would find anything to do, or to report, in a folder. */
function isChangedFolder(files: Files, ours: string, base: string, isComplete: boolean): boolean {
  let removed = 0;
  for (const { kind } of differencesIn(files, { place: '', ours, base, target: '' })) {
    if (kind !== 'removed') return true;
    removed += 1;
  }
  return removed > 0 && areAccepted(removed, countFiles(files, base), isComplete);
}

/** Whether a file equals its base, and names no path in the home that became translatable only after it was merged. */
function isUnchanged(files: Files, session: Session, name: string): boolean {
  const [path, base] = [join(session.paths.home, name), join(session.paths.homeBase, name)];
  const content = files.kind(base) === 'file' && !isLarge(files, path) ? sameContent(files, path, base) : null;
  return content !== null && !namesOwnHome(files, session, name, content);
}
