import { type SharedDir, sharedPath, STATE_FILE } from '../../client/shared-dir.js';
import { sameBytes } from '../../system/bytes.js';
import { keepAll } from '../../merge/both.js';
import { type DriverRow, driverAt } from '../../merge/driver-rows.js';
import type { Driver } from '../../merge/types.js';
import { UserError } from '../../system/errors.js';
import { fulfilled, throwFirst } from '../../system/attempt.js';
import { mergeAllItems } from '../apply/batch.js';
import { type ByHand, handLocks } from './by-hand.js';
import type { Files } from '../../system/files/files.js';
import { guardedNames } from '../mishaps/guarded-files.js';
import { isLarge } from '../large.js';
import { acceptAsGood, goodPath, readFile } from '../mishaps/last-good.js';
import type { Merger } from '../merger.js';
import { readPresent } from './restore.js';
import { parses } from '../mishaps/quarantine.js';

/** What came of it. `before`: where the version is kept that had taken its place; null where there was none. */
export type BroughtBack = { readonly state: 'restored'; readonly path: string; readonly before: string | null } | { readonly state: 'unchanged'; readonly path: string };

/**
 * Brings a shared file back to its last good version. What the present one has beside that stays, key by key, where it can be read; of
 * a value that differs the good one stands, and the present version is kept whole beside the good one (0600). A merge like any other:
 * under the lock, and with what is written at that moment. Throws `not-restored`, and leaves the file as it is then.
 */
export async function bringBack(files: Files, where: ByHand, name: string): Promise<BroughtBack> {
  const { stateDir, shared, layout } = where;
  const kept = goodPath(files, stateDir, shared, refuseOther(layout.drivers, name));
  const path = sharedPath(shared, name);
  const act = async (merger: Merger): Promise<BroughtBack> => {
    const good = files.read(kept);
    if (good === null) throw new UserError('not-restored', `no good version of ${path} is kept`, 'one is kept when a session of pclaude ends');
    const present = readPresent(files, path);
    const content = present === null || !parses(layout.drivers, name, present) ? good : (keepAll(good, present, withoutCounters(layout.drivers, name)) ?? good);
    if (sameBytes(present, content)) return { state: 'unchanged', path };
    const before = present === null ? null : `${kept}.before`;
    if (before !== null && present !== null) files.writePrivate(before, present);
    const change = { place: name, target: path, base: present, ours: content, isMeant: true } as const;
    const results = await mergeAllItems(files, merger, [{ change, policy: { drivers: layout.drivers, conflict: { keep: 'session' } }, base: null, memoryFolder: null }]);
    throwFirst(results);
    const [[, pushed] = []] = fulfilled(results);
    if (pushed?.outcome === 'conflict') throw new UserError('not-restored', `${path} has been changed meanwhile`, 'look at it, and try again');
    acceptAsGood(files, where, name);
    return { state: 'restored', path, before };
  };
  const locks = handLocks(files, where, { id: 'by-hand', branch: null });
  return name === STATE_FILE ? locks.state(path, act) : locks.shared(act);
}

/** Takes a shared file as it is for good, whatever it has lost. Throws `not-restored` where it cannot be read. */
export function keepAsItIs(files: Files, where: ByHand, name: string): string {
  const path = sharedPath(where.shared, refuseOther(where.layout.drivers, name));
  if (acceptAsGood(files, where, name)) return path;
  const what = isLarge(files, path) ? 'is too large' : readFile(files, path) === null ? 'is not there' : 'is not valid JSON';
  throw new UserError('not-restored', `${path} ${what}`, `correct that, or bring back its last good version: pclaudectl restore ${name}`);
}

/** A file of which a good version is kept. */
export interface Kept {
  readonly name: string;
  readonly path: string;
  /** In milliseconds since the epoch. */
  readonly at: number;
}

/** All of them. Reads only. */
export function keptVersions(files: Files, { stateDir, layout, shared }: { stateDir: string; layout: ByHand['layout']; shared: SharedDir }): Kept[] {
  return guardedNames(layout.drivers).flatMap((name) => {
    const at = files.modifiedAt(goodPath(files, stateDir, shared, name));
    return at === null ? [] : [{ name, path: sharedPath(shared, name), at }];
  });
}

function refuseOther(drivers: readonly DriverRow[], name: string): string {
  const names = guardedNames(drivers);
  if (names.includes(name)) return name;
  throw new UserError('not-restored', `no last good version is kept of a file ${JSON.stringify(name)}`, `name one of ${names.join(', ')}; for others see: pclaudectl log`);
}

/** Two versions of one file have counted the same things. */
function withoutCounters(drivers: readonly DriverRow[], name: string): Driver {
  const driver = driverAt(drivers, name);
  return driver.kind === 'json' ? { ...driver, rules: { ...driver.rules, counters: [] } } : driver;
}
