import { join } from 'node:path';
import { sharedPath } from '../../client/shared-dir.js';
import { namedRows, namedRule } from '../../config/layout.js';
import type { Session } from '../../session/session.js';
import { attempt } from '../../system/attempt.js';
import { sameBytes } from '../../system/content.js';
import type { EntryKind, Files } from '../../system/files/files.js';
import { LARGE_BYTES } from '../../system/fs/paths.js';
import { memoryPlace, type MergeCandidate } from '../change.js';
import { oddNames } from '../unmergeable.js';

/** One file or folder in its three versions. */
export interface Tree {
  /** Its path in the shared dir. */
  readonly place: string;
  readonly ours: string;
  /** May be missing: then the session made the folder. */
  readonly base: string;
  readonly target: string;
}

/** A name at the top of a session's home. */
export function homeTree({ paths, manifest }: Session, name: string): Tree {
  return { place: name, ours: pathIn(paths.home, name), base: pathIn(paths.homeBase, name), target: sharedPath(manifest.shared, name) };
}

/** The memory of a session that is held back. */
export function notesTree({ paths }: Session, memoryFolder: string): Tree {
  return { place: memoryPlace(''), ours: paths.notes, base: paths.notesBase, target: memoryFolder };
}

/** One thing in a folder of a session that a merge has to handle. */
export type Difference =
  /** `odd-name`: its name is not valid UTF-8. `large`: it is too large to be merged. */
  | { readonly kind: 'changed' | 'removed' | 'link' | 'large' | 'odd-name'; readonly entry: Tree }
  /** It cannot be read, so it is not known to be unchanged. */
  | { readonly kind: 'failed'; readonly error: unknown };

/**
 * What a session has changed in a folder and in those below it, in the order of names. Empty folders, pipes, sockets and devices are not
 * merged; nor is the removal of a link. Never follows a link. Reads only.
 */
export function* differencesIn(files: Files, tree: Tree, hasBase = true): Generator<Difference, void> {
  const inBase = hasBase && files.kind(tree.base) === 'folder';
  const listed = attempt(() => ({
    own: files.kind(tree.ours) === 'folder' ? kindsIn(files, tree.ours) : NOTHING,
    base: inBase ? kindsIn(files, tree.base) : NOTHING,
  }));
  if (listed.status === 'rejected') yield { kind: 'failed', error: listed.reason };
  const { own, base } = listed.status === 'rejected' ? { own: NOTHING, base: NOTHING } : listed.value;
  for (const name of own.odd) yield { kind: 'odd-name', entry: below(tree, name) };
  for (const name of [...new Set([...own.kinds.keys(), ...base.kinds.keys()])].toSorted()) {
    const entry = below(tree, name);
    const kind = attempt(() => differenceOf(files, entry, own.kinds.get(name) ?? null, base.kinds.get(name) ?? null));
    if (kind.status === 'rejected') yield { kind: 'failed', error: kind.reason };
    else if (kind.value === 'folder') yield* differencesIn(files, entry, inBase);
    else if (kind.value !== 'same') yield { kind: kind.value, entry };
  }
}

function below(tree: Tree, name: string): Tree {
  return {
    place: pathIn(tree.place, name),
    ours: pathIn(tree.ours, name),
    base: pathIn(tree.base, name),
    target: pathIn(tree.target, name),
  };
}

/** Does what `join` does with a path and a name, in a tenth of the time. There are four for each file. */
function pathIn(folder: string, name: string): string {
  return folder === '' || folder.endsWith('/') ? folder + name : `${folder}/${name}`;
}

/** What is in a folder. */
interface Listed {
  /** By the names; null for a name that no path can have. */
  readonly kinds: ReadonlyMap<string, EntryKind | null>;
  /** The names that are not valid UTF-8, in the form in which they are shown. */
  readonly odd: readonly string[];
}

const NOTHING: Listed = { kinds: new Map(), odd: [] };

