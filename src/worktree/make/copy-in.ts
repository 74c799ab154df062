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

/** The outcome for one path that is to be copied or linked into a worktree. */
export type Brought =
  | 'brought'
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

/** Creates a link to a folder of the source at the same path of the target. Otherwise like `copyAcross`. */
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
