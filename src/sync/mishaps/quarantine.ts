import { basename, dirname, join } from 'node:path';
import { sameBytes } from '../../system/bytes.js';
import { driverFor } from '../../merge/driver.js';
import { type DriverRow, driverAt } from '../../merge/driver-rows.js';
import type { Files } from '../../system/files/files.js';

/** The part of a quarantined file's name that comes before the date. */
export const CORRUPT = '.corrupt.';

/** Whether a JSON file at the top of the shared dir does not parse, while the session's version of it does. */
export function isBroken(drivers: readonly DriverRow[], place: string, ours: Uint8Array, theirs: Uint8Array): boolean {
  return isTopJson(drivers, place) && !parses(drivers, place, theirs) && parses(drivers, place, ours);
}

/**
 * Whether a path is a JSON file at the top of the shared dir, by the name that the client uses: a link of the user's may lead to a file of
 * any name.
 */
export function isTopJson(drivers: readonly DriverRow[], place: string): boolean {
  return !place.includes('/') && driverAt(drivers, place).kind === 'json';
}

/** Whether a version of a JSON file parses and is not empty. */
export function parses(drivers: readonly DriverRow[], place: string, content: Uint8Array): boolean {
  return hasText(content) && driverFor(drivers, place, content).kind === 'json';
}

/** A path beside a file for a version of it that cannot be used and must not be lost. `present`: that path has this version already. */
export function quarantineName(files: Files, path: string, content: Uint8Array): { path: string; present: boolean } {
  const folder = dirname(path);
  const names = files.list(folder).filter((name) => name.startsWith(basename(path) + CORRUPT));
  const same = names.find((name) => sameBytes(files.read(join(folder, name)), content));
  if (same !== undefined) return { path: join(folder, same), present: true };
  return { path: `${path}${CORRUPT}${new Date().toISOString().replaceAll(':', '-')}`, present: false };
}

/** A full disk may leave an empty file. The merge drivers read it as JSON without content; the client does not accept it. */
function hasText(content: Uint8Array): boolean {
  return Buffer.from(content).toString('utf8').trim() !== '';
}