/** The names in a real folder, with their kinds: one call for all of them, instead of one for each. Reads only. */
export function kindsIn(files: Files, folder: string): Listed {
  const entries = files.entries(folder);
  const odd = oddNames(
    files,
    folder,
    entries.map(({ name }) => name),
  );
  return { kinds: new Map(entries.map(({ name, kind }) => [name, odd.includes(name) ? files.kind(join(folder, name)) : kind])), odd };
}

/** `kind`: of the session's entry; `start`: of that in the base. Null: there is none. */
function differenceOf(
  files: Files,
  { ours, base }: Tree,
  kind: EntryKind | null,
  start: EntryKind | null,
): 'same' | 'folder' | 'changed' | 'removed' | 'link' | 'large' {
  if (kind === null) return start === 'folder' ? 'folder' : start === 'file' ? 'removed' : 'same';
  if (kind === 'folder') return 'folder';
  if (kind === 'link') return start === 'link' && files.linkTarget(ours) === files.linkTarget(base) ? 'same' : 'link';
  if (kind === 'other') return 'same';
  const size = files.stat(ours)?.size ?? 0;
  if (size > LARGE_BYTES) return 'large';
  return start === 'file' && sameContent(files, ours, base, size) !== null ? 'same' : 'changed';
}

/** The content of two plain files if it is the same and they are not too large to be merged; else null. `size`: that of the first. */
export function sameContent(files: Files, one: string, other: string, size = files.stat(one)?.size ?? 0): Uint8Array | null {
  if (size > LARGE_BYTES || files.stat(other)?.size !== size) return null;
  const content = files.read(one);
  return content !== null && sameBytes(content, files.read(other)) ? content : null;
}

/** The number of plain files in a folder and those below it. */
export function countFiles(files: Files, folder: string): number {
  if (files.kind(folder) !== 'folder') return 0;
  return files
    .entries(folder)
    .reduce((count, { name, kind }) => count + (kind === 'folder' ? countFiles(files, join(folder, name)) : Number(kind === 'file')), 0);
}

/**
 * Whether the session itself may have removed what is missing in its home: all that a launch makes and a session never removes is there.
 * Only a removal of the whole session takes these files, such as that by a cleaner of old files, which removes the oldest, and so these,
 * first.
 */
export function isHomeComplete(files: Files, { paths, layout }: Pick<Session, 'paths' | 'layout'>): boolean {
  const placed = [paths.alive, paths.settings, paths.manifest, ...linkedFolders(layout).map((name) => join(paths.home, name))];
  return placed.every((path) => files.kind(path) !== null) && files.kind(paths.homeBase) === 'folder';
}

function linkedFolders(layout: Session['layout']): string[] {
  return namedRows(layout).filter((name) => {
    const rule = namedRule(layout, name);
    return (rule?.policy === 'link' || rule?.policy === 'overlay') && rule.kind === 'folder';
  });
}

/** This many files of a folder may be removed at once, whatever its size. */
const FEW = 3;

/**
 * The changes to merge in a folder that had `before` files. Its deletions are among them unless the home is incomplete or most of the files
 * were removed at once; the shared dir then keeps the files.
 */
export function acceptedDeletions(
  found: readonly PromiseSettledResult<MergeCandidate>[],
  before: number,
  isComplete: boolean,
): PromiseSettledResult<MergeCandidate>[] {
  return areAccepted(found.filter(isDeletion).length, before, isComplete) ? [...found] : found.filter((each) => !isDeletion(each));
}

/** Whether `deleted` files of a folder that had `before` count as deleted on purpose. */
export function areAccepted(deleted: number, before: number, isComplete: boolean): boolean {
  return isComplete && deleted <= Math.max(FEW, before / 2);
}

function isDeletion(found: PromiseSettledResult<MergeCandidate>): boolean {
  return found.status === 'fulfilled' && found.value.change.ours === null;
}
