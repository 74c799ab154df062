import { dirname, join } from 'node:path';
import { markShell } from '../sync/calls.js';
import type { Files } from '../sync/files.js';
import { callRoot, type Overlaid } from '../sync/overlaid.js';
import { findLink } from '../sync/plain.js';
import type { ShellPlan } from './shell/places.js';

/** So many files, and bytes, are copied for one command: to run it as it is harms less than to make its user wait. */
const MOST_FILES = 500;
const MOST_BYTES = 16 * 1024 * 1024;

interface Budget {
  files: number;
  bytes: number;
}

/**
 * Prepares private copies of all that a shell command writes; false where that is too much, or a link stands in their place. A crash leaves copies that equal
 * their bases, or a copy without a base: nobody takes either for a change.
 */
export function copyForShell(files: Files, trees: readonly Overlaid[], { copies, folders }: ShellPlan, call: string): boolean {
  const budget: Budget = { files: MOST_FILES, bytes: MOST_BYTES };
  for (const tree of trees) {
    const own = copies.filter((copy) => copy.tree === tree.kind);
    if (own.length === 0) continue;
    // It might lead anywhere.
    if (findLink(files, callRoot(tree, call), tree.root) !== undefined || findLink(files, join(tree.bases, call), tree.root) !== undefined) return false;
    files.makeFolder(callRoot(tree, call));
    for (const { place } of folders.filter((folder) => folder.tree === tree.kind)) copyFolder(files, tree, call, place);
    for (const { place, whole } of own) if (!copyEntry(files, tree, call, place, whole, budget)) return false;
    markShell(files, tree, call, 'foreground');
  }
  return true;
}

/** What is a link at the top of what is copied is copied as that to which it leads; links in folders are copied as links. */
function copyEntry(files: Files, tree: Overlaid, call: string, place: string, whole: boolean, budget: Budget): boolean {
  const shared = files.realPath(join(tree.folder, place));
  const kind = files.kind(shared);
  if (kind === 'file') return copyFile(files, tree, call, place, shared, budget);
  if (kind !== 'folder') return kind === null;
  copyFolder(files, tree, call, place);
  return !whole || files.list(shared).every((name) => copyInside(files, tree, call, join(place, name), join(shared, name), budget));
}

function copyInside(files: Files, tree: Overlaid, call: string, place: string, shared: string, budget: Budget): boolean {
  const kind = files.kind(shared);
  if (kind === 'file') return copyFile(files, tree, call, place, shared, budget);
  if (kind === 'link') return copyLink(files, tree, call, place, files.linkTarget(shared));
  if (kind !== 'folder') return false;
  copyFolder(files, tree, call, place);
  return files.list(shared).every((name) => copyInside(files, tree, call, join(place, name), join(shared, name), budget));
}

/** The copy first: a copy without a base equals the shared file, which is no change; a base without a copy would be a removal. */
function copyFile(files: Files, tree: Overlaid, call: string, place: string, shared: string, budget: Budget): boolean {
  const content = files.read(shared);
  if (content === null) return true;
  budget.files -= 1;
  budget.bytes -= content.length;
  if (budget.files < 0 || budget.bytes < 0) return false;
  const [copy, base] = pathsOf(tree, call, place);
  if (files.kind(copy) !== null) return true;
  files.makeFolder(dirname(copy));
  files.writeNew(copy, content, files.mode(shared) ?? 0o600);
  files.writePrivate(base, content);
  return true;
}

function copyLink(files: Files, tree: Overlaid, call: string, place: string, target: string): boolean {
  for (const path of pathsOf(tree, call, place)) {
    files.makeFolder(dirname(path));
    if (files.kind(path) === null) files.symlink(target, path);
  }
  return true;
}

/** A folder that is there in the shared dir. */
function copyFolder(files: Files, tree: Overlaid, call: string, place: string): void {
  if (files.kind(files.realPath(join(tree.folder, place))) === 'folder') for (const path of pathsOf(tree, call, place)) files.makeFolder(path);
}

function pathsOf(tree: Overlaid, call: string, place: string): [copy: string, base: string] {
  return [join(callRoot(tree, call), place), join(tree.bases, call, place)];
}
