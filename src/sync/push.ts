import { sameBytes } from '../merge/bytes.js';
import type { MergeResult } from '../merge/merge.js';
import type { Change, Pushed, PushPolicy } from './change.js';
import { keepCopy } from './conflict-copy.js';
import type { Files } from './files.js';
import { findObstacle } from './obstacle.js';
import { putBack } from './replace.js';
import { corruptName } from './set-aside.js';
import { apply, type Staged, workOut } from './stage.js';

/** Strangers write once in a while; somebody who wins this often in a row is a loop that we must not feed. */
const MOST_ATTEMPTS = 50;

/**
 * Merges one changed file into the shared dir, as often as somebody else writes it meanwhile. The caller holds the lock
 * of the shared dir. A crash leaves the old or the new shared file; running it again then completes the work. Where
 * something stands in the way that is no file (or, above the file, no folder), our version becomes a conflict copy.
 * `staged`: the work was done before, in the hope that nobody writes meanwhile.
 */
export function push(files: Files, change: Change, policy: PushPolicy, staged?: Staged): Pushed {
  if (staged) return pushTo(files, staged.target, change, policy, staged);
  const target = files.realPath(change.target);
  const obstacle = findObstacle(files, target);
  if (obstacle === undefined) return pushTo(files, target, change, policy);
  const { base, ours } = change;
  if (ours === null || sameBytes(ours, base)) return { outcome: 'unchanged' };
  return keepCopy(files, { target: change.target, obstacle: obstacle === target ? change.target : obstacle }, ours, policy.conflict);
}

/** Merges into `target`, the file behind all links; a conflict copy stands beside the name that people know. */
function pushTo(files: Files, target: string, change: Change, policy: PushPolicy, staged?: Staged): Pushed {
  let { base, ours } = change;
  let done: Pushed = { outcome: 'unchanged' };
  /** The name that keeps what we displaced until it is merged. */
  let aside: string | undefined;
  try {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const round = (attempt === 0 && staged) || workOut(files, target, { ...change, base, ours }, policy);
      const { theirs, result } = round;
      const replaced = apply(files, round);
      if (replaced.state === 'moved') continue;
      const merged = aside;
      if (replaced.state === 'displaced') aside = replaced.aside;
      if (result.outcome !== 'conflict') done = told(result, done);
      // Not the session's version but a stranger's, and there is no other place for it.
      else if (merged !== undefined && policy.conflict.keep === 'session') files.rename(merged, corruptName(target));
      else done = keepCopy(files, { target: change.target, obstacle: change.target }, result.copy, policy.conflict);
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

/**
 * What is said of a round, after what was said of the ones before it. What could not be merged matters more than what
 * could, and a round that had nothing to do says nothing.
 */
function told(result: Exclude<MergeResult, { outcome: 'conflict' }>, before: Pushed): Pushed {
  if (before.outcome === 'conflict') return before;
  if (result.outcome === 'delete') return { outcome: 'deleted' };
  if (result.outcome === 'unchanged' && result.decided.length === 0) return before;
  const earlier = before.outcome === 'merged' ? before.decided : [];
  return { outcome: 'merged', decided: [...new Set([...earlier, ...result.decided])] };
}
