import { basename, dirname, join } from 'node:path';
import { driverFor } from '../../merge/driver-for.js';
import { driverAt, type DriverRow } from '../../merge/drivers.js';
import { emptiedWholes, lostSections } from '../../merge/json/lost-sections.js';
import type { Versions } from '../../merge/merge.js';
import { decodeText, sameBytes } from '../../system/content.js';
import type { Files } from '../../system/files/files.js';

/** The key that the client removes from its state file when its user logs out. */
const ACCOUNT = 'oauthAccount';

/**
 * Whether a version of a JSON file is the result of a mishap, not of a change that the user made: it is truncated, or most of it is gone,
 * see `lostSections`. If only the account is gone, `hasLoggedOut` says whether that was intended. Pure, except for that call.
 */
export function isMishap(
  drivers: readonly DriverRow[],
  place: string,
  { base, ours, theirs }: Versions,
  hasLoggedOut: () => boolean = () => false,
): boolean {
  if (ours === null || sameBytes(base, ours)) return false;
  if (isHalf(drivers, place, base, ours)) return true;
  const lost = base === null ? lostWhere(drivers, place, theirs, ours, true) : lostWhere(drivers, place, base, ours);
  return lost.length > 0 && !(lost.every((section) => section === ACCOUNT) && hasLoggedOut());
}

/**
 * The sections of a JSON file that are lost between two versions; none if one of them is not JSON. `emptied`: only those that
 * `emptiedWholes` finds.
 */
export function lostWhere(
  drivers: readonly DriverRow[],
  place: string,
  before: Uint8Array | null,
  after: Uint8Array,
  emptied = false,
): string[] {
  const driver = driverAt(drivers, place);
  const [old, next] = [before && decodeText(before), decodeText(after)];
  if (driver.kind !== 'json' || old === null || next === null) return [];
  return (emptied ? emptiedWholes : lostSections)(old, next, driver.rules);
}

/** Whether a version is truncated: a full disk ends a write in the middle. */
function isHalf(drivers: readonly DriverRow[], place: string, base: Uint8Array | null, ours: Uint8Array): boolean {
  return isTopJson(drivers, place) && !parses(drivers, place, ours) && (base === null || parses(drivers, place, base));
}

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

/**
 * A path beside a file for a version of it that cannot be used and must not be lost. `present`: that path has this version already. `now` in
 * milliseconds since the epoch.
 */
export function quarantineName(files: Files, path: string, content: Uint8Array, now: number): { path: string; present: boolean } {
  const folder = dirname(path);
  const names = files.list(folder).filter((name) => name.startsWith(basename(path) + CORRUPT));
  const same = names.find((name) => sameBytes(files.read(join(folder, name)), content));
  if (same !== undefined) return { path: join(folder, same), present: true };
  return { path: `${path}${CORRUPT}${new Date(now).toISOString().replaceAll(':', '-')}`, present: false };
}

/** A full disk may leave an empty file. The merge drivers read it as JSON without content; the client does not accept it. */
function hasText(content: Uint8Array): boolean {
  return Buffer.from(content).toString('utf8').trim() !== '';
}
