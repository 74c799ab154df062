import { newId } from '../../system/id.js';
import type { FileOutcome, FileResult, MergeCandidate } from '../change.js';
import type { Merger } from '../merger.js';
import { attemptBatch, type Batch } from './attempt-batch.js';
import { moveBase } from './base.js';
import { pointerCandidate } from './conflict-copy.js';
import { type Intent, type JournaledEdit, writeIntent } from './intent.js';
import { isOpen, type MergeJob, newJob, throwFailed } from './merge-job.js';
import { record } from './record.js';

/** External writers write now and then; one that wins this often in a row is a loop, which pclaude must not feed. */
const MOST_ATTEMPTS = 50;

/**
 * Merges candidates into the shared dir, and tries again as often as an external writer writes meanwhile. Returns a result for each
 * candidate, in their order; one that fails does not hold up the others. The caller holds the lock of the shared dir, and has completed
 * an interrupted sync (`resumeIfNeeded`) before it looked for candidates. Throws when the index lines for conflict copies, the log or the
 * bases could not be written; the intent then stays.
 *
 * It waits for the disk only twice: for all results and new bases at once, and for each folder. A crash leaves whole files, old or new,
 * and an intent from which `resume` finds out which; each change is merged exactly once. The intent itself is not forced to the disk:
 * when a power cut takes it, changes are merged again, which harms only counters.
 */
export async function mergeCandidates(merger: Merger, candidates: readonly MergeCandidate[]): Promise<PromiseSettledResult<FileResult>[]> {
  const jobs = candidates.map((candidate) => newJob(candidate));
  await runBatch(batchOf(merger, jobs));
  return jobs.map(({ candidate, outcome, state }) => {
    return state.name === 'failed'
      ? { status: 'rejected', reason: state.error }
      : { status: 'fulfilled', value: [candidate.change.place, outcome] };
  });
}

/** Merges one candidate as `mergeCandidates` does, and returns its outcome. Also throws the candidate's own error. */
export async function mergeOne(merger: Merger, candidate: MergeCandidate): Promise<FileOutcome> {
  const job = newJob(candidate);
  await runBatch(batchOf(merger, [job]));
  throwFailed([job]);
  return job.outcome;
}

/** `left`: what remains of an interrupted sync, from its intent. */
export function batchOf(merger: Merger, jobs: readonly MergeJob[], left?: Pick<Intent, 'id' | 'done' | 'tempFiles'>): Batch {
  return { merger, id: left?.id ?? newId(), jobs, finished: left?.done ?? [], tempFiles: new Set(left?.tempFiles), folders: new Set() };
}

/** Carries out the jobs of a batch, in the turns of the shared files. Throws what `mergeCandidates` throws. */
export async function runBatch(batch: Batch): Promise<void> {
  const giveBack = await batch.merger.turns(batch.jobs.filter(needsTurn).map(({ change }) => change.target));
  try {
    await mergeInTurn(batch);
  } finally {
    giveBack();
  }
}

/** A file in a home needs no turn: no other session writes it. */
function needsTurn({ policy }: MergeJob): boolean {
  return policy.conflict.keep !== 'none';
}

async function mergeInTurn(batch: Batch): Promise<void> {
  const { merger, jobs, finished } = batch;
  await attemptAll(batch);
  const edits = [...finished, ...editsOf(jobs)];
  const pointers = edits
    .flatMap((edit) => pointerCandidate(merger, edit) ?? [])
    .map((candidate) => newJob(candidate, { isReported: false }));
  const all = { ...batch, jobs: [...jobs, ...pointers] };
  const giveBack = await merger.turns(pointers.map(({ change }) => change.target));
  try {
    if (pointers.length > 0) await attemptAll(all);
  } finally {
    giveBack();
  }
  // No later sync would notice that an index line is missing: the intent stays, and with it all that was done.
  throwFailed(pointers);
  for (const folder of batch.folders) merger.files.syncFolder(folder);
  record(merger, batch.id, [...edits, ...editsOf(pointers)]);
  complete(all, edits);
}

function editsOf(jobs: readonly MergeJob[]): JournaledEdit[] {
  return jobs.flatMap(({ edits }) => edits);
}

async function attemptAll(batch: Batch): Promise<void> {
  for (let attempts = 0; batch.jobs.some(isOpen); attempts++) {
    if (attempts === MOST_ATTEMPTS) return giveUp(batch.jobs.filter(isOpen));
    await attemptBatch(batch);
  }
}

/** Each attempt withdraws what it could not apply, so there is nothing to clean up. */
function giveUp(jobs: readonly MergeJob[]): void {
  for (const job of jobs)
    job.state = { name: 'failed', error: new Error(`${job.change.target} changed ${MOST_ATTEMPTS} times while it was being merged`) };
}

/** Moves the bases, and removes the intent last: `resume` completes this after a crash. What could not be merged stays in the intent. */
function complete({ merger, jobs, tempFiles }: Batch, edits: readonly JournaledEdit[]): void {
  const { files, paths } = merger;
  for (const { base } of edits) if (base) moveBase(files, base);
  const overwritten = jobs.flatMap((job) => job.overwritten ?? []);
  if (overwritten.length + tempFiles.size === 0) files.remove(paths.intent);
  else writeIntent(files, paths.intent, { id: newId(), tempFiles: [...tempFiles], staged: [], done: [], overwritten });
}
