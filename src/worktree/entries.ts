import { realpathSync } from 'node:fs';
import { unlessMissing } from '../system/fs/unless-missing.js';
import { git } from '../system/git/run.js';
import type { OpenedRepository } from './opened.js';

/** A working tree as `git worktree list` reports it. */
export interface Entry {
  /** Real path; if the folder does not exist, the path that git reports. */
  readonly path: string;
  readonly kind: 'main' | 'bare' | 'linked';
  /** The commit that is checked out; null if there is none. */
  readonly head: string | null;
  /** Null when HEAD is detached. */
  readonly branch: string | null;
  /** The reason of its lock, possibly empty; null when it is not locked. */
  readonly locked: string | null;
  /** Its folder does not exist. */
  readonly gone: boolean;
}

/** All working trees of a repository; the main one or the bare repository comes first. Throws as `git` does. */
export async function listEntries({ commonDir, root }: OpenedRepository): Promise<Entry[]> {
  const [first, ...linked] = parseEntries(await git(commonDir, 'worktree', 'list', '--porcelain'));
  return [...(first ? [{ ...first, path: root }] : []), ...linked.map(resolved)];
}

/** Reads `git worktree list --porcelain`, in which a blank line ends each entry. */
export function parseEntries(output: string): Entry[] {
  return output
    .split('\n\n')
    .filter((block) => block.startsWith('worktree '))
    .map((block, index) => entryOf(new Map(block.split('\n').map(attribute)), index === 0));
}

function entryOf(attributes: ReadonlyMap<string, string>, first: boolean): Entry {
  return {
    path: attributes.get('worktree') ?? '',
    kind: attributes.has('bare') ? 'bare' : first ? 'main' : 'linked',
    head: headOf(attributes.get('HEAD')),
    branch: attributes.get('branch')?.replace(/^refs\/heads\//, '') ?? null,
    locked: attributes.get('locked') ?? null,
    gone: attributes.has('prunable'),
  };
}

function attribute(line: string): readonly [name: string, value: string] {
  const [, name = '', value = ''] = /^(\S+) ?(.*)$/.exec(line) ?? [];
  return [name, value];
}

/** Git reports zeros for a branch without a commit. */
function headOf(value: string | undefined): string | null {
  return value === undefined || /^0+$/.test(value) ? null : value;
}

function resolved(entry: Entry): Entry {
  const path = unlessMissing(() => realpathSync.native(entry.path));
  // Git does not report a locked worktree as prunable when its folder is gone.
  return { ...entry, path: path ?? entry.path, gone: entry.gone || path === undefined };
}
