import { join } from 'node:path';
import { sharedPath, STATE_FILE } from '../../client/shared-dir.js';
import { ruleFor } from '../../config/layout.js';
import { isDiscarded } from '../../session/manifest.js';
import type { SessionPaths } from '../../session/paths.js';
import type { Session, Store } from '../../session/session.js';
import { attempt } from '../../system/attempt.js';
import type { Files } from '../../system/files/files.js';
import { isLarge, oddNames } from '../unmergeable.js';
import { countFiles, differencesIn, isBelieved, isHomeComplete, sameContent } from './differences.js';
import { type HomeSession, namesOwnHome } from './home-paths.js';

/** What a sync of a session has to do. */
export interface Changes {
  readonly home: HomeSession;
  /** Names in the home that the session changed or made, and that are shared. The client's state file comes last. */
  readonly names: readonly string[];
  /** Tool calls whose writes to shared files are not verified yet. */
  readonly unverified: readonly string[];
  /** Whether a session that is held back has changed its memory. */
  readonly notes: boolean;
}

/**
 * Compares a session with what it started from. Reads only. Undefined when there is nothing to merge or to complete, and for a session
 * that was discarded. In a home without a base everything would seem to be new, so nothing there counts as changed.
 */
export function findChanges(files: Files, { stateDir, paths, manifest, layout }: Session): Changes | undefined {
  const { shared, branch, memoryFolder, sync, state } = manifest;
  if (isDiscarded(manifest)) return undefined;
  const home: HomeSession = {
    id: paths.id,
    branch,
    shared,
    home: paths.home,
    homeBase: paths.homeBase,
    replaced: paths.replaced,
    intact: isHomeComplete(files, { paths, layout }),
  };
  // Lists real folders only: a link in place of the home or its base might lead anywhere.
  const inside = (folder: string): string[] => (files.kind(folder) === 'folder' ? files.list(folder) : []);
  const names = inside(files.kind(paths.homeBase) === 'folder' ? paths.home : paths.homeBase)
    .filter((name) => isShared(files, home, { stateDir, layout }, name))
    .toSorted((one, other) => Number(one === STATE_FILE) - Number(other === STATE_FILE));
  const notes = sync === 'exit' && memoryFolder !== null && state.name === 'open' && hasNotes(files, home, paths);
  const unverified = inside(paths.unverified);
  // An earlier sync may have moved all bases, and still have left an external writer's version to merge.
  const isNothingLeft = files.kind(paths.intent) === null;
  return names.length + unverified.length === 0 && !notes && isNothingLeft ? undefined : { home, names, unverified, notes };
}

function hasNotes(files: Files, home: HomeSession, { notes, notesBase }: SessionPaths): boolean {
  return files.kind(notes) === 'folder' && isChangedFolder(files, home, notes, notesBase);
}

function isShared(files: Files, session: HomeSession, store: Store, name: string): boolean {
  const path = join(session.home, name);
  const base = join(session.homeBase, name);
  const kind = files.kind(path);
  if (kind === 'other') return false;
  if (ruleFor(store.layout, name, kind === 'folder' ? 'folder' : 'file').policy === 'private') return false;
  // A name that is not valid UTF-8 leads nowhere, but its file is there.
  if (kind === null) return oddNames(files, session.home, [name]).length > 0;
  if (kind === 'link')
    return (
      files.linkTarget(path) !== sharedPath(session.shared, name) &&
      !(files.kind(base) === 'link' && files.linkTarget(path) === files.linkTarget(base))
    );
  if (kind === 'folder') return isChangedFolder(files, session, path, base);
  // A file that cannot be read is not known to be unchanged; merging it reports why.
  const same = attempt(() => isMerged(files, session, store, name));
  return same.status === 'rejected' || !same.value;
}

/** Whether a merge would find anything to do, or to report, in a folder. */
function isChangedFolder(files: Files, { intact }: HomeSession, ours: string, base: string): boolean {
  let removed = 0;
  for (const { kind } of differencesIn(files, { place: '', ours, base, target: '' })) {
    if (kind !== 'removed') return true;
    removed += 1;
  }
  return removed > 0 && isBelieved(removed, countFiles(files, base), intact);
}

/** Whether a file equals its base, and names no path in the home that became translatable only after it was merged. */
function isMerged(files: Files, session: HomeSession, store: Store, name: string): boolean {
  const [path, base] = [join(session.home, name), join(session.homeBase, name)];
  const content = files.kind(base) === 'file' && !isLarge(files, path) ? sameContent(files, path, base) : null;
  return content !== null && !namesOwnHome(files, store, session, name, content);
}
