import { dirname, join } from 'node:path';
import { attempt } from '../system/attempt.js';
import { isUserError, UserError } from '../system/errors.js';
import { type Files, findObstacle } from '../system/files/files.js';
import { hasCode } from '../system/fs/fs-error.js';
import { LARGE_BYTES } from '../system/fs/paths.js';

/** Whether a file is too large to be merged. Follows links. */
export function isLarge(files: Files, path: string): boolean {
  return (files.size(path) ?? 0) > LARGE_BYTES;
}

/** The content of a file, for a merge; null when there is no file, or it is too large. Does not follow a link. */
export function readMergeable(files: Files, path: string): Uint8Array | null {
  return files.kind(path) === 'file' && !isLarge(files, path) ? files.read(path) : null;
}

/**
 * What keeps a version from being merged into the file at `path`: something that is not a file, or above it not a folder, or a file that
 * is too large. Undefined: nothing does.
 */
export function obstacleAt(files: Files, path: string): string | undefined {
  return findObstacle(files, files.realPath(path)) ?? (isLarge(files, path) ? path : undefined);
}

/**
 * Moves a file that a session made, and that is too large to be merged, to the shared dir, and leaves a link in its place. Its content is
 * not read. Throws `too-large`, and leaves the file where it is, when the shared dir has something of that name or is on another disk.
 * After a crash the link may be missing.
 */
export function moveLarge(files: Files, { place, ours, target }: { place: string; ours: string; target: string }): void {
  if (findObstacle(files, target) !== undefined || files.kind(target) !== null) throw tooLarge(place, ours);
  files.makeFolder(dirname(target));
  const moved = attempt(() => files.rename(ours, target));
  if (moved.status === 'rejected') throw hasCode(moved.reason, 'EXDEV') ? tooLarge(place, ours) : moved.reason;
  files.symlink(target, ours);
}

function tooLarge(place: string, ours: string): UserError {
  return new UserError('too-large', `${place} is too large to be merged`, `it stays as ${ours}: move it to where you want it`);
}

/**
 * Whether no change can be written to a shared file or folder, nor one be made there: its disk is read-only, or its folder is closed to
 * this user, as in the stores from which some programs link a user's settings.
 */
export function isReadOnly(files: Files, path: string): boolean {
  const target = files.realPath(path);
  if (files.kind(target) !== null && !files.canChange(target)) return true;
  let folder = dirname(target);
  while (files.kind(folder) === null && folder !== dirname(folder)) folder = dirname(folder);
  return !files.canChange(folder);
}

/** What Node puts in the place of bytes that are not UTF-8. */
const REPLACEMENT = '\u{FFFD}';

/**
 * The names listed in a folder that are not valid UTF-8, in the form in which they are shown. No file can be read or written by such a
 * name. Reads only.
 */
export function oddNames(files: Files, folder: string, listed: readonly string[]): string[] {
  const shown = listed.filter((name) => name.includes(REPLACEMENT));
  // A name may really contain that character. Then its path exists, and only other names that look the same are not valid.
  return [...new Set(shown)].filter(
    (name) => shown.filter((each) => each === name).length > (files.kind(join(folder, name)) === null ? 0 : 1),
  );
}

/** The error for something that a session made and that is not merged. `ours`: the path at which it stays in the session. */
export function notCarried(what: string, ours: string): UserError {
  return new UserError('not-carried', what, `it stays as ${ours}: move it to where you want it`);
}

/** The same for a name that no file operation can use. */
export function oddlyNamed(place: string, ours: string): UserError {
  return new UserError(
    'not-carried',
    `the name of ${place} is not valid UTF-8, so it is not merged`,
    `it stays in ${dirname(ours)}: move it to where you want it, under another name`,
  );
}

/** Whether a failure holds up nothing else: it is reported, and the session can be closed all the same. */
export function isLeftBehind(error: unknown): error is UserError {
  return isUserError(error) && (error.code === 'too-large' || error.code === 'not-carried');
}
