import { join } from 'node:path';
import { type SharedDir, sharedPath } from '../../client/shared-dir.js';
import type { DriverRow } from '../../merge/drivers.js';
import { errorPosition } from '../../merge/json/parse-json.js';
import { goodFolder, goodLockFile } from '../../session/paths.js';
import type { Session, Store } from '../../session/session.js';
import { sameBytes } from '../../system/content.js';
import type { Files } from '../../system/files/files.js';
import { TEMPORARY_SUFFIX } from '../../system/fs/atomic-write.js';
import { tryKernelLock } from '../../system/kernel-lock.js';
import type { Harmed, SharedMishap } from '../messages.js';
import { isLarge } from '../unmergeable.js';
import { guardedNames, isAsKept, type Stamp } from './guarded-files.js';
import { lostWhere, parses } from './mishap.js';

const LOGIN = '.credentials.json';

/** The path at which the last good version of a shared file is kept. */
export function goodPath(files: Files, stateDir: string, shared: SharedDir, name: string): string {
  return join(goodFolder(stateDir, files.realPath(shared.dir)), name);
}

/**
 * Keeps the last good version of each shared file that holds settings, rules or a login: one copy, 0600, in the state dir. A version that
 * does not parse, or that has lost most of what the previous one had, is not good and does not replace it. `most`: files that are larger
 * than this, in bytes, are left for another call. Does nothing while another session does this. Throws the system's errors. A crash leaves
 * the previous copy, and perhaps a temporary file, which the next call removes.
 */
export function keepGood(
  files: Files,
  { stateDir, layout: { drivers }, manifest: { shared } }: Session,
  most = Number.POSITIVE_INFINITY,
): void {
  const dir = files.realPath(shared.dir);
  const folder = goodFolder(stateDir, dir);
  const lock = tryKernelLock(goodLockFile(stateDir, dir));
  if (!lock) return;
  try {
    for (const name of files.list(folder)) if (name.endsWith(TEMPORARY_SUFFIX)) files.remove(join(folder, name));
    keepEach(files, { folder, drivers, shared, most });
  } finally {
    lock.release();
  }
}

/** What to keep good versions of. */
interface KeepScope {
  /** Where they are kept. */
  readonly folder: string;
  readonly drivers: readonly DriverRow[];
  readonly shared: SharedDir;
  readonly most: number;
}

function keepEach(files: Files, { folder, drivers, shared, most }: KeepScope): void {
  for (const name of guardedNames(drivers)) {
    const [path, kept] = [sharedPath(shared, name), join(folder, name)];
    const stamp = stampOf(files, path);
    if (stamp === null || stamp.size > most || isAsKept(stamp, stampOf(files, kept))) continue;
    const [content, before] = [readFile(files, path), readFile(files, kept)];
    if (content === null || !parses(drivers, name, content)) continue;
    if (sameBytes(content, before) || lostWhere(drivers, name, before, content).length === 0) files.writePrivate(kept, content);
  }
}

/**
 * Keeps a shared file as its good version, whatever it has lost, because the user says so. False if there is none to keep: it is missing or
 * too large, is not valid JSON, or has no guarded sections.
 */
export function acceptAsGood(files: Files, { stateDir, layout, shared }: Store & { readonly shared: SharedDir }, name: string): boolean {
  const content = readFile(files, sharedPath(shared, name));
  if (content === null || !guardedNames(layout.drivers).includes(name) || !parses(layout.drivers, name, content)) return false;
  files.writePrivate(goodPath(files, stateDir, shared, name), content);
  return true;
}

/** Whether a shared file was not written after its good version was kept, as far as time and size show. */
function isUnchanged(files: Files, path: string, kept: string): boolean {
  return isAsKept(stampOf(files, path), stampOf(files, kept));
}

function stampOf(files: Files, path: string): Stamp | null {
  const modifiedAt = files.modifiedAt(path);
  const size = modifiedAt === null ? null : files.size(path);
  return modifiedAt === null || size === null ? null : { modifiedAt, size };
}

/** Null if the path has no file, something other than a file, or a file that is too large. */
export function readFile(files: Files, path: string): Uint8Array | null {
  return files.kind(files.realPath(path)) === 'file' && !isLarge(files, path) ? files.read(path) : null;
}

/** Whether a shared dir had a login and has none now: a client that logs out removes the file. */
export function isLoggedOut(files: Files, stateDir: string, shared: SharedDir): boolean {
  return files.kind(sharedPath(shared, LOGIN)) === null && files.kind(goodPath(files, stateDir, shared, LOGIN)) !== null;
}

/**
 * Compares the shared files that hold settings, rules or a login with their last good versions. Reads only. A missing file is not a mishap.
 */
export function findMishaps(files: Files, { stateDir, layout: { drivers } }: Store, shared: SharedDir): SharedMishap[] {
  return guardedNames(drivers).flatMap((name): SharedMishap[] => {
    const [path, kept] = [sharedPath(shared, name), goodPath(files, stateDir, shared, name)];
    if (isUnchanged(files, path, kept)) return [];
    const [content, good] = [readFile(files, path), readFile(files, kept)];
    if (content === null || sameBytes(content, good)) return [];
    const harmed: Harmed = { name, path, keptAt: good && files.modifiedAt(kept) };
    if (!parses(drivers, name, content)) return [{ ...harmed, kind: 'broken', ...errorPosition(Buffer.from(content).toString('utf8')) }];
    const sections = lostWhere(drivers, name, good, content);
    return sections.length === 0 ? [] : [{ ...harmed, kind: 'lost', sections }];
  });
}
