import {
  chmodSync,
  constants,
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { basename, dirname, join, normalize, sep } from 'node:path';
import { TEMPORARY_SUFFIX } from '../../system/fs/atomic-write.js';
import { below } from '../../system/fs/below.js';
import { newId } from '../../system/id.js';
import { unlessMissing } from '../../system/fs/unless-missing.js';

/** What came of one thing that a worktree was to be given. */
export type Brought =
  | 'brought'
  /** Something stands there already, say from the last time. */
  | 'there'
  /** The source has no such thing. */
  | 'missing'
  /** It is no path in the repository, or a link would lead out of it. */
  | 'refused';

/**
 * Copies a file or a folder from one working tree to the same place in another; where the disk can, the two share their blocks
 * until one is changed. Links are copied as they are and never followed, and those that a path leads through are refused: the
 * repository has them, and may lead anywhere. What is there stays. A crash leaves a file or folder with `TEMPORARY_SUFFIX`,
 * never half a copy under its own name. Throws the system's errors.
 */
export function copyAcross(source: string, target: string, path: string): Brought {
  const ends = endsOf(source, target, path);
  if (typeof ends === 'string') return ends;
  const temporary = join(dirname(ends.to), `.${basename(ends.to).slice(0, 40)}.${newId()}${TEMPORARY_SUFFIX}`);
  try {
    copy(ends.from, temporary);
    renameSync(temporary, ends.to);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw error;
  }
  return 'brought';
}

/** Makes a link to a folder of the source in the same place of the target. Otherwise as `copyAcross`. */
export function linkAcross(source: string, target: string, path: string): Brought {
  const ends = endsOf(source, target, path);
  if (typeof ends === 'string') return ends;
  symlinkSync(ends.from, ends.to);
  return 'brought';
}

function endsOf(source: string, target: string, path: string): { readonly from: string; readonly to: string } | Brought {
  const place = normalize(path).replace(/\/+$/, '');
  if (below(source, join(source, place)) === undefined || place.split(sep).includes('.git')) return 'refused';
  const [from, to] = [join(source, place), join(target, place)];
  const stat = unlessMissing(() => lstatSync(from));
  if (stat === undefined) return 'missing';
  if (stat.isSymbolicLink() || realpathSync.native(dirname(from)) !== dirname(from)) return 'refused';
  if (!makeFoldersTo(target, dirname(place))) return 'refused';
  return unlessMissing(() => lstatSync(to)) === undefined ? { from, to } : 'there';
}

/** Makes the folders on the way, and says whether all of them are real ones. */
function makeFoldersTo(root: string, folder: string): boolean {
  if (folder === '.') return true;
  if (!makeFoldersTo(root, dirname(folder))) return false;
  const path = join(root, folder);
  const stat = unlessMissing(() => lstatSync(path));
  if (stat === undefined) mkdirSync(path);
  return stat?.isDirectory() ?? true;
}

/** Times stay, by which tools tell what is up to date. Sockets and the like are of no use elsewhere. */
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
