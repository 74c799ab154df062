import { basename, dirname, join, relative } from 'node:path';
import { sameBytes } from '../merge/bytes.js';
import { conflictName } from '../merge/conflict-name.js';
import { driverFor, type Driver, merge, type MergeResult } from '../merge/merge.js';
import type { Files } from './files.js';
import { putBack, removeExpected, type Replaced, replaceExpected } from './replace.js';

/** A session's version of one shared file. */
export interface Change {
  /** Where the shared file is, or will be. */
  readonly target: string;
  /** Null: the session made it. */
  readonly base: Uint8Array | null;
  /** Null: the session removed it. */
  readonly ours: Uint8Array | null;
}

/** How one file is merged, and whose version a conflict copy holds. */
export interface PushPolicy {
  /** Chosen by name and content when it is missing. */
  readonly driver?: Driver;
  readonly conflict: ConflictPolicy;
}

export type ConflictPolicy =
  | { readonly keep: 'copy'; readonly branch: string; readonly id: string }
  /** For files with secrets: the session's version stays where it is, in the session. */
  | { readonly keep: 'session' };

export type Pushed =
  | { readonly outcome: 'unchanged' }
  | { readonly outcome: 'merged' }
  | { readonly outcome: 'deleted' }
  /** `copy`: the path of the conflict copy; null when the policy keeps it in the session. */
  | { readonly outcome: 'conflict'; readonly copy: string | null };

/** Strangers write once in a while; somebody who wins this often in a row is a loop that we must not feed. */
const MOST_ATTEMPTS = 50;

/**
 * Merges one changed file into the shared dir, as often as somebody else writes it meanwhile. The caller holds the lock
 * of the shared dir. A crash leaves the old or the new shared file; running it again then completes the work. Where
 * something stands in the way that is no file (or, above the file, no folder), our version becomes a conflict copy.
 */
export function push(files: Files, change: Change, policy: PushPolicy): Pushed {
  const target = files.realPath(change.target);
  const obstacle = findObstacle(files, target);
  if (obstacle === undefined) return pushTo(files, target, change, policy);
  const { base, ours } = change;
  if (ours === null || sameBytes(ours, base)) return { outcome: 'unchanged' };
  return keepCopy(files, { target: change.target, obstacle: obstacle === target ? change.target : obstacle }, ours, policy.conflict);
}

/** Merges into `target`, the file behind all links; a conflict copy stands beside the name that people know. */
function pushTo(files: Files, target: string, change: Change, policy: PushPolicy): Pushed {
  let { base, ours } = change;
  let done: Pushed = { outcome: 'unchanged' };
  /** The name that keeps what we displaced until it is merged. */
  let aside: string | undefined;
  try {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const theirs = files.read(target);
      const result = merge({ base, ours, theirs }, policy.driver ?? driverFor(target, base, ours, theirs));
      const replaced = apply(files, target, theirs, result);
      if (replaced.state === 'moved') continue;
      const merged = aside;
      if (replaced.state === 'displaced') aside = replaced.aside;
      if (result.outcome === 'conflict') done = keepCopy(files, { target: change.target, obstacle: change.target }, result.copy, policy.conflict);
      // What could not be merged matters more than what could, and a round that had nothing to do says nothing.
      else if (result.outcome !== 'unchanged' && done.outcome !== 'conflict') done = { outcome: result.outcome === 'delete' ? 'deleted' : 'merged' };
      if (merged !== undefined) files.remove(merged);
      if (replaced.state === 'done') return done;
      // The stranger had read what we had read, so that is the base of what we displaced.
      base = theirs;
      ours = replaced.content;
    }
    throw new Error(`${target} changed ${MOST_ATTEMPTS} times while it was being merged`);
  } catch (error) {
    if (aside !== undefined) putBack(files, aside, target);
    throw error;
  }
}

/** Brings the shared file from `theirs` to the result of a merge. */
function apply(files: Files, target: string, theirs: Uint8Array | null, result: MergeResult): Replaced {
  if (result.outcome === 'unchanged' || (result.outcome === 'conflict' && result.content === null)) return { state: 'done' };
  if (result.outcome === 'delete') return theirs === null ? { state: 'done' } : removeExpected(files, target, theirs);
  return replaceExpected(files, prepared(files, target), theirs, result.content ?? new Uint8Array());
}

function prepared(files: Files, target: string): string {
  files.makeFolder(dirname(target));
  return target;
}

/** The first thing on the way to a file that keeps it from being made: no folder, or at the end no file. */
export function findObstacle(files: Files, target: string): string | undefined {
  const kind = files.kind(target);
  if (kind === 'file') return undefined;
  if (kind !== null) return target;
  for (let folder = dirname(target); folder !== dirname(folder); folder = dirname(folder)) {
    const above = files.kind(files.realPath(folder));
    if (above === 'folder') return undefined;
    if (above !== null) return folder;
  }
  return undefined;
}

interface Place {
  readonly target: string;
  /** What the conflict copy is named after: the file itself, or a file where one of its folders should be. */
  readonly obstacle: string;
}

/** The same version is kept once, however often a sync is repeated after a crash. */
function keepCopy(files: Files, { target, obstacle }: Place, copy: Uint8Array, policy: ConflictPolicy): Pushed {
  if (policy.keep === 'session') return { outcome: 'conflict', copy: null };
  for (let number = 1; ; number++) {
    const id = number === 1 ? policy.id : `${policy.id}-${number}`;
    const path = join(dirname(obstacle), conflictName(basename(obstacle), policy.branch, id), relative(obstacle, target));
    if (findObstacle(files, path) !== undefined) continue;
    const present = files.read(path);
    if (present !== null && sameBytes(present, copy)) return { outcome: 'conflict', copy: path };
    if (present === null && replaceExpected(files, prepared(files, path), null, copy).state === 'done') return { outcome: 'conflict', copy: path };
  }
}
