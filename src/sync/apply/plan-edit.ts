import { driverFor } from '../../merge/driver-for.js';
import { merge, mergeOneSided, type MergeResult, type Versions } from '../../merge/merge.js';
import { sameBytes } from '../../system/content.js';
import { temporaryName } from '../../system/fs/atomic-write.js';
import type { Change, FileOutcome, MergePolicy } from '../change.js';
import { findLostUpdate } from '../log/find-lost-update.js';
import type { Merger } from '../merger.js';
import { isBroken, isMishap, quarantineName } from '../mishaps/mishap.js';
import { obstacleAt } from '../unmergeable.js';
import { type CopySpot, placeOfCopy } from './conflict-copy.js';
import type { FileEdit } from './file-edit.js';

/** The file edits that merge one change. */
export interface EditPlan {
  /** Versions that are kept beside the shared file; these edits are applied first. */
  readonly copies: readonly FileEdit[];
  /** Null when the shared file stays as it is. */
  readonly main: FileEdit | null;
  /** The outcome once the plan is applied. */
  readonly outcome: FileOutcome;
}

/** A shared file: its path behind all links, and what it holds; null: it is not there. */
interface SharedVersion {
  readonly target: string;
  readonly theirs: Uint8Array | null;
}

/**
 * Plans how a change is merged with what the shared file holds now. Reads only. When something is in the way that is not a file (or,
 * above the file, not a folder), or a file that is too large, the session's version is kept beside it. Throws the system's errors.
 */
export function planEdit(merger: Merger, change: Change, policy: MergePolicy): EditPlan {
  const { files } = merger;
  const target = files.realPath(change.target);
  const obstacle = obstacleAt(files, change.target);
  if (obstacle !== undefined) return planBeside(merger, change, policy, obstacle === target ? change.target : obstacle);
  const shared = { target, theirs: files.read(target) };
  return planReplacement(merger, change, policy, shared) ?? planMerge(merger, change, policy, shared);
}

/** Keeps the session's version beside what is in the way. */
function planBeside(merger: Merger, { target, base, ours }: Change, policy: MergePolicy, obstacle: string): EditPlan {
  if (ours === null || sameBytes(ours, base)) return { copies: [], main: null, outcome: { outcome: 'unchanged' } };
  return { main: null, ...keepBeside(merger, { target, obstacle }, ours, policy) };
}

/** Quarantines a shared file that cannot be parsed, and puts the session's version in its place. Null when that is not the case. */
function planReplacement(
  { files, now }: Merger,
  { place, base, ours }: Change,
  { drivers, conflict }: MergePolicy,
  { target, theirs }: SharedVersion,
): EditPlan | null {
  if (conflict.keep === 'none' || ours === null || theirs === null || sameBytes(ours, base)) return null;
  if (!isBroken(drivers, place, ours, theirs)) return null;
  const { path, present } = quarantineName(files, target, theirs, now());
  return {
    copies: present ? [] : [newFile(path, theirs)],
    main: { target, before: theirs, after: ours, temporary: temporaryName(target) },
    outcome: { outcome: 'merged', decided: [], quarantined: path },
  };
}

/** Merges the change with the shared version, in which lost updates are restored first. */
function planMerge(merger: Merger, change: Change, policy: MergePolicy, shared: SharedVersion): EditPlan {
  const { place, base, ours } = change;
  const { content, copy } = restoreLostUpdates(merger, change, policy, shared);
  const result = mishapConflict(merger, change, policy, shared) ?? mergeOf(policy, place, { base, ours, theirs: content });
  const main = mainEdit(shared, content, result, change.mode);
  const beside = { target: change.target, obstacle: change.target };
  if (result.outcome === 'conflict') return { main, ...keepBeside(merger, beside, result.copy, policy) };
  if (copy !== null && policy.conflict.keep === 'copy') return { main, ...keepBeside(merger, beside, copy, policy) };
  return { copies: [], main, outcome: outcomeOf(result, main) };
}

/** What a shared file should hold before a change is merged with it. `copy`: a lost update that contradicts it; null: none does. */
interface RepairedContent {
  readonly content: Uint8Array | null;
  readonly copy: Uint8Array | null;
}

