import { type SharedDir, sharedPath } from '../../client/shared-dir.js';
import { type Driver, driverAt, type DriverRow } from '../../merge/drivers.js';
import { keepAll } from '../../merge/merge.js';
import { sameBytes } from '../../system/content.js';
import { UserError } from '../../system/errors.js';
import type { Files } from '../../system/files/files.js';
import { mergeOne } from '../apply/batch.js';
import type { Merger } from '../merger.js';
import { guardedNames } from '../mishaps/guarded-files.js';
import { acceptAsGood, goodPath, readFile } from '../mishaps/last-good.js';
import { parses } from '../mishaps/mishap.js';
import { isLarge } from '../unmergeable.js';
import { type ByHand, handLocks } from './hand-locks.js';
import { readPresent } from './restore-entry.js';

/** The result. `before`: the path at which the replaced version is kept; null when there was none. */
export type BroughtBack =
  | { readonly state: 'restored'; readonly path: string; readonly before: string | null }
  | { readonly state: 'unchanged'; readonly path: string };

/**
 * Brings a shared file back to its last good version. If the current file can be parsed, the keys that only it has stay; where values
 * differ, the good one wins. The current version is also kept whole beside the good one (0600). A merge like any other: under the lock, and
 * together with what is written at that moment. Throws `not-restored`, and then leaves the file as it is.
 */
export async function bringBack(files: Files, where: ByHand, name: string): Promise<BroughtBack> {
  const { stateDir, shared, layout } = where;
  const kept = goodPath(files, stateDir, shared, refuseOther(layout.drivers, name));
  const path = sharedPath(shared, name);
  const act = async (merger: Merger): Promise<BroughtBack> => {
    const good = files.read(kept);
    if (good === null)
      throw new UserError('not-restored', `no good version of ${path} is kept`, 'one is kept when a session of pclaude ends');
    const present = readPresent(files, path);
    const content =
      present === null || !parses(layout.drivers, name, present)
        ? good
        : (keepAll(good, present, withoutCounters(layout.drivers, name)) ?? good);
    if (sameBytes(present, content)) return { state: 'unchanged', path };
    const before = present === null ? null : `${kept}.before`;
    if (before !== null && present !== null) files.writePrivate(before, present);
    const change = { place: name, target: path, base: present, ours: content, isMeant: true } as const;
    const { outcome } = await mergeOne(merger, { change, policy: { drivers: layout.drivers, conflict: { keep: 'session' } } });
    if (outcome === 'conflict') throw new UserError('not-restored', `${path} has been changed meanwhile`, 'look at it, and try again');
    acceptAsGood(files, where, name);
    return { state: 'restored', path, before };
  };
  return handLocks(files, where, { id: 'by-hand', branch: null }).forFile(name, path, act);
}

/**
 * Accepts a shared file as good, whatever it has lost, and returns its path. Throws `not-restored` if it is missing, too large or not valid
 * JSON.
 */
export function keepAsItIs(files: Files, where: ByHand, name: string): string {
  const path = sharedPath(where.shared, refuseOther(where.layout.drivers, name));
  if (acceptAsGood(files, where, name)) return path;
  const what = isLarge(files, path) ? 'is too large' : readFile(files, path) === null ? 'is not there' : 'is not valid JSON';
  throw new UserError('not-restored', `${path} ${what}`, `correct that, or bring back its last good version: pclaudectl restore ${name}`);
}

/** A file whose last good version is kept. */
export interface KeptVersion {
  readonly name: string;
  readonly path: string;
  /** When its good version was kept, in milliseconds since the epoch. */
  readonly at: number;
}

/** All such files. Reads only. */
export function keptVersions(
  files: Files,
  { stateDir, layout, shared }: { stateDir: string; layout: ByHand['layout']; shared: SharedDir },
): KeptVersion[] {
  return guardedNames(layout.drivers).flatMap((name) => {
    const at = files.modifiedAt(goodPath(files, stateDir, shared, name));
    return at === null ? [] : [{ name, path: sharedPath(shared, name), at }];
  });
}

function refuseOther(drivers: readonly DriverRow[], name: string): string {
  const names = guardedNames(drivers);
  if (names.includes(name)) return name;
  throw new UserError(
    'not-restored',
    `no last good version is kept of a file ${JSON.stringify(name)}`,
    `name one of ${names.join(', ')}; for others see: pclaudectl log`,
  );
}

/** The file's driver without its counters, because two versions of one file count the same events. */
function withoutCounters(drivers: readonly DriverRow[], name: string): Driver {
  const driver = driverAt(drivers, name);
  return driver.kind === 'json' ? { ...driver, rules: { ...driver.rules, counters: [] } } : driver;
}
