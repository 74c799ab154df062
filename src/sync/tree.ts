import { dirname, join } from 'node:path';
import { moveBase, readPlain } from './base.js';
import type { Files } from './files.js';
import { type ConflictPolicy, findObstacle, push, type Pushed } from './push.js';
import type { FileResult } from './report.js';

/** One folder in its three versions. */
export interface Tree {
  readonly ours: string;
  /** Need not exist: then the session made the folder. */
  readonly base: string;
  readonly target: string;
}

/**
 * Merges a folder of a session into the shared one, file by file. A file that the session removed is removed from the
 * shared folder when nobody has changed it since. Links are carried as links, and never followed: a link in the base
 * says nothing of the files behind it, which are other people's.
 */
export function pushTree(files: Files, tree: Tree, conflict: ConflictPolicy, prefix = ''): FileResult[] {
  const names = new Set([tree.ours, tree.base].map((folder) => join(folder, prefix)).flatMap((folder) => (files.kind(folder) === 'folder' ? files.list(folder) : [])));
  return [...names].toSorted().flatMap((name) => {
    const place = join(prefix, name);
    const [ours, base, target] = [join(tree.ours, place), join(tree.base, place), join(tree.target, place)];
    const kind = files.kind(ours) ?? files.kind(base);
    if (kind === 'folder') return pushTree(files, tree, conflict, place);
    if (kind === 'link') carryLink(files, ours, target);
    return kind === 'file' ? [[place, pushFile(files, { ours, base, target }, conflict)]] : [];
  });
}

function pushFile(files: Files, { ours, base, target }: Tree, conflict: ConflictPolicy): Pushed {
  const change = { target, base: readPlain(files, base), ours: readPlain(files, ours) };
  const pushed = push(files, change, { conflict });
  moveBase(files, base, change);
  return pushed;
}

/** Makes the same link in the shared dir, unless something of that name, or in its way, is there. */
export function carryLink(files: Files, ours: string, target: string): void {
  if (files.kind(ours) !== 'link' || findObstacle(files, target) !== undefined || files.kind(target) !== null) return;
  files.makeFolder(dirname(target));
  files.symlink(files.linkTarget(ours), target);
}