function restoreLostUpdates(merger: Merger, change: Change, policy: MergePolicy, { target, theirs }: SharedVersion): RepairedContent {
  const { place, base, ours, overwritten } = change;
  // If the file still has what overwrote that version, the two are merged as if they had been written in the other order.
  const isOverwritten = overwritten !== undefined && sameBytes(theirs, ours);
  const current = isOverwritten ? overwritten : theirs;
  const lost = findLostUpdate(merger, { change, policy, target }, current);
  const result = lost && mergeOf(policy, place, { base: lost.base, ours: lost.latest, theirs: current });
  const content = (result && contentOf(result)) ?? current;
  const copy = result?.outcome === 'conflict' ? result.copy : null;
  if (overwritten === undefined || isOverwritten) return { content, copy };
  // Another process has written the file since, perhaps after reading a version without the content of `overwritten`.
  return { content: contentOf(mergeOf(policy, place, { base, ours: overwritten, theirs: content })) ?? content, copy };
}

/** A conflict when the session's version of a JSON file is not an intended change but the result of a mishap; else null. */
function mishapConflict(
  { hasLoggedOut }: Merger,
  { place, base, ours, isMeant }: Change,
  { drivers }: MergePolicy,
  { theirs }: SharedVersion,
): MergeResult | null {
  if (ours === null || isMeant === true || !isMishap(drivers, place, { base, ours, theirs }, hasLoggedOut)) return null;
  return { outcome: 'conflict', content: null, copy: ours };
}

/** Tries the one-sided merge first: most files were changed by one side only, and choosing a driver parses every version. */
function mergeOf({ drivers }: MergePolicy, place: string, versions: Versions): MergeResult {
  // Without a base (it may have been removed), equal counters must not be added up.
  if (versions.base === null && sameBytes(versions.ours, versions.theirs)) return { outcome: 'unchanged', decided: [] };
  return mergeOneSided(versions) ?? merge(versions, driverFor(drivers, place, versions.base, versions.ours, versions.theirs));
}

function contentOf(result: MergeResult): Uint8Array | null {
  return result.outcome === 'write' || result.outcome === 'conflict' ? result.content : null;
}

/** Keeps a version of a file beside it, as the policy says. */
function keepBeside(
  { files, now }: Merger,
  spot: CopySpot,
  copy: Uint8Array,
  { conflict }: MergePolicy,
): Pick<EditPlan, 'copies' | 'outcome'> {
  if (conflict.keep === 'session' || conflict.keep === 'none') return { copies: [], outcome: { outcome: 'conflict', copy: null } };
  if (conflict.keep === 'quarantine') {
    const { path, present } = quarantineName(files, files.realPath(spot.target), copy, now());
    return { copies: present ? [] : [newFile(path, copy)], outcome: { outcome: 'merged', decided: [], quarantined: path } };
  }
  const { path, present } = placeOfCopy(files, spot, copy, conflict);
  return { copies: present ? [] : [newFile(path, copy)], outcome: { outcome: 'conflict', copy: path } };
}

function newFile(path: string, content: Uint8Array): FileEdit {
  return { target: path, before: null, after: content, temporary: temporaryName(path) };
}

/** The edit that brings the shared file to the result of the merge; null when it has that content. `content`: what was merged with. */
function mainEdit(
  { target, theirs }: SharedVersion,
  content: Uint8Array | null,
  result: MergeResult,
  mode: number | undefined,
): FileEdit | null {
  const after = result.outcome === 'delete' ? null : (contentOf(result) ?? content);
  if (sameBytes(after, theirs) || (after === null && result.outcome !== 'delete')) return null;
  return { target, before: theirs, after, temporary: temporaryName(target), ...(mode === undefined ? {} : { mode }) };
}

/** `unchanged` when nothing is written and no value had to be decided; a restored lost update counts as a merge. */
function outcomeOf(result: Exclude<MergeResult, { outcome: 'conflict' }>, main: FileEdit | null): FileOutcome {
  if (result.outcome === 'delete') return { outcome: 'deleted' };
  const { decided } = result;
  return main === null && result.outcome === 'unchanged' && decided.length === 0
    ? { outcome: 'unchanged' }
    : { outcome: 'merged', decided };
}
