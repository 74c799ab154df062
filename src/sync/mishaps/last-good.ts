import { join } from 'node:path';
import { type SharedDir, sharedPath } from '../../client/shared-dir.js';
import { sameBytes } from '../../system/bytes.js';
import type { DriverRow } from '../../merge/driver-rows.js';
import { TEMPORARY_SUFFIX } from '../../system/fs/atomic-write.js';
import { tryKernelLock } from '../../system/locks/kernel-lock.js';
import { goodFolder, goodLockFile } from '../../session/paths.js';
import type { Session, Store } from '../../session/session.js';
import type { Files } from '../../system/files/files.js';
import { guardedNames, isAsKept, type Stamp } from './guarded-files.js';
import { isLarge } from '../large.js';
import { lostWhere } from './mishap.js';
import { parses } from './quarantine.js';

const LOGIN = '.credentials.json';

/** Where the last good version of a shared file is kept. */
export function goodPath(files: Files, stateDir: string, shared: SharedDir, name: string): string {
  return join(goodFolder(stateDir, files.realPath(shared.dir)), name);
}

/**
 * Keeps the last good version of each shared file that holds settings, rules or a login: one copy, 0600, in the state dir. A version
 * that does not parse, or has lost most of what the one before it had, is no good one, and does not take its place. `most`: larger
 * files, in bytes, are left for another time. Where another session keeps them at this moment, nothing is left to do. Throws the system's
 * errors; a crash leaves the copy before, and perhaps a temporary file, which the next call removes.
 */
export function keepGood(files: Files, { stateDir, layout: { drivers }, manifest: { shared } }: Session, most = Number.POSITIVE_INFINITY): void {
  const dir = files.realPath(shared.dir);
  const folder = goodFolder(stateDir, dir);
  const lock = tryKernelLock(goodLockFile(stateDir, dir));
  if (!lock) return;
  try {
    for (const name of files.list(folder)) if (name.endsWith(TEMPORARY_SUFFIX)) files.remove(join(folder, name));
    keepEach(files, { stateDir, drivers, shared, most });
  } finally {
    lock.release();
  }
}

interface Kept {
  readonly stateDir: string;
  readonly drivers: readonly DriverRow[];
  readonly shared: SharedDir;
  readonly most: number;
}

function keepEach(files: Files, { stateDir, drivers, shared, most }: Kept): void {
  for (const name of guardedNames(drivers)) {
    const [path, kept] = [sharedPath(shared, name), goodPath(files, stateDir, shared, name)];
    if ((files.size(path) ?? 0) > most || isUnchanged(files, path, kept)) continue;
    const [content, before] = [readFile(files, path), readFile(files, kept)];
    if (content === null || !parses(drivers, name, content)) continue;
    if (sameBytes(content, before) || lostWhere(drivers, name, before, content).length === 0) files.writePrivate(kept, content);
  }
}

/** Takes a shared file as it is for a good version, whatever it has lost, since a person says so. False where it is no valid JSON. */
export function acceptAsGood(files: Files, { stateDir, layout, shared }: Store & { readonly shared: SharedDir }, name: string): boolean {
  const content = readFile(files, sharedPath(shared, name));
  if (content === null || !guardedNames(layout.drivers).includes(name) || !parses(layout.drivers, name, content)) return false;
  files.writePrivate(goodPath(files, stateDir, shared, name), content);
  return true;
}

/** Whether nothing was written to a shared file since its good version was kept, as far as time and size tell. */
export function isUnchanged(files: Files, path: string, kept: string): boolean {
  return isAsKept(stampOf(files, path), stampOf(files, kept));
}

function stampOf(files: Files, path: string): Stamp | null {
  const [modifiedAt, size] = [files.modifiedAt(path), files.size(path)];
  return modifiedAt === null || size === null ? null : { modifiedAt, size };
}

/** Null also where something else stands in its place, or what is too large. */
export function readFile(files: Files, path: string): Uint8Array | null {
  return files.kind(files.realPath(path)) === 'file' && !isLarge(files, path) ? files.read(path) : null;
}

/** Whether there was a login in a shared dir, and is none: a client that logs out removes the file. */
export function isLoggedOut(files: Files, stateDir: string, shared: SharedDir): boolean {
  return files.kind(sharedPath(shared, LOGIN)) === null && files.kind(goodPath(files, stateDir, shared, LOGIN)) !== null;
}
