import { fulfilled, throwFirst } from '../../system/attempt.js';
import { sameBytes } from '../../system/content.js';
import { UserError } from '../../system/errors.js';
import type { Files } from '../../system/files/files.js';
import { mergeCandidates } from '../apply/batch.js';
import { keepingCopy } from '../apply/conflict-copy.js';
import type { Change, MergeCandidate } from '../change.js';
import type { LogEntry, LoggedFile } from '../log/entry.js';
import { readLog } from '../log/log.js';
import type { Merger } from '../merger.js';
import { obstacleAt } from '../unmergeable.js';
import { type ByHand, handLocks } from './hand-locks.js';

/** A file to be restored to its content before a log entry. */
export interface Restoring {
  readonly file: Pick<LoggedFile, 'place' | 'target'>;
  /** That content; null: there was no file. */
  readonly before: Uint8Array | null;
}

/** The result of a restore. */
export interface RestoreResult {
  /** The id of the log entry of the restore, by which it can be undone; null when there was nothing to do. */
  readonly id: string | null;
  /** The paths of the files that had other content. */
  readonly changed: readonly string[];
}

/**
 * Restores shared files to their content before a log entry, whatever they hold now. A merge like any other: under the lock, whole files,
 * merged with what is written at that moment, and logged as one entry. Throws `not-restored`, and restores nothing, if the path of a file
 * has something other than a file, or a file that is too large. Also throws `not-restored` if content that is written at that moment
 * contradicts a file; the other files are then restored.
 */
export async function restore(
  files: Files,
  where: ByHand,
  { session: id, branch, id: entry }: Pick<LogEntry, 'id' | 'session' | 'branch'>,
  wanted: readonly Restoring[],
): Promise<RestoreResult> {
  return handLocks(files, where, { id, branch }).shared(async (merger) => {
    const candidates = wanted.flatMap(({ file: { place, target }, before }): MergeCandidate[] => {
      const present = readPresent(files, target);
      const change: Change = { place, target, base: present, ours: before, isMeant: true };
      return sameBytes(present, before) ? [] : [{ change, policy: { drivers: merger.drivers, conflict: keepingCopy({ id, branch }) } }];
    });
    if (candidates.length === 0) return { id: null, changed: [] };
    await mergeUncontested({ ...merger, log: { ...merger.log, restores: entry } }, candidates);
    const [newest] = readLog(files, merger.log.folder);
    return { id: newest?.id ?? null, changed: candidates.map(({ change }) => change.target) };
  });
}

/**
 * The shared file as it is; null when there is none. Throws `not-restored` if the path has something other than a file, or a file that is
 * too large.
 */
export function readPresent(files: Files, target: string): Uint8Array | null {
  const obstacle = obstacleAt(files, target);
  if (obstacle !== undefined) throw new UserError('not-restored', `${obstacle} is in the way`, 'move it, and try again');
  return files.read(target);
}

/** Merges all candidates. Throws the first error, or `not-restored` for a file that did not get its wanted content. */
async function mergeUncontested(merger: Merger, candidates: readonly MergeCandidate[]): Promise<void> {
  const results = await mergeCandidates(merger, candidates);
  throwFirst(results);
  for (const [at, [, outcome]] of fulfilled(results).entries()) {
    const change = candidates[at]?.change;
    if (!change || outcome.outcome === (change.ours === null ? 'deleted' : 'merged')) continue;
    const kept = outcome.outcome === 'conflict' && outcome.copy !== null ? `; the old version is kept as ${outcome.copy}` : '';
    throw new UserError('not-restored', `${change.target} has been changed meanwhile${kept}`, 'look at it, and try again');
  }
}
