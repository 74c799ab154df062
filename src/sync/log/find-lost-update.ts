import { recentVersions } from './recent.js';
import { driverFor } from '../../merge/driver.js';
import { leastRemoved } from '../../merge/lines.js';
import { type LostUpdate, detectLostUpdate } from '../../merge/lost-update.js';
import { STATE_FILE } from '../../client/shared-dir.js';
import type { Change, MergePolicy } from '../change.js';
import type { Files } from '../../system/files/files.js';
import type { Merger } from '../merger.js';
import { replacedVersions, versionsIn } from './replaced.js';

/** How old a version may be that somebody had read who writes now, in milliseconds: an editor stays open for a while. */
export const READ_MS = 12 * 3_600_000;

/**
 * Recognises that a shared file was written by somebody who had read an older version than the one they overwrote. Null for
 * all others, and for what we have not merged lately; for the state file, too, which every client reads again before it writes.
 */
export function findLostUpdate(files: Files, merger: Merger, change: Change, policy: MergePolicy, target: string, theirs: Uint8Array | null): LostUpdate | null {
  if (theirs === null) return null;
  const past = pastOf(files, merger, change, policy, target, theirs);
  return past.length === 0 ? null : detectLostUpdate(past, theirs, driverFor(policy.drivers, change.place, theirs));
}

/** From the moment at which a program reads a file to that at which it writes it, on a busy machine, in milliseconds. */
const WRITING_MS = 30_000;

/**
 * The change of a stranger whose version we displaced. What stood there in the last moment they had mostly read; where
 * their version shows that they had read an older one, they have not removed what came in between. Of what came in only just now
 * that is never certain: it stays, where an older version explains theirs better. One of ours who did remove it does so again when
 * its call is confirmed.
 */
export function externalChange(files: Files, merger: Merger, change: Change, policy: MergePolicy): Change {
  const { place, base, ours } = change;
  if (base === null || ours === null) return change;
  const target = files.realPath(change.target);
  const driver = driverFor(policy.drivers, place, ours);
  const past = pastOf(files, merger, change, policy, target, ours);
  const stale = past.length === 0 ? null : detectLostUpdate([...past, base], ours, driver);
  if (stale !== null) return { ...change, base: stale.base };
  if (past.length === 0 || policy.conflict.keep !== 'copy' || driver.kind === 'json') return change;
  const recent = recentVersions(files, merger.log.folder, target, Date.now() - WRITING_MS);
  return { ...change, base: leastRemoved([base, ...recent.toReversed()], ours) };
}

/** `judged`: that somebody's home has it says nothing of it, since it may have come there just now. */
function pastOf(files: Files, { stateDir, log, paths }: Merger, { place }: Change, { conflict }: MergePolicy, target: string, judged: Uint8Array): (Uint8Array | null)[] {
  if (place === STATE_FILE) return [];
  if (conflict.keep === 'none') return paths.replaced === null ? [] : versionsIn(files, paths.replaced, target);
  const now = Date.now();
  return conflict.keep === 'copy' ? recentVersions(files, log.folder, target, now - READ_MS) : replacedVersions(files, { stateDir, now, judged }, place, target);
}
