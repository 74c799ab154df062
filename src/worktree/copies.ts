import {
  chmodSync,
  constants,
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { dirname, join, normalize, resolve, sep } from 'node:path';
import { attempt } from '../system/attempt.js';
import { temporaryName, writeAtomic } from '../system/fs/atomic-write.js';
import { unlessMissing } from '../system/fs/fs-error.js';
import { below, readTextIfThere } from '../system/fs/paths.js';
import { git, lineOf } from '../system/git/run.js';
import { isRecord, parseJson } from '../system/json.js';

/** The outcome for one path that is to be copied or linked into a worktree. */
export type CopyOutcome =
  | 'added'
  /** The target exists already, for example from an earlier attempt. */
  | 'there'
  /** The source has no such path. */
  | 'missing'
  /** The path is outside the repository or in `.git`, is a link, or leads through a link. */
  | 'refused';

/**
 * Copies a file or a folder to the same path of another working tree. On file systems with reflinks the copies share their blocks until one
 * is changed. Links in a folder are copied as links. A path that is a link or leads through one is refused, because a link in a repository
 * may point anywhere. An existing target stays. A crash leaves a file or folder with `TEMPORARY_SUFFIX`, never half a copy under its final
 * name. Throws system errors.
 */
export function copyAcross(source: string, target: string, path: string): CopyOutcome {
  const ends = endsOf(source, target, path);
  if (typeof ends === 'string') return ends;
  const temporary = temporaryName(ends.to);
  try {
    copy(ends.from, temporary);
    renameSync(temporary, ends.to);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw error;
  }
  return 'added';
}

/** Creates a link to a folder of the source at the same path of the target. Otherwise like `copyAcross`. */
export function linkAcross(source: string, target: string, path: string): CopyOutcome {
  const ends = endsOf(source, target, path);
  if (typeof ends === 'string') return ends;
  symlinkSync(ends.from, ends.to);
  return 'added';
}

function endsOf(source: string, target: string, path: string): { readonly from: string; readonly to: string } | CopyOutcome {
  const relPath = normalize(path).replace(/\/+$/, '');
  if (below(source, join(source, relPath)) === undefined || relPath.split(sep).includes('.git')) return 'refused';
  const [from, to] = [join(source, relPath), join(target, relPath)];
  const stat = unlessMissing(() => lstatSync(from));
  if (stat === undefined) return 'missing';
  if (stat.isSymbolicLink() || realpathSync.native(dirname(from)) !== dirname(from)) return 'refused';
  if (!makeFoldersTo(target, dirname(relPath))) return 'refused';
  return unlessMissing(() => lstatSync(to)) === undefined ? { from, to } : 'there';
}

/** Creates the parent folders. False if one of them is not a real folder. */
function makeFoldersTo(root: string, folder: string): boolean {
  if (folder === '.') return true;
  if (!makeFoldersTo(root, dirname(folder))) return false;
  const path = join(root, folder);
  const stat = unlessMissing(() => lstatSync(path));
  if (stat === undefined) mkdirSync(path);
  return stat?.isDirectory() ?? true;
}

/** Keeps the times of files, because build tools compare them. Skips sockets, pipes and devices, which are useless in a copy. */
function copy(from: string, to: string): void {
  const stat = lstatSync(from);
  if (stat.isSymbolicLink()) symlinkSync(readlinkSync(from), to);
  else if (stat.isFile()) {
    copyFileSync(from, to, constants.COPYFILE_FICLONE);
    utimesSync(to, stat.atime, stat.mtime);
  } else if (stat.isDirectory()) {
    mkdirSync(to);
    for (const name of readdirSync(from)) copy(join(from, name), join(to, name));
    chmodSync(to, stat.mode);
  }
}

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
  const value = parseJson(readTextIfThere(path));
  return isCopied(value) ? value : undefined;
}

function isCopied(value: unknown): value is Copied {
  if (!isRecord(value) || typeof value['source'] !== 'string' || !isRecord(value['files'])) return false;
  return Object.values(value['files']).every(
    (each) => Array.isArray(each) && each.length === 2 && each.every((part) => typeof part === 'number'),
  );
}
