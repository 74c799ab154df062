import { driverFor } from '../../merge/driver-for.js';
import type { Driver } from '../../merge/drivers.js';
import { detectLostUpdate } from '../../merge/lost-update.js';
import { inBoth, keepAll, merge, mergeOneSided } from '../../merge/merge.js';
import { sameBytes } from '../../system/content.js';
import { mergeOne } from '../apply/batch.js';
import { keepingCopy } from '../apply/conflict-copy.js';
import type { Change, ConflictPolicy, FileResult } from '../change.js';
import { type RecentMerge, recentMerges, versionsOf } from '../log/recent.js';
import type { Merger } from '../merger.js';
import { logWrite } from './log-write.js';
import { readBy, type SeenChange, seenChange, type Write } from './seen-change.js';
import { forgetUnverified, readUnverified, type Unverified, type UnverifiedFolder } from './unverified.js';

/**
 * Verifies the stored write of a call, as `verifyChange` does, and then removes it. Returns what was merged. The caller holds the lock of the
 * shared dir. Run again, also after a crash, it changes nothing more.
 */
export async function verifyCall(merger: Merger, folder: UnverifiedFolder, call: string): Promise<FileResult[]> {
  const write = readUnverified(merger.files, folder, call);
  const results = write ? await verifyWrite(merger, write, policyOf(write, merger)) : [];
  forgetUnverified(merger.files, folder, call);
  return results;
}

function policyOf({ conflict }: Unverified, merger: Merger): ConflictPolicy {
  return conflict === 'session' ? { keep: 'session' } : keepingCopy(merger);
}

/** Verifies a write as `verifyChange` does; a file that is not text is left as it is. The caller holds the lock of the shared dir. */
export async function verifyWrite(merger: Merger, write: Write, conflict: ConflictPolicy): Promise<FileResult[]> {
  const seen = seenChange(merger.files, write);
  return seen ? verifyChange(merger, seen, conflict) : [];
}

/**
 * Verifies a change that was made without a turn, or during an overrun turn. Afterwards the file contains every change that was logged
 * since the call began, and what the call wrote. The README beside this file has the rules. Returns what was merged for this. The caller
 * holds the lock of the shared dir. Run again, also after a crash, it changes nothing more.
 */
export async function verifyChange(merger: Merger, seen: SeenChange, conflict: ConflictPolicy): Promise<FileResult[]> {
  const giveBack = await merger.turns([seen.target]);
  try {
    return await verifyInTurn(merger, seen, conflict);
  } finally {
    giveBack();
  }
}

async function verifyInTurn(merger: Merger, seen: SeenChange, conflict: ConflictPolicy): Promise<FileResult[]> {
  const { files, drivers } = merger;
  const { place, target: path, before, after, memoryFolder, since } = seen;
  const target = files.realPath(path);
  const current = files.read(target);
  const driver = driverFor(drivers, place, before, after);
  const changes = conflict.keep === 'copy' ? recentMerges(merger, target) : [];
  const write = { place, target: path, base: readBy(seen, changes, driver), ours: after };
  const apply = async (change: Change): Promise<FileResult[]> => {
    const outcome = await mergeOne(merger, { change, policy: { drivers, conflict }, memoryFolder });
    return outcome.outcome === 'unchanged' ? [] : [[place, outcome]];
  };
  // If the call failed in the client, only its time is known.
  const isWriteUnknown = sameBytes(write.base, write.ours);
  if (!isWriteUnknown && isInLog(changes, write, since)) return [];
  const isFileAsWritten = !isWriteUnknown && sameBytes(current, write.ours);

  // Rule 1 of the README: what the write should have been based on.
  const next = isWriteUnknown || isFileAsWritten ? undefined : firstAfter(seen, changes, current);
  const expected = expectedBase(before, changes.slice(0, next), since, driver);

  // Rule 2: what the write missed. If it is still in the file, it has overwritten that.
  const writeMissedChanges = expected !== null && !sameBytes(expected, write.base);
  if (isFileAsWritten && writeMissedChanges) {
    // A call that removed the file cannot have seen the change that another writer made meanwhile.
    return apply(after === null ? { ...write, base: null, ours: expected } : { ...write, overwritten: expected });
  }
  // Otherwise the file may have these changes. By rule 4, merging them again is safe.
  const missedResults = writeMissedChanges ? await apply({ ...write, ours: expected }) : [];

  // Rule 3: what was lost of the write itself. A file that the call removed, and that another writer has created again, stays.
  if (isWriteUnknown || (!isFileAsWritten && after === null)) return missedResults;
  const isWriteThere = isFileAsWritten || next !== undefined;
  const writeResults = isWriteThere ? [] : await apply({ ...write, base: baseAmong(changes, write, current, driver) });

  // If no merge has logged the write, it is logged here.
  if (writeResults.length === 0) logWrite(merger, target, write, { conflict, memoryFolder, isLate: !isFileAsWritten });
  return [...missedResults, ...writeResults];
}

