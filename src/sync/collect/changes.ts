import { join } from 'node:path';
import { ruleFor } from '../../config/match.js';
import { sharedPath, STATE_FILE } from '../../client/shared-dir.js';
import { isDiscarded } from '../../session/manifest.js';
import type { SessionPaths } from '../../session/paths.js';
import type { Session, Store } from '../../session/session.js';
import { differencesIn, sameContent } from './differences.js';
import type { Files } from '../../system/files/files.js';
import { namesOwnHome } from './home-paths.js';
import { isBelieved, isHomeComplete } from './complete.js';
import { isLarge } from '../large.js';
import { oddNames } from './odd-names.js';
import { countFiles } from './tree.js';
import { attempt } from '../../system/attempt.js';
import type { HomeSession } from './home-session.js';

/** What a sync of a session has to do. */
export interface Changes {
  readonly home: HomeSession;
  /** Names in the home that the session changed or made, and that are shared. The client's state file comes last. */
  readonly names: readonly string[];
  /** Calls whose writes to shared files are not verified yet. */
  readonly unverified: readonly string[];
  /** Has a session that holds back its memory changed it? */
  readonly notes: boolean;
}

/**
 * Compares a session with what it started from. Reads only; undefined when there is nothing to merge or to complete, and for
 * a session that was discarded. In a home without a base everything would seem to be new, so nothing is.
 */
export function findChanges(files: Files, { stateDir, paths, manifest, layout }: Session): Changes | undefined {
  const { shared, branch, memoryFolder, sync, state } = manifest;
  if (isDiscarded(manifest)) return undefined;
  const home: HomeSession = { id: paths.id, branch, shared, home: paths.home, homeBase: paths.homeBase, replaced: paths.replaced, intact: isHomeComplete(files, { paths, layout }) };
  // A link in place of one of the two might lead anywhere.
  const inside = (folder: string): string[] => (files.kind(folder) === 'folder' ? files.list(folder) : []);
  const names = inside(files.kind(paths.homeBase) === 'folder' ? paths.home : paths.homeBase)
    .filter((name) => isShared(files, home, { stateDir, layout }, name))
    .toSorted((one, other) => Number(one === STATE_FILE) - Number(other === STATE_FILE));
  const notes = sync === 'exit' && memoryFolder !== null && state.name === 'open' && hasNotes(files, home, paths);
  const unverified = inside(paths.unverified);
  // An earlier sync may have moved all bases, and still have left what a stranger wrote.
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
  // Not gone, but named in a way that leads nowhere.
  if (kind === null) return oddNames(files, session.home, [name]).length > 0;
  if (kind === 'link') return files.linkTarget(path) !== sharedPath(session.shared, name) && !(files.kind(base) === 'link' && files.linkTarget(path) === files.linkTarget(base));
  if (kind === 'folder') return isChangedFolder(files, session, path, base);
  // What cannot be read is not known to be the same; merging it tells why.
  const same = attempt(() => isMerged(files, session, store, name));
  return same.status === 'rejected' || !same.value;
}

/** Whether a merge would find anything to do, or to say, in a folder. */
function isChangedFolder(files: Files, { intact }: HomeSession, ours: string, base: string): boolean {
  let removed = 0;
  for (const { kind } of differencesIn(files, { place: '', ours, base, target: '' })) {
    if (kind !== 'removed') return true;
    removed += 1;
  }
  return removed > 0 && isBelieved(removed, countFiles(files, base), intact);
}

/** A file that is as it was, and names no file of the home that was not there yet when it was merged. */
function isMerged(files: Files, session: HomeSession, store: Store, name: string): boolean {
  const [path, base] = [join(session.home, name), join(session.homeBase, name)];
  const content = files.kind(base) === 'file' && !isLarge(files, path) ? sameContent(files, path, base) : null;
  return content !== null && !namesOwnHome(files, store, session, name, content);
}
