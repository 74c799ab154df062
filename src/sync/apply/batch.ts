import { newId } from '../../system/id.js';
import { moveBase } from './base.js';
import type { Files } from '../../system/files/files.js';
import { writeIntent, type Intent, type JournaledEdit } from './intent.js';
import type { MergeCandidate } from '../candidate.js';
import type { Merger } from '../merger.js';
import { pointerCandidate } from './pointer.js';
import { record } from './record.js';
import type { FileResult } from '../report.js';
import { type Batch, attemptBatch } from './attempt.js';
import { isOpen, throwFailed, type MergeJob, newJob } from './merge-job.js';

/** Strangers write once in a while; somebody who wins this often in a row is a loop that we must not feed. */
const MOST_ROUNDS = 50;

/**
 * Merges changes into the shared dir, as often as somebody else writes meanwhile: what came of each, in their order; one
 * that fails does not hold up the others. The caller holds the lock of the shared dir, and has completed what an earlier
 * sync left (`resumeIfNeeded`) before it looked at what there is to merge. Throws where the end of it failed: then the intent
 * stays.
 *
 * It waits for the disk only twice: for all results and new bases at once, and for each folder. A crash leaves whole files,
 * old or new, and an intent by which `resume` tells which; each change is merged exactly once. The intent itself is not
 * forced to the disk: where a power cut takes it, changes are merged again, which does no harm but to counters.
 */
export async function mergeAllItems(files: Files, merger: Merger, items: readonly MergeCandidate[]): Promise<PromiseSettledResult<FileResult>[]> {
  const works = items.map((item) => newJob(item));
  await runJobs(merger, batchOf(files, merger, works));
  return works.map(({ item, pushed, state }) => {
    return state.name === 'failed' ? { status: 'rejected', reason: state.error } : { status: 'fulfilled', value: [item.change.place, pushed] };
  });
}

/** `left`: what an earlier sync has left of its own works. */
export function batchOf(files: Files, merger: Merger, works: readonly MergeJob[], left?: Pick<Intent, 'id' | 'done' | 'loose'>): Batch {
  return { files, merger, id: left?.id ?? newId(), works, finished: left?.done ?? [], loose: new Set(left?.loose), folders: new Set() };
}

export async function runJobs(merger: Merger, batch: Batch): Promise<void> {
  const giveBack = await merger.turns(batch.works.filter(isShared).map(({ change }) => change.target));
  try {
    await pushInTurn(merger, batch);
  } finally {
    giveBack();
  }
}

/** What comes into a home nobody else writes. */
function isShared({ policy }: MergeJob): boolean {
  return policy.conflict.keep !== 'none';
}

async function pushInTurn(merger: Merger, batch: Batch): Promise<void> {
  const { files, works, finished } = batch;
  await allRounds(batch);
  const tasks = [...finished, ...works.flatMap((work) => work.tasks)];
  const pointers = tasks.flatMap((task) => pointerCandidate(files, merger, task) ?? []).map((item) => newJob(item, { isTold: false }));
  const all = { ...batch, works: [...works, ...pointers] };
  const giveBack = await merger.turns(pointers.map(({ change }) => change.target));
  try {
    if (pointers.length > 0) await allRounds(all);
  } finally {
    giveBack();
  }
  // Nobody else would see that a line is missing: the intent stays, and with it all that was done.
  throwFailed(pointers);
  for (const folder of batch.folders) files.syncFolder(folder);
  record(files, merger, batch.id, [...tasks, ...pointers.flatMap((work) => work.tasks)]);
  complete(all, tasks);
}

async function allRounds(batch: Batch): Promise<void> {
  for (let rounds = 0; batch.works.some(isOpen); rounds++) {
    if (rounds === MOST_ROUNDS) return giveUp(batch.works.filter(isOpen));
    await attemptBatch(batch);
  }
}

/** Each round takes back what it could not do, so there is nothing to clean up. */
function giveUp(works: readonly MergeJob[]): void {
  for (const work of works) work.state = { name: 'failed', error: new Error(`${work.change.target} changed ${MOST_ROUNDS} times while it was being merged`) };
}

/** The bases move, and last the intent goes: whatever is missing is done by `resume`. What could not be merged stays in it. */
function complete({ files, merger, works, loose }: Batch, tasks: readonly JournaledEdit[]): void {
  for (const { base } of tasks) if (base) moveBase(files, base);
  const asides = works.flatMap(({ aside }) => aside ?? []);
  if (asides.length + loose.size === 0) files.remove(merger.paths.intent);
  else writeIntent(files, merger.paths.intent, { id: newId(), loose: [...loose], staged: [], done: [], asides });
}
