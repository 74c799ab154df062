import { join } from 'node:path';
import { ruleFor } from '../layout/match.js';
import { type SharedDir, sharedPath, STATE_FILE } from '../layout/shared-dir.js';
import { sameBytes } from '../merge/bytes.js';
import { isDiscarded } from '../session/manifest.js';
import type { SessionPaths } from '../session/paths.js';
import type { Session, Store } from '../session/session.js';
import type { Files } from './files.js';
import { namesOwnHome } from './home-paths.js';
import { isIntact } from './intact.js';
import { isLarge } from './large.js';
import { settled } from '../platform/settled.js';

/** A session's home, and where each of its names belongs. */
export interface HomeSession {
  readonly id: string;
  readonly branch: string | null;
  readonly shared: SharedDir;
  readonly home: string;
  readonly homeBase: string;
  /** Where it is remembered what came into the home. */
  readonly replaced: string;
  /** Whether what is missing in the home may have been removed by the session. */
  readonly intact: boolean;
}

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
  const home: HomeSession = { id: paths.id, branch, shared, home: paths.home, homeBase: paths.homeBase, replaced: paths.replaced, intact: isIntact(files, { paths, layout }) };
  // A link in place of one of the two might lead anywhere.
  const inside = (folder: string): string[] => (files.kind(folder) === 'folder' ? files.list(folder) : []);
  const names = inside(files.kind(paths.homeBase) === 'folder' ? paths.home : paths.homeBase)
    .filter((name) => isShared(files, home, { stateDir, layout }, name))
    .toSorted((one, other) => Number(one === STATE_FILE) - Number(other === STATE_FILE));
  const notes = sync === 'exit' && memoryFolder !== null && state.name === 'open' && hasNotes(files, paths);
  const unverified = inside(paths.unverified);
  // An earlier sync may have moved all bases, and still have left what a stranger wrote.
  const isNothingLeft = files.kind(paths.intent) === null;
  return names.length + unverified.length === 0 && !notes && isNothingLeft ? undefined : { home, names, unverified, notes };
}

/** What cannot be read is not known to be the same; merging it tells why. */
function hasNotes(files: Files, { notes, notesBase }: SessionPaths): boolean {
  if (files.kind(notes) !== 'folder') return false;
  const same = settled(() => isSame(files, notes, notesBase));
  return same.status === 'rejected' || !same.value;
}

function isShared(files: Files, session: HomeSession, store: Store, name: string): boolean {
  const path = join(session.home, name);
  const kind = files.kind(path);
  if (kind === null || kind === 'other') return false;
  if (ruleFor(store.layout, name, kind === 'folder' ? 'folder' : 'file').policy === 'private') return false;
  if (kind === 'link') return files.linkTarget(path) !== sharedPath(session.shared, name);
  const base = join(session.homeBase, name);
  // What cannot be read is not known to be the same; merging it tells why.
  const same = settled(() => (kind === 'folder' ? isSame(files, path, base) : isMerged(files, session, store, name)));
  return same.status === 'rejected' || !same.value;
}

/** A file that is as it was, and names no file of the home that was not there yet when it was merged. */
function isMerged(files: Files, session: HomeSession, store: Store, name: string): boolean {
  const [path, base] = [join(session.home, name), join(session.homeBase, name)];
  const content = files.kind(base) === 'file' ? sameContent(files, path, base) : null;
  return content !== null && !namesOwnHome(files, store, session, name, content);
}

/** Compares two files, or two folders with all that is in them. */
function isSame(files: Files, one: string, other: string): boolean {
  const kind = files.kind(one);
  if (kind !== files.kind(other)) return kind === 'folder' && files.kind(other) === null && files.list(one).length === 0;
  if (kind === 'link') return files.linkTarget(one) === files.linkTarget(other);
  if (kind === 'folder') return [...new Set([...files.list(one), ...files.list(other)])].every((name) => isSame(files, join(one, name), join(other, name)));
  return sameContent(files, one, other) !== null;
}

/** What two files hold; null where that differs, or is too large to be compared. */
function sameContent(files: Files, one: string, other: string): Uint8Array | null {
  if (files.size(one) !== files.size(other) || isLarge(files, one)) return null;
  const content = files.read(one);
  return content !== null && sameBytes(content, files.read(other)) ? content : null;
}
