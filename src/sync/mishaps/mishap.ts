import { decodeText, sameBytes } from '../../system/bytes.js';
import { type DriverRow, driverAt } from '../../merge/driver-rows.js';
import { emptiedWholes, lostSections } from '../../merge/json/loss/loss.js';
import type { Versions } from '../../merge/types.js';
import { isTopJson, parses } from './quarantine.js';

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
