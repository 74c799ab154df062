import { dirname, join, relative } from 'node:path';
import { sameBytes } from '../merge/bytes.js';
import { findLink } from './plain.js';
import type { Item } from './item.js';
import type { EntryKind, Files } from './files.js';
import { carryLarge, isLarge } from './large.js';
import { findObstacle } from './obstacle.js';
import type { PushPolicy } from './change.js';
import { settled } from '../platform/settled.js';

/** One file or folder in its three versions. */
export interface Tree {
  /** Its path in the shared dir. */
  readonly place: string;
  readonly ours: string;
  /** Need not exist: then the session made the folder. */
  readonly base: string;
  readonly target: string;
}

/** The folders in which the versions of a session are: nothing below them is a link that we follow. */
interface Roots {
  readonly ours: string;
  readonly base: string;
}

/**
 * What there is to merge in a folder of a session: the files that it changed. One that it removed is among them: it will be
 * removed from the shared folder when nobody has changed it since. Links are carried at once, as links, and never
 * followed: a link in the base says nothing of the files behind it, which are other people's.
 */
export function itemsIn(files: Files, tree: Tree, policy: PushPolicy): PromiseSettledResult<Item>[] {
  return itemsBelow(files, tree, policy, { ours: dirname(tree.ours), base: dirname(tree.base) });
}

function itemsBelow(files: Files, tree: Tree, policy: PushPolicy, roots: Roots): PromiseSettledResult<Item>[] {
  const names = settled(() => [tree.ours, tree.base].flatMap((folder) => (files.kind(folder) === 'folder' ? files.list(folder) : [])));
  if (names.status === 'rejected') return [names];
  // Once for the folder: of thousands of files that would be most of the work.
  const reach: Reach = { ours: findLink(files, tree.ours, roots.ours) === undefined, base: findLink(files, tree.base, roots.base) === undefined };
  return [...new Set(names.value)].toSorted().flatMap((name) => {
    const entry = below(tree, name);
    const own = files.kind(entry.ours);
    const kind = own ?? files.kind(entry.base);
    if (kind === 'folder') return itemsBelow(files, entry, policy, roots);
    const found = settled(() => {
      if (kind === 'link' && !isSameLink(files, entry)) carryLink(files, entry.ours, entry.target);
      if (own === 'file' && isLarge(files, entry.ours)) return carryWithBase(files, entry, roots);
      return kind === 'file' ? itemOf(files, entry, policy, { roots, reach, own }) : undefined;
    });
    if (found.status === 'rejected') return [found];
    return found.value ? [{ status: 'fulfilled', value: found.value } as const] : [];
  });
}

function below(tree: Tree, name: string): Tree {
  return { place: join(tree.place, name), ours: join(tree.ours, name), base: join(tree.base, name), target: join(tree.target, name) };
}

/** Which folders of a tree no link leads to. */
interface Reach {
  readonly ours: boolean;
  readonly base: boolean;
}

/** Where a file is, and what the session has by its name. */
interface Found {
  readonly roots: Roots;
  readonly reach: Reach;
  readonly own: EntryKind | null;
}

function itemOf(files: Files, { place, ours, base, target }: Tree, policy: PushPolicy, { roots, reach, own }: Found): Item | undefined {
  const read = (path: string, root: string): Uint8Array | null => files.readInside(root, relative(root, path));
  const change = { place, target, base: reach.base && files.kind(base) === 'file' ? read(base, roots.base) : null, ours: reach.ours && own === 'file' ? read(ours, roots.ours) : null };
  if (sameBytes(change.base, change.ours)) return undefined;
  // A link has taken its place, or that of its folder, while we looked: the session has not removed it.
  if (change.ours === null && (files.kind(ours) !== null || findLink(files, ours, roots.ours) !== undefined)) return undefined;
  const mode = files.mode(ours);
  return { change: mode === null ? change : { ...change, mode }, policy, base: { path: base, root: roots.base }, memoryFolder: null };
}

/** The link that is left in the place of a large file is no change of the session's. */
function carryWithBase(files: Files, entry: Tree, roots: Roots): undefined {
  carryLarge(files, entry);
  if (files.kind(entry.base) !== null || findLink(files, entry.base, roots.base) !== undefined) return;
  files.makeFolder(dirname(entry.base));
  files.symlink(entry.target, entry.base);
}

/** How many plain files are in a folder and those below it. */
export function countFiles(files: Files, folder: string): number {
  if (files.kind(folder) !== 'folder') return 0;
  return files.entries(folder).reduce((count, { name, kind }) => count + (kind === 'folder' ? countFiles(files, join(folder, name)) : Number(kind === 'file')), 0);
}

/** The session has left the link as it was; where the shared one is gone, somebody has removed it. */
function isSameLink(files: Files, { ours, base }: Tree): boolean {
  return files.kind(ours) === 'link' && files.kind(base) === 'link' && files.linkTarget(ours) === files.linkTarget(base);
}

/** Makes the same link in the shared dir, unless something of that name, or in its way, is there. `translate`: where it leads for others. */
export function carryLink(files: Files, ours: string, target: string, translate = (leadsTo: string): string => leadsTo): void {
  if (files.kind(ours) !== 'link' || findObstacle(files, target) !== undefined || files.kind(target) !== null) return;
  files.makeFolder(dirname(target));
  files.symlink(translate(files.linkTarget(ours)), target);
}
