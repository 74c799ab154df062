import { type RecentMerge, recentMerges, versionsOf } from '../../log/recent.js';
import { sameBytes } from '../../merge/bytes.js';
import { inBoth } from '../../merge/both.js';
import { driverFor } from '../../merge/driver.js';
import type { Driver } from '../../merge/merge.js';
import { staleOf } from '../../merge/stale.js';
import { fulfilled, throwFirst } from '../../platform/settled.js';
import { pushAll } from '../batch.js';
import type { Change, ConflictPolicy } from '../change.js';
import type { Files } from '../files.js';
import type { Merger } from '../merger.js';
import { READ_MS } from '../past.js';
import { expectedBase } from './expected-base.js';
import { logWrite } from './log-write.js';
import { textStyle } from './text-style.js';

/** What a tool call wrote to a shared file. */
export interface Write {
  /** The path of the file in the shared dir. */
  readonly place: string;
  readonly target: string;
  /** The memory folder that the file is in, whose index names conflict copies; null for other files. */
  readonly memoryFolder: string | null;
  /** The whole text that the call read; null: the call made the file. */
  readonly before: string | null;
  /** The whole text afterwards; the same as before for a call of which only the time is known. */
  readonly after: string;
  /** The earliest time at which the call can have read the file, in milliseconds since the epoch. */
  readonly since: number;
}

/**
 * Verifies a write that had no turn, or whose turn something overran: all that the log has from the call's time is in the file afterwards,
 * and so is what the call wrote. The README beside this file has the rule. The caller holds the lock of the shared dir. Run again, also after
 * a crash, it changes nothing more.
 */
export async function verifyWrite(files: Files, merger: Merger, write: Write, conflict: ConflictPolicy): Promise<void> {
  const giveBack = await merger.turns([write.target]);
  try {
    await verifyInTurn(files, merger, write, conflict);
  } finally {
    giveBack();
  }
}

async function verifyInTurn(files: Files, merger: Merger, write: Write, conflict: ConflictPolicy): Promise<void> {
  const target = files.realPath(write.target);
  const now = files.read(target);
  const style = textStyle(now);
  if (!style) return;
  const { place, before, after, memoryFolder } = write;
  const change = { place, target: write.target, base: before === null ? null : style(before), ours: style(after) };
  const push = async (own: Change): Promise<boolean> => {
    const results = await pushAll(files, merger, [{ change: own, policy: { drivers: merger.drivers, conflict }, base: null, memoryFolder }]);
    throwFirst(results);
    return fulfilled(results).some(([, { outcome }]) => outcome !== 'unchanged');
  };
  // Of a call that the client failed only its time is known.
  const isEmpty = sameBytes(change.base, change.ours);
  const isThere = !isEmpty && sameBytes(now, change.ours);
  const driver = driverFor(merger.drivers, place, change.base, change.ours);
  const changes = conflict.keep === 'copy' ? recentMerges(files, merger.log.folder, target, Date.now() - READ_MS) : [];
  const expected = expectedBase(change.base, changes, write.since, driver);
  const hasMissed = expected !== null && !sameBytes(expected, change.base);
  if (isThere && hasMissed) return void (await push({ ...change, over: expected }));
  if (hasMissed) await push({ ...change, ours: expected });
  if (isEmpty) return;
  if (isThere) return logWrite(files, merger, target, change, { conflict, memoryFolder });
  const isMerged = await push({ ...change, base: baseAmong(changes, change, now, driver) });
  if (!isMerged) logWrite(files, merger, target, change, { conflict, memoryFolder, isLate: true });
}

/**
 * What the call's version and the file as it is now have in common. An external writer may have overwritten the call's version with one that
 * it made from an older version; it has not removed what the call had read and it had not.
 */
function baseAmong(changes: readonly RecentMerge[], { base, ours }: Change, now: Uint8Array | null, driver: Driver): Uint8Array | null {
  const stale = now === null ? null : staleOf([...versionsOf(changes), base, ours], now, driver);
  if (stale === null) return base;
  return base === null || stale.base === null ? null : (inBoth(base, stale.base) ?? base);
}
