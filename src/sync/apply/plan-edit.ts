import { driverFor } from '../../merge/driver-for.js';
import { merge, mergeOneSided, type MergeResult, type Versions } from '../../merge/merge.js';
import { sameBytes } from '../../system/content.js';
import { type Files, findObstacle } from '../../system/files/files.js';
import { temporaryName } from '../../system/fs/atomic-write.js';
import type { Change, FileOutcome, MergePolicy } from '../change.js';
import { findLostUpdate } from '../log/find-lost-update.js';
import type { Merger } from '../merger.js';
import { isBroken, isMishap, quarantineName } from '../mishaps/mishap.js';
import { isLarge } from '../unmergeable.js';
import { placeOfCopy } from './conflict-copy.js';
import type { FileEdit } from './file-edit.js';

/** The file edits that merge one change. */
export interface EditPlan {
  /** The shared file, behind all links. */
  readonly target: string;
  /** What it held; null: nothing, or something that is in the way. */
  readonly theirs: Uint8Array | null;
  /** Versions that are kept beside it; these edits are applied first. */
  readonly copies: readonly FileEdit[];
  /** Null when the shared file stays as it is. */
  readonly main: FileEdit | null;
  /** The outcome once the plan is applied. */
  readonly outcome: FileOutcome;
}

/**
 * Plans how a change is merged with what the shared file holds now. Reads only. When something is in the way that is not a file (or,
 * above the file, not a folder), or a file that is too large, the session's version is kept beside it.
 */
export function planEdit(merger: Merger, change: Change, policy: MergePolicy): EditPlan {
  const { files } = merger;
  const { place, base, ours, mode } = change;
  const target = files.realPath(change.target);
  const obstacle = findObstacle(files, target) ?? (isLarge(files, target) ? target : undefined);
  if (obstacle !== undefined) {
    const nothing: EditPlan = { target, theirs: null, copies: [], main: null, outcome: { outcome: 'unchanged' } };
    if (ours === null || sameBytes(ours, base)) return nothing;
    return {
      ...nothing,
      ...keeping(files, { target: change.target, obstacle: obstacle === target ? change.target : obstacle }, ours, policy),
    };
  }
  const theirs = files.read(target);
  if (
    policy.conflict.keep !== 'none' &&
    ours !== null &&
    theirs !== null &&
    !sameBytes(ours, base) &&
    isBroken(policy.drivers, place, ours, theirs)
  )
    return rebuilding(files, target, ours, theirs);
  const standing = change.over !== undefined && sameBytes(theirs, ours) ? change.over : theirs;
  const stale = findLostUpdate(merger, change, policy, target, standing);
  const healed = stale && mergeOf(policy, place, { base: stale.base, ours: stale.latest, theirs: standing });
  const whole = healed ? (contentOf(healed) ?? standing) : standing;
  // Another process has written the file since, perhaps after reading a version without the content of `over`.
  const missed =
    change.over === undefined || standing === change.over ? null : mergeOf(policy, place, { base, ours: change.over, theirs: whole });
  const current = missed ? (contentOf(missed) ?? whole) : whole;
  const result = unbelievable(merger, policy, change, theirs) ?? mergeOf(policy, place, { base, ours, theirs: current });
  const main = stepTo(target, theirs, current, result, mode);
  const beside = { target: change.target, obstacle: change.target };
  if (result.outcome === 'conflict') return { target, theirs, main, ...keeping(files, beside, result.copy, policy) };
  if (healed?.outcome === 'conflict' && policy.conflict.keep === 'copy')
    return { target, theirs, main, ...keeping(files, beside, healed.copy, policy) };
  return {
    target,
    theirs,
    copies: [],
    main,
    outcome: main !== null && result.outcome === 'unchanged' ? { outcome: 'merged', decided: result.decided } : said(result),
  };
}

/** A conflict when the session's version of a JSON file is not an intended change but the result of a mishap; else null. */
function unbelievable(
  { hasLoggedOut }: Merger,
  { drivers }: MergePolicy,
  { place, base, ours, isMeant }: Change,
  theirs: Uint8Array | null,
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

/** Keeps a version of a file beside it, as the policy says. */
function keeping(
  files: Files,
  at: { target: string; obstacle: string },
  copy: Uint8Array,
  { conflict }: MergePolicy,
): Pick<EditPlan, 'copies' | 'outcome'> {
  if (conflict.keep === 'session' || conflict.keep === 'none') return { copies: [], outcome: { outcome: 'conflict', copy: null } };
  if (conflict.keep === 'aside') {
    const { path, present } = quarantineName(files, files.realPath(at.target), copy);
    return { copies: present ? [] : [newFile(path, copy)], outcome: { outcome: 'merged', decided: [], setAside: path } };
  }
  const { path, present } = placeOfCopy(files, at, copy, conflict);
  return { copies: present ? [] : [newFile(path, copy)], outcome: { outcome: 'conflict', copy: path } };
}

/** Quarantines a shared file that cannot be parsed, whatever it holds; the session's version replaces it. */
function rebuilding(files: Files, target: string, ours: Uint8Array, theirs: Uint8Array): EditPlan {
  const { path, present } = quarantineName(files, target, theirs);
  const main: FileEdit = { target, before: theirs, after: ours, temporary: temporaryName(target) };
  return {
    target,
    theirs,
    copies: present ? [] : [newFile(path, theirs)],
    main,
    outcome: { outcome: 'merged', decided: [], setAside: path },
  };
}

function newFile(path: string, content: Uint8Array): FileEdit {
  return { target: path, before: null, after: content, temporary: temporaryName(path) };
}

/** `current`: what `theirs` should be, with lost updates restored, before the change is merged with it. */
function stepTo(
  target: string,
  theirs: Uint8Array | null,
  current: Uint8Array | null,
  result: MergeResult,
  mode: number | undefined,
): FileEdit | null {
  if (result.outcome === 'delete')
    return theirs === null ? null : { target, before: theirs, after: null, temporary: temporaryName(target) };
  const content = contentOf(result) ?? current;
  if (content === null || sameBytes(content, theirs)) return null;
  return { target, before: theirs, after: content, temporary: temporaryName(target), ...(mode === undefined ? {} : { mode }) };
}

function contentOf(result: MergeResult): Uint8Array | null {
  return result.outcome === 'write' || result.outcome === 'conflict' ? result.content : null;
}

function said(result: MergeResult): FileOutcome {
  if (result.outcome === 'conflict') return { outcome: 'conflict', copy: null };
  if (result.outcome === 'delete') return { outcome: 'deleted' };
  return result.outcome === 'unchanged' && result.decided.length === 0
    ? { outcome: 'unchanged' }
    : { outcome: 'merged', decided: result.decided };
}
