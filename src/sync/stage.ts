import { dirname } from 'node:path';
import { driverFor } from '../merge/driver.js';
import { merge, mergeOneSided, type MergeResult } from '../merge/merge.js';
import type { Files } from './files.js';
import { findObstacle } from './obstacle.js';
import type { Change, PushPolicy } from './change.js';
import { removeExpected, replaceBy, type Replaced, replaceExpected } from './replace.js';

/** A merge that has been worked out, but has not reached the shared file. */
export interface Staged {
  /** The shared file, behind all links. */
  readonly target: string;
  /** What it held. */
  readonly theirs: Uint8Array | null;
  readonly result: MergeResult;
  /** A file beside it that holds what is to be written already; undefined where that is nothing, or not done yet. */
  readonly temporary: string | undefined;
}

/** Merges a change with what the shared file holds now; writes nothing. */
export function workOut(files: Files, target: string, { place, base, ours }: Change, policy: PushPolicy): Staged {
  const theirs = files.read(target);
  const versions = { base, ours, theirs };
  // Most files were changed by one side only; to choose a driver each version is read as what its name says.
  const result = mergeOneSided(versions) ?? merge(versions, driverFor(policy.drivers, place, base, ours, theirs));
  return { target, theirs, result, temporary: undefined };
}

/**
 * The same, and writes the result beside the shared file, not forced to the disk yet. Undefined where something stands in
 * the way. Who does not go on with it removes `temporary`; a crash leaves it.
 */
export function stage(files: Files, change: Change, policy: PushPolicy): Staged | undefined {
  const target = files.realPath(change.target);
  if (findObstacle(files, target) !== undefined) return undefined;
  const staged = workOut(files, target, change, policy);
  const content = contentOf(staged.result);
  if (content === undefined) return staged;
  files.makeFolder(dirname(target));
  return { ...staged, temporary: files.writeUnforced(target, content, files.mode(target) ?? 0o600) };
}

/** Brings the shared file from `theirs` to the result. */
export function apply(files: Files, { target, theirs, result, temporary }: Staged): Replaced {
  if (temporary !== undefined) return replaceBy(files, temporary, target, theirs);
  if (result.outcome === 'delete') return theirs === null ? { state: 'done' } : removeExpected(files, target, theirs);
  const content = contentOf(result);
  if (content === undefined) return { state: 'done' };
  files.makeFolder(dirname(target));
  return replaceExpected(files, target, theirs, content);
}

/** What the shared file becomes; undefined where it stands as it is, or goes. */
function contentOf(result: MergeResult): Uint8Array | undefined {
  return result.outcome === 'write' || result.outcome === 'conflict' ? (result.content ?? undefined) : undefined;
}
