import { basename, dirname, join } from 'node:path';
import { sameBytes } from '../../system/bytes.js';
import { driverFor } from '../../merge/driver.js';
import { type DriverRow, driverAt } from '../../merge/driver-rows.js';
import type { Files } from '../../system/files/files.js';

/** Stands in the name of a file that was set aside, before the date. */
export const CORRUPT = '.corrupt.';

/** A shared JSON file at the top of the shared dir that does not parse, where the session's version of it does. */
export function isBroken(drivers: readonly DriverRow[], place: string, ours: Uint8Array, theirs: Uint8Array): boolean {
  return isTopJson(drivers, place) && !parses(drivers, place, theirs) && parses(drivers, place, ours);
}

/** By the name that the client knows: behind a link of the user's a file may be called anything. */
export function isTopJson(drivers: readonly DriverRow[], place: string): boolean {
  return !place.includes('/') && driverAt(drivers, place).kind === 'json';
}

/** Whether the version of a JSON file says anything. */
export function parses(drivers: readonly DriverRow[], place: string, content: Uint8Array): boolean {
  return hasText(content) && driverFor(drivers, place, content).kind === 'json';
}

/** A name beside a file for a version of it that cannot be used and must not be lost; the same version is kept once. */
export function quarantineName(files: Files, path: string, content: Uint8Array): { path: string; present: boolean } {
  const folder = dirname(path);
  const names = files.list(folder).filter((name) => name.startsWith(basename(path) + CORRUPT));
  const same = names.find((name) => sameBytes(files.read(join(folder, name)), content));
  if (same !== undefined) return { path: join(folder, same), present: true };
  return { path: `${path}${CORRUPT}${new Date().toISOString().replaceAll(':', '-')}`, present: false };
}

/** A file without content is what a full disk leaves; the merge drivers take it for JSON that says nothing, the client does not. */
function hasText(content: Uint8Array): boolean {
  return Buffer.from(content).toString('utf8').trim() !== '';
}
