import { newId } from '../../system/id.js';
import type { FileResult, MergeCandidate } from '../change.js';
import type { Merger } from '../merger.js';
import { attemptBatch, type Batch } from './attempt-batch.js';
import { moveBase } from './base.js';
import { pointerCandidate } from './conflict-copy.js';
import { type Intent, type JournaledEdit, writeIntent } from './intent.js';
import { isOpen, type MergeJob, newJob, throwFailed } from './merge-job.js';
import { record } from './record.js';

/** External writers write now and then; one that wins this often in a row is a loop, which pclaude must not feed. */
const MOST_ROUNDS = 50;

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
export async function mergeCandidates(merger: Merger, items: readonly MergeCandidate[]): Promise<PromiseSettledResult<FileResult>[]> {
  const works = items.map((item) => newJob(item));
  await runBatch(batchOf(merger, works));
  return works.map(({ item, pushed, state }) => {
    return state.name === 'failed'
      ? { status: 'rejected', reason: state.error }
      : { status: 'fulfilled', value: [item.change.place, pushed] };
  });
}

/** `left`: what remains of an interrupted sync, from its intent. */
export function batchOf(merger: Merger, works: readonly MergeJob[], left?: Pick<Intent, 'id' | 'done' | 'loose'>): Batch {
  return { merger, id: left?.id ?? newId(), works, finished: left?.done ?? [], loose: new Set(left?.loose), folders: new Set() };
}

export async function runBatch(batch: Batch): Promise<void> {
  const giveBack = await batch.merger.turns(batch.works.filter(isShared).map(({ change }) => change.target));
  try {
    await mergeInTurn(batch);
  } finally {
    giveBack();
  }
}

/** A file in a home needs no turn: no other session writes it. */
function isShared({ policy }: MergeJob): boolean {
  return policy.conflict.keep !== 'none';
}

async function mergeInTurn(batch: Batch): Promise<void> {
  const { merger, works, finished } = batch;
  await allRounds(batch);
  const tasks = [...finished, ...works.flatMap((work) => work.tasks)];
  const pointers = tasks.flatMap((task) => pointerCandidate(merger, task) ?? []).map((item) => newJob(item, { isTold: false }));
  const all = { ...batch, works: [...works, ...pointers] };
  const giveBack = await merger.turns(pointers.map(({ change }) => change.target));
  try {
    if (pointers.length > 0) await allRounds(all);
  } finally {
    giveBack();
  }
  // No later sync would notice that an index line is missing: the intent stays, and with it all that was done.
  throwFailed(pointers);
  for (const folder of batch.folders) merger.files.syncFolder(folder);
  record(merger, batch.id, [...tasks, ...pointers.flatMap((work) => work.tasks)]);
  complete(all, tasks);
}

async function allRounds(batch: Batch): Promise<void> {
  for (let rounds = 0; batch.works.some(isOpen); rounds++) {
    if (rounds === MOST_ROUNDS) return giveUp(batch.works.filter(isOpen));
    await attemptBatch(batch);
  }
}

/** Each attempt withdraws what it could not apply, so there is nothing to clean up. */
function giveUp(works: readonly MergeJob[]): void {
  for (const work of works)
    work.state = { name: 'failed', error: new Error(`${work.change.target} changed ${MOST_ROUNDS} times while it was being merged`) };
}

/** Moves the bases, and removes the intent last: `resume` completes this after a crash. What could not be merged stays in the intent. */
function complete({ merger, works, loose }: Batch, tasks: readonly JournaledEdit[]): void {
  const { files, paths } = merger;
  for (const { base } of tasks) if (base) moveBase(files, base);
  const asides = works.flatMap(({ aside }) => aside ?? []);
  if (asides.length + loose.size === 0) files.remove(paths.intent);
  else writeIntent(files, paths.intent, { id: newId(), loose: [...loose], staged: [], done: [], asides });
}
