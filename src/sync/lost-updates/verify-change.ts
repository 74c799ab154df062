import { type RecentMerge, recentMerges, versionsOf } from '../log/recent.js';
import { inBoth } from '../../merge/both.js';
import { sameBytes } from '../../system/bytes.js';
import { driverFor } from '../../merge/driver.js';
import type { Driver } from '../../merge/types.js';
import { detectLostUpdate } from '../../merge/lost-update.js';
import { fulfilled, throwFirst } from '../../system/attempt.js';
import { mergeCandidates } from '../apply/batch.js';
import type { Change, ConflictPolicy } from '../change.js';
import type { Files } from '../../system/files/files.js';
import type { Merger } from '../merger.js';
import { READ_MS } from '../log/find-lost-update.js';
import type { FileResult } from '../report.js';
import { expectedBase } from './expected-base.js';
import { logWrite } from './log-write.js';
import { readBy } from './read-by.js';
import type { SeenChange } from './seen-change.js';

/**
 * Verifies a change that was made without a turn, or during an overrun turn. Afterwards the file contains every change that was logged
 * since the call began, and what the call wrote. The README beside this file has the rule. Returns what was merged for this. The caller
 * holds the lock of the shared dir. Run again, also after a crash, it changes nothing more.
 */
export async function verifyChange(files: Files, merger: Merger, seen: SeenChange, conflict: ConflictPolicy): Promise<FileResult[]> {
  const giveBack = await merger.turns([seen.target]);
  try {
    return await verifyInTurn(files, merger, seen, conflict);
  } finally {
    giveBack();
  }
}

async function verifyInTurn(files: Files, merger: Merger, seen: SeenChange, conflict: ConflictPolicy): Promise<FileResult[]> {
  const { place, target: path, before, after, memoryFolder, since } = seen;
  const target = files.realPath(path);
  const now = files.read(target);
  const driver = driverFor(merger.drivers, place, before, after);
  const changes = conflict.keep === 'copy' ? recentMerges(files, merger.log.folder, target, Date.now() - READ_MS) : [];
  const change = { place, target: path, base: readBy(seen, changes, driver), ours: after };
  const told: FileResult[] = [];
  const push = async (own: Change): Promise<boolean> => {
    const results = await mergeCandidates(files, merger, [
      { change: own, policy: { drivers: merger.drivers, conflict }, base: null, memoryFolder },
    ]);
    throwFirst(results);
    const news = fulfilled(results).filter(([, { outcome }]) => outcome !== 'unchanged');
    told.push(...news);
    return news.length > 0;
  };
  // If the call failed in the client, only its time is known.
  const isEmpty = sameBytes(change.base, change.ours);
  const isThere = !isEmpty && sameBytes(now, change.ours);
  if (!isEmpty && isLogged(changes, change, since)) return told;
  const expected = expectedBase(before, changes, since, driver);
  const hasMissed = expected !== null && !sameBytes(expected, change.base);
  // The call removed a file that another writer changed meanwhile. It cannot have seen that change.
  if (isThere && hasMissed && after === null) await push({ ...change, base: null, ours: expected });
  else if (isThere && hasMissed) await push({ ...change, over: expected });
  if (isThere && hasMissed) return told;
  if (hasMissed) await push({ ...change, ours: expected });
  // Nothing is left to do. This includes a removed file that another writer has created again.
  if (isEmpty || (!isThere && after === null)) return told;
  if (!isThere && (await push({ ...change, base: baseAmong(changes, change, now, driver) }))) return told;
  logWrite(files, merger, target, change, { conflict, memoryFolder, isLate: !isThere });
  return told;
}

/** Whether the change was verified before, and a crash followed, or another writer made the same change. */
function isLogged(changes: readonly RecentMerge[], { ours }: Change, since: number): boolean {
  return changes.some((change) => change.at >= since && sameBytes(change.ours, ours));
}

/**
 * The common base of the call's version and the current file. An external writer may have overwritten the call's version with one that it
 * made from an older version. It did not remove what only the call had read.
 */
function baseAmong(changes: readonly RecentMerge[], { base, ours }: Change, now: Uint8Array | null, driver: Driver): Uint8Array | null {
  const stale = now === null ? null : detectLostUpdate([...versionsOf(changes), base, ours], now, driver);
  if (stale === null) return base;
  return base === null || stale.base === null ? null : (inBoth(base, stale.base) ?? base);
}