/** Whether the change was verified before, and a crash followed, or another writer made the same change. */
function isInLog(changes: readonly RecentMerge[], { ours }: Change, since: number): boolean {
  return changes.some((change) => change.at >= since && sameBytes(change.ours, ours));
}

/**
 * The index of the first logged change that was made after a write; undefined if that is not known. A change that has read what the write
 * left was made after it, unless the log has the text that the write itself had read once more from there on: then the write may be the
 * later one. From there on the log must lead to the current file without a gap, so that no external writer can have removed the write.
 */
function firstAfter({ before, after, since }: SeenChange, changes: readonly RecentMerge[], current: Uint8Array | null): number | undefined {
  const index = changes.findIndex((change) => change.at >= since && !change.isLate && sameBytes(change.before, after));
  const later = index === -1 ? [] : changes.slice(index).filter(({ isLate }) => !isLate);
  const states = [...later.slice(1).map((change) => change.before), current];
  const isWhole = later.length > 0 && later.every((change, at) => sameBytes(change.after, states[at] ?? null));
  return isWhole && !later.some((change) => sameBytes(change.before, before) || sameBytes(change.after, before)) ? index : undefined;
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

/**
 * The content that a write should have been based on: its base, plus every change that was logged since the call began (`since`, in
 * milliseconds since the epoch), plus the logged changes that the base itself lacks because an external writer had undone them.
 *
 * If the log has the base, the chain of later changes follows from it. Any other base was written by an external writer, which may have
 * read before these changes, or before older ones. A late change is merged by itself, unless a
 * change of the chain has read what it left.
 */
function expectedBase(base: Uint8Array | null, changes: readonly RecentMerge[], since: number, driver: Driver): Uint8Array | null {
  const earlier = changes.filter(({ at }) => at < since);
  const during = changes.filter(({ at }) => at >= since);
  const chain = during.filter(({ isLate }) => !isLate);
  const late = during.filter(({ isLate, after }) => isLate && !chain.some((change) => sameBytes(change.before, after)));
  const whole = base === null ? null : repaired(base, earlier, driver);
  const latest = withLatest(base, whole, chain, driver);
  return late.reduce((version, { before, after }) => merged(before, after, version, driver), latest);
}

/** The repaired base (`whole`), plus what a chain of changes has made of the base. */
function withLatest(base: Uint8Array | null, whole: Uint8Array | null, chain: readonly RecentMerge[], driver: Driver): Uint8Array | null {
  const latest = chain.at(-1)?.after;
  if (latest === undefined || sameBytes(latest, base)) return whole;
  const isLogged = chain.some(({ before, after }) => sameBytes(before, base) || sameBytes(after, base));
  return isLogged ? merged(base, latest, whole, driver) : keptBoth(latest, whole, driver);
}

/** Repairs a base that an external writer made from an older version than the one it overwrote. */
function repaired(base: Uint8Array, earlier: readonly RecentMerge[], driver: Driver): Uint8Array | null {
  const stale = detectLostUpdate(versionsOf(earlier), base, driver);
  return stale === null ? base : merged(stale.base, stale.latest, base, driver);
}

/** `theirs`, plus the changes from `base` to `ours`. If the two contradict each other, all lines of both. */
function merged(base: Uint8Array | null, ours: Uint8Array | null, theirs: Uint8Array | null, driver: Driver): Uint8Array | null {
  const versions = { base, ours, theirs };
  const result = mergeOneSided(versions) ?? merge(versions, driver);
  if (result.outcome === 'delete') return null;
  if (result.outcome === 'conflict') return keptBoth(ours, theirs, driver);
  return result.outcome === 'unchanged' ? theirs : result.content;
}

/** All lines of both versions, which contradict each other or have no known base; `theirs` if they cannot be put together. */
function keptBoth(ours: Uint8Array | null, theirs: Uint8Array | null, driver: Driver): Uint8Array | null {
  if (ours === null || theirs === null) return ours ?? theirs;
  return keepAll(ours, theirs, driver) ?? theirs;
}
