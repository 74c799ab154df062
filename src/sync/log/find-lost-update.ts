import { STATE_FILE } from '../../client/shared-dir.js';
import { driverFor } from '../../merge/driver-for.js';
import { detectLostUpdate, leastRemoved, type LostUpdate } from '../../merge/lost-update.js';
import type { Change, MergePolicy } from '../change.js';
import type { Merger } from '../merger.js';
import { recentMerges, versionsOf } from './recent.js';
import { replacedVersions, versionsIn } from './replaced.js';

/** A change that is to be merged into the shared file at `target`, its path behind all links. */
interface TargetedChange {
  readonly change: Change;
  readonly policy: MergePolicy;
  readonly target: string;
}

/**
 * Detects that a shared file was written by a program that had read an older version than the one it overwrote. Else null; also for a file
 * that was not merged lately, and for the state file, which every client reads again before it writes. Reads only.
 */
export function findLostUpdate(merger: Merger, merging: TargetedChange, theirs: Uint8Array | null): LostUpdate | null {
  if (theirs === null) return null;
  const past = pastOf(merger, merging, theirs);
  const { change, policy } = merging;
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
  const past = pastOf(merger, { change, policy, target }, ours);
  if (past.length === 0) return change;
  const lost = detectLostUpdate([...past, base], ours, driver);
  if (lost !== null) return { ...change, base: lost.base };
  if (policy.conflict.keep !== 'copy' || driver.kind === 'json') return change;
  const recent = versionsOf(recentMerges(merger, target, WRITING_MS));
  return { ...change, base: leastRemoved([base, ...recent.toReversed()], ours) };
}

/** `judged`: the version in question. That a home has it says nothing, because it may have come there just now. */
function pastOf(merger: Merger, { change: { place }, policy, target }: TargetedChange, judged: Uint8Array): (Uint8Array | null)[] {
  const { files, stateDir, paths, now } = merger;
  const { keep } = policy.conflict;
  if (place === STATE_FILE) return [];
  if (keep === 'none') return paths.replaced === null ? [] : versionsIn(files, paths.replaced, target);
  if (keep === 'copy') return versionsOf(recentMerges(merger, target));
  return replacedVersions(files, { stateDir, now: now(), judged }, place, target);
}
