import { basename, dirname, join } from 'node:path';
import { conflictName } from '../merge/conflict-name.js';
import { driverFor, type Driver, merge } from '../merge/merge.js';
import type { Files } from './files.js';
import { removeExpected, replaceExpected } from './replace.js';

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
 * of the shared dir. A crash leaves the old or the new shared file; running it again then completes the work.
 */
export function push(files: Files, change: Change, policy: PushPolicy): Pushed {
  const target = files.realPath(change.target);
  let { base, ours } = change;
  let done: Pushed = { outcome: 'unchanged' };
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const theirs = files.read(target);
    const result = merge({ base, ours, theirs }, policy.driver ?? driverFor(target, base, ours, theirs));
    if (result.outcome === 'unchanged') return done;
    if (result.outcome === 'delete') {
      if (theirs === null || removeExpected(files, target, theirs)) return { outcome: 'deleted' };
      continue;
    }
    if (result.outcome === 'conflict' && result.content === null) return keepCopy(files, target, result.copy, policy.conflict);
    const replaced = replaceExpected(files, prepared(files, target), theirs, result.content ?? new Uint8Array());
    if (replaced.state === 'moved') continue;
    done = result.outcome === 'conflict' ? keepCopy(files, target, result.copy, policy.conflict) : { outcome: 'merged' };
    if (replaced.state === 'done') return done;
    // The stranger had read what we had read, so that is the base of what we displaced.
    base = theirs;
    ours = replaced.content;
  }
  throw new Error(`${target} changed ${MOST_ATTEMPTS} times while it was being merged`);
}

function prepared(files: Files, target: string): string {
  files.makeFolder(dirname(target));
  return target;
}

/** The same version is kept once, however often a sync is repeated after a crash. */
function keepCopy(files: Files, target: string, copy: Uint8Array, policy: ConflictPolicy): Pushed {
  if (policy.keep === 'session') return { outcome: 'conflict', copy: null };
  for (let number = 1; ; number++) {
    const id = number === 1 ? policy.id : `${policy.id}-${number}`;
    const path = join(dirname(target), conflictName(basename(target), policy.branch, id));
    const present = files.read(path);
    if (present !== null && Buffer.compare(present, copy) === 0) return { outcome: 'conflict', copy: path };
    if (present === null && replaceExpected(files, prepared(files, path), null, copy).state === 'done') return { outcome: 'conflict', copy: path };
  }
}
