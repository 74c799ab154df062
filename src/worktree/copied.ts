import { lstatSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isRecord } from '../system/is-record.js';
import { writeAtomic } from '../system/fs/atomic-write.js';
import { readTextIfThere } from '../system/fs/read-text.js';
import { attempt } from '../system/attempt.js';
import { unlessMissing } from '../system/fs/unless-missing.js';
import { git } from '../system/git/run.js';
import { lineOf } from './opened.js';

/** The files that were copied into a worktree, with their state at that time. */
interface Copied {
  /** The working tree that they were copied from. */
  readonly source: string;
  /** By path relative to it: size in bytes, and modification time in milliseconds since the epoch. */
  readonly files: Readonly<Record<string, readonly [size: number, modifiedAt: number]>>;
}

/**
 * Records in the git dir of a worktree which files were copied into it; copied folders are not recorded. Git deletes the record with the
 * worktree. Throws `git-failed` and system errors. A crash leaves the worktree unfinished, with the old record or the new one.
 */
export async function noteCopied(root: string, source: string, paths: readonly string[]): Promise<void> {
  const files = paths.flatMap((path) => {
    const stat = unlessMissing(() => lstatSync(join(root, path)));
    return stat?.isFile() ? [[path, [stat.size, stat.mtimeMs]] as const] : [];
  });
  if (files.length === 0) return;
  const note = await noteOf(root);
  const before = readNote(note)?.files ?? {};
  writeAtomic(note, Buffer.from(JSON.stringify({ source, files: { ...before, ...Object.fromEntries(files) } })));
}

/**
 * The copied files that have been changed in the worktree, by path, except those that equal the source again. Git ignores these files, so
 * its status does not show them. Reads only. Throws `git-failed`.
 */
export async function changedCopies(root: string): Promise<string[]> {
  const copied = readNote(await noteOf(root));
  if (!copied) return [];
  return Object.entries(copied.files).flatMap(([path, [size, modifiedAt]]) => {
    const stat = unlessMissing(() => lstatSync(join(root, path)));
    const isAsCopied = !stat?.isFile() || (stat.size === size && stat.mtimeMs === modifiedAt);
    return isAsCopied || isSame(join(root, path), join(copied.source, path)) ? [] : [path];
  });
}

/** A file that cannot be read counts as different. */
function isSame(one: string, other: string): boolean {
  const same = attempt(
    () => lstatSync(other).isFile() && lstatSync(one).size === lstatSync(other).size && readFileSync(one).equals(readFileSync(other)),
  );
  return same.status === 'fulfilled' && same.value;
}

async function noteOf(root: string): Promise<string> {
  return join(resolve(root, lineOf(await git(root, 'rev-parse', '--git-dir'))), 'pclaude-copied.json');
}

function readNote(path: string): Copied | undefined {
  const text = readTextIfThere(path);
  const value = attempt((): unknown => JSON.parse(text ?? 'null'));
  return value.status === 'fulfilled' && isCopied(value.value) ? value.value : undefined;
}

function isCopied(value: unknown): value is Copied {
  if (!isRecord(value) || typeof value['source'] !== 'string' || !isRecord(value['files'])) return false;
  return Object.values(value['files']).every(
    (each) => Array.isArray(each) && each.length === 2 && each.every((part) => typeof part === 'number'),
  );
}
