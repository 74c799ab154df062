import { copyFileSync, constants, type Dirent, mkdirSync, readdirSync, readlinkSync, realpathSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join, normalize, resolve, sep } from 'node:path';
import { LARGE_BYTES } from '../../system/fs/large.js';
import { unlessMissing } from '../../system/fs/unless-missing.js';

/**
 * Copies a folder twice: to `target`, which the session changes, and to `base`. The two copies are equal, even if another
 * process writes the source meanwhile. A missing source counts as an empty folder. A copied link leads to the same path as
 * before; a relative link to something inside the folder leads to the copy of that. Throws the system's errors. A crash
 * leaves parts of the copies.
 */
export function copyTree(source: string, target: string, base: string, depth = 0): void {
  // Other sessions merge meanwhile, so a file that was listed, above all a temporary one, may no longer exist.
  const entries = unlessMissing(() => readdirSync(source, { withFileTypes: true }));
  // A missing folder below the top was removed in the meantime, or has a name that is not UTF-8.
  if (entries === undefined && depth > 0) return;
  mkdirSync(base, { recursive: true, mode: 0o700 });
  mkdirSync(target, { recursive: true, mode: 0o700 });
  for (const entry of entries ?? []) copyEntry(entry, join(source, entry.name), join(target, entry.name), join(base, entry.name), depth);
}

function copyEntry(entry: Dirent, source: string, target: string, base: string, depth: number): void {
  if (entry.isDirectory()) copyTree(source, target, base, depth + 1);
  else if (entry.isSymbolicLink()) {
    const destination = unlessMissing(() => destinationOf(source, depth));
    if (destination === undefined) return;
    symlinkSync(destination, target);
    symlinkSync(destination, base);
  } else if (entry.isFile() && !linkIfLarge(source, [target, base])) copyWithBase(source, target, base);
}

/** The target for the copy of a link. `depth`: how many folders below the top of the tree the link is. */
function destinationOf(link: string, depth: number): string {
  const written = readlinkSync(link);
  const stays =
    normalize(written)
      .split(sep)
      .filter((part) => part === '..').length <= depth;
  return stays ? written : resolve(realpathSync.native(dirname(link)), written);
}

/** Links a file that is too large to be copied. Returns false for all others. */
export function linkIfLarge(source: string, names: readonly string[]): boolean {
  const size = unlessMissing(() => statSync(source).size) ?? 0;
  if (size <= LARGE_BYTES) return false;
  for (const name of names) symlinkSync(source, name);
  return true;
}

/**
 * Copies one file into existing folders. The base is copied from the private copy and not from the shared file: the two must
 * be equal even if another process writes the shared file in between.
 */
export function copyWithBase(source: string, target: string, base: string): void {
  const copied = unlessMissing(() => {
    copyFileSync(source, target, constants.COPYFILE_FICLONE);
    return true;
  });
  if (copied) copyFileSync(target, base, constants.COPYFILE_FICLONE);
}
