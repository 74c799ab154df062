import { attempt, throwFirst } from '../../system/attempt.js';
import { sameBytes } from '../../system/content.js';
import { namesBeside } from '../../system/files/exchange.js';
import type { Files } from '../../system/files/files.js';
import type { MergeCandidate } from '../change.js';
import type { Merger } from '../merger.js';
import { removeTempFiles } from './attempt-batch.js';
import { batchOf, runBatch } from './batch.js';
import { wasApplied } from './file-edit.js';
import { type JournaledEdit, type OverwrittenVersion, writeIntent } from './intent.js';
import { newJob, overwrittenBy, partOf, throwFailed } from './merge-job.js';
import { readIntent } from './read-intent.js';

/**
 * Completes a sync that a crash or a failure interrupted, from its intent: what was staged but not applied is removed, what was applied
 * becomes the base, and the versions that it overwrote are merged. The caller holds the lock of the shared dir. Throws when some of it
 * remains; no other intent may be written then. A crash leaves it to be done again.
 */
export async function resume(merger: Merger): Promise<void> {
  const { files } = merger;
  const { intent: path } = merger.paths;
  const intent = readIntent(files, path);
  if (!intent) return files.remove(path);
  const fates = intent.staged.map((edit) => fateOf(files, edit));
  const done = [...intent.done, ...fates.flatMap((fate) => fate.done)];
  const merged = new Set(done.flatMap(({ overwrittenFile }) => overwrittenFile ?? []));
  const overwritten = [...intent.overwritten, ...fates.flatMap((fate) => fate.overwritten)].filter((version) => !merged.has(version.path));
  const tempFiles = [...intent.tempFiles, ...fates.flatMap((fate) => fate.tempFiles), ...merged];
  // Once some of these files are removed, they no longer show which edits were applied.
  if (fates.length > 0) writeIntent(files, path, { id: intent.id, tempFiles, staged: [], done, overwritten });
  const jobs = overwritten.flatMap((version) => {
    const candidate = candidateFor(merger, version);
    return candidate ? [newJob(candidate, { overwritten: version })] : [];
  });
  const batch = batchOf(merger, jobs, { id: intent.id, done, tempFiles });
  const removed = attempt(() => removeTempFiles(batch, tempFiles));
  await runBatch(batch);
  throwFirst([removed]);
  throwFailed(jobs);
}

/** What became of an edit that was staged. */
interface Fate {
  readonly done: readonly JournaledEdit[];
  readonly overwritten: readonly OverwrittenVersion[];
  readonly tempFiles: readonly string[];
}

function fateOf(files: Files, edit: JournaledEdit): Fate {
  const { copies, main, base } = edit;
  const temporaries = [...copies, ...(main ? [main] : [])].map(({ temporary }) => temporary);
  const made = copies.filter((copy) => wasApplied(files, copy) !== false);
  // The main edit is applied last.
  const applied = main ? wasApplied(files, main) : made.length === copies.length && { overwritten: null };
  if (applied === false) {
    const tempFiles = [...temporaries.flatMap(namesBeside), ...(base?.staged == null ? [] : [base.staged])];
    return { done: partOf(edit, made), overwritten: [], tempFiles };
  }
  const hasOverwritten = main && applied.overwritten !== null && !sameBytes(applied.overwritten, main.before);
  const version = hasOverwritten ? overwrittenBy(edit) : null;
  return { done: [edit], overwritten: version ? [version] : [], tempFiles: temporaries.filter((path) => path !== version?.path) };
}

/** Null when the version has been merged and removed already. */
function candidateFor(
  { files, drivers }: Merger,
  { place, target, path, base, conflict, memoryFolder }: OverwrittenVersion,
): MergeCandidate | null {
  const ours = files.read(path);
  return ours && { change: { place, target, base, ours }, policy: { drivers, conflict }, memoryFolder };
}
