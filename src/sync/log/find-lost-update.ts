import { STATE_FILE } from '../../client/shared-dir.js';
import { driverFor } from '../../merge/driver-for.js';
import { detectLostUpdate, leastRemoved, type LostUpdate } from '../../merge/lost-update.js';
import type { Change, MergePolicy } from '../change.js';
import type { Merger } from '../merger.js';
import { recentVersions } from './recent.js';
import { replacedVersions, versionsIn } from './replaced.js';

/** How long before its write a program may have read a file, in milliseconds: an editor stays open for a while. */
export const READ_MS = 12 * 3_600_000;

/**
 * Detects that a shared file was written by a program that had read an older version than the one it overwrote. Else null; also for a file
 * that was not merged lately, and for the state file, which every client reads again before it writes.
 */
export function findLostUpdate(
  merger: Merger,
  change: Change,
  policy: MergePolicy,
  target: string,
  theirs: Uint8Array | null,
): LostUpdate | null {
  if (theirs === null) return null;
  const past = pastOf(merger, change, policy, target, theirs);
  return past.length === 0 ? null : detectLostUpdate(past, theirs, driverFor(policy.drivers, change.place, theirs));
}

/** How long a program takes from its read of a file to its write, on a busy machine, in milliseconds. */
const WRITING_MS = 30_000;

/**
 * The change of an external writer whose version a merge overwrote. That writer had usually read what was in the file just before. When its
 * version shows that it had read an older one, it has not removed what came in between. For what came in only just now that is never
 * certain: it stays when an older version explains the written one better. A session that did remove it does so again when its write is
 * verified.
 */
export function externalChange(merger: Merger, change: Change, policy: MergePolicy): Change {
  const { files } = merger;
  const { place, base, ours } = change;
  if (base === null || ours === null) return change;
  const target = files.realPath(change.target);
  const driver = driverFor(policy.drivers, place, ours);
  const past = pastOf(merger, change, policy, target, ours);
  const stale = past.length === 0 ? null : detectLostUpdate([...past, base], ours, driver);
  if (stale !== null) return { ...change, base: stale.base };
  if (past.length === 0 || policy.conflict.keep !== 'copy' || driver.kind === 'json') return change;
  const recent = recentVersions(files, merger.log.folder, target, Date.now() - WRITING_MS);
  return { ...change, base: leastRemoved([base, ...recent.toReversed()], ours) };
}

/** `judged`: the version in question. That a home has it says nothing, because it may have come there just now. */
function pastOf(
  { files, stateDir, log, paths }: Merger,
  { place }: Change,
  { conflict }: MergePolicy,
  target: string,
  judged: Uint8Array,
): (Uint8Array | null)[] {
  if (place === STATE_FILE) return [];
  if (conflict.keep === 'none') return paths.replaced === null ? [] : versionsIn(files, paths.replaced, target);
  const now = Date.now();
  return conflict.keep === 'copy'
    ? recentVersions(files, log.folder, target, now - READ_MS)
    : replacedVersions(files, { stateDir, now, judged }, place, target);
}
