import { join } from 'node:path';
import { sameBytes } from '../../system/bytes.js';
import { attempt } from '../../system/attempt.js';
import type { Files } from '../../system/files/files.js';
import { isLarge } from '../large.js';
import { oddNames } from './odd-names.js';

/** One file or folder in its three versions. */
export interface Tree {
  /** Its path in the shared dir. */
  readonly place: string;
  readonly ours: string;
  /** May be missing: then the session made the folder. */
  readonly base: string;
  readonly target: string;
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
    own: files.kind(tree.ours) === 'folder' ? files.list(tree.ours) : [],
    base: inBase ? files.list(tree.base) : [],
  }));
  if (listed.status === 'rejected') yield { kind: 'failed', error: listed.reason };
  const { own, base } = listed.status === 'rejected' ? { own: [], base: [] } : listed.value;
  for (const name of oddNames(files, tree.ours, own)) yield { kind: 'odd-name', entry: below(tree, name) };
  for (const name of [...new Set([...own, ...base])].toSorted()) {
    const entry = below(tree, name);
    const kind = attempt(() => differenceOf(files, entry, inBase));
    if (kind.status === 'rejected') yield { kind: 'failed', error: kind.reason };
    else if (kind.value === 'folder') yield* differencesIn(files, entry, inBase);
    else if (kind.value !== 'same') yield { kind: kind.value, entry };
  }
}

function below(tree: Tree, name: string): Tree {
  return { place: join(tree.place, name), ours: join(tree.ours, name), base: join(tree.base, name), target: join(tree.target, name) };
}

function differenceOf(files: Files, { ours, base }: Tree, inBase: boolean): 'same' | 'folder' | 'changed' | 'removed' | 'link' | 'large' {
  const kind = files.kind(ours);
  const start = inBase ? files.kind(base) : null;
  if (kind === null) return start === 'folder' ? 'folder' : start === 'file' ? 'removed' : 'same';
  if (kind === 'folder') return 'folder';
  if (kind === 'link') return start === 'link' && files.linkTarget(ours) === files.linkTarget(base) ? 'same' : 'link';
  if (kind === 'other') return 'same';
  if (isLarge(files, ours)) return 'large';
  return start === 'file' && sameContent(files, ours, base) !== null ? 'same' : 'changed';
}

/** The content of two existing files if it is the same; else null. */
export function sameContent(files: Files, one: string, other: string): Uint8Array | null {
  if (files.size(one) !== files.size(other)) return null;
  const content = files.read(one);
  return content !== null && sameBytes(content, files.read(other)) ? content : null;
}
