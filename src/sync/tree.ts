import { join } from 'node:path';
import type { Files } from './files.js';
import { type ConflictPolicy, push } from './push.js';
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
 * shared folder when nobody has changed it since. Links are carried as links, and never followed.
 */
export function pushTree(files: Files, tree: Tree, conflict: ConflictPolicy, prefix = ''): FileResult[] {
  const names = new Set([...files.list(join(tree.ours, prefix)), ...files.list(join(tree.base, prefix))]);
  return [...names].toSorted().flatMap((name) => {
    const place = join(prefix, name);
    const [ours, base] = [join(tree.ours, place), join(tree.base, place)];
    const kind = files.kind(ours) ?? files.kind(base);
    if (kind === 'folder') return pushTree(files, tree, conflict, place);
    if (kind === 'link') {
      carryLink(files, ours, join(tree.target, place));
      return [];
    }
    if (kind !== 'file') return [];
    const change = { target: join(tree.target, place), base: files.read(base), ours: files.read(ours) };
    return [[place, push(files, change, { conflict })]];
  });
}

/** Makes the same link in the shared dir, unless something of that name is there. */
export function carryLink(files: Files, ours: string, target: string): void {
  if (files.kind(ours) === 'link' && files.kind(target) === null) files.symlink(files.linkTarget(ours), target);
}
