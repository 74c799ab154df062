import { dirname } from 'node:path';
import { attempt } from '../../system/attempt.js';
import type { Files } from '../../system/files/files.js';
import { externalChange } from '../log/find-lost-update.js';
import type { Merger } from '../merger.js';
import { movingBase, stageBase } from './base.js';
import { applyEdit, type FileEdit, stageEdit } from './file-edit.js';
import { type JournaledEdit, writeIntent } from './intent.js';
import { advance, isOpen, journaledEditOf, type MergeJob, partOf } from './merge-job.js';
import { planEdit } from './plan-edit.js';

/** Merge jobs that are carried out together. */
export interface Batch {
  readonly merger: Merger;
  /** The intent's id. */
  readonly id: string;
  readonly works: readonly MergeJob[];
  /** Edits that were applied before a crash and are not logged yet. */
  readonly finished: readonly JournaledEdit[];
  /** Temporary files that are not needed any more, or not written completely yet. */
  readonly loose: Set<string>;
  /** Folders in which something was renamed. */
  readonly folders: Set<string>;
}

/**
 * Makes one attempt at each open merge job: plans its edits, stages them beside their targets, and then applies them. No file is
 * made or removed unless the intent lists it.
 */
export async function attemptBatch(batch: Batch): Promise<void> {
  const open = batch.works.filter(isOpen);
  for (const work of open) {
    tryJob(work, () => {
      // An external writer's version is not the session's, so it moves no base: the session's base has moved, or is about to.
      const isStrangers = work.change !== work.item.change || work.aside !== null;
      const change = isStrangers ? externalChange(batch.merger, work.change, work.policy) : work.change;
      work.plan = planEdit(batch.merger, change, work.policy);
      work.base = isStrangers ? null : movingBase(work.item, work.plan.pushed);
    });
  }
  await stageAll(batch, open.filter(isOpen));
  for (const work of open.filter(isOpen)) tryJob(work, () => carryOut(batch, work));
}

/** Removes temporary files that the intent lists. Throws the system's error for one that cannot be removed, which stays in `loose`. */
export function discard({ merger, loose }: Batch, paths: readonly string[]): void {
  for (const path of paths) loose.add(path);
  for (const path of paths) {
    merger.files.remove(path);
    loose.delete(path);
  }
}

/** Writes the intent for the current state of the batch. */
function writeDown({ merger, id, works, finished, loose }: Batch, staged: readonly JournaledEdit[]): void {
  const done = [...finished, ...works.flatMap(({ tasks }) => tasks)];
  writeIntent(merger.files, merger.paths.intent, {
    id,
    loose: [...loose],
    staged,
    done,
    asides: works.flatMap(({ aside }) => aside ?? []),
  });
}

async function stageAll(batch: Batch, works: readonly MergeJob[]): Promise<void> {
  if (!works.some(hasSomethingToDo)) return;
  const { loose } = batch;
  const { files } = batch.merger;
  try {
    for (const name of works.flatMap(namesOf)) loose.add(name);
    writeDown(batch, []);
    for (const work of works) tryJob(work, () => stage(files, work));
    const staged = works.filter(isOpen);
    const names = staged.flatMap(namesOf);
    if (names.length > 0) await files.forceAll(names);
    for (const name of names) loose.delete(name);
    writeDown(batch, stagedTasks(batch));
  } catch (error) {
    for (const work of works) {
      for (const name of namesOf(work)) loose.add(name);
      if (isOpen(work)) work.state = { name: 'failed', error };
    }
  }
  for (const work of works.filter(({ state }) => state.name === 'failed')) attempt(() => discard(batch, namesOf(work)));
}

function stage(files: Files, work: MergeJob): void {
  for (const step of stepsOf(work)) stageEdit(files, step);
  if (work.base) stageBase(files, work.base, work.change.ours);
}

function stagedTasks({ works }: Batch): JournaledEdit[] {
  return works.filter((work) => isOpen(work) && hasSomethingToDo(work)).flatMap(journaledEditOf);
}

function carryOut(batch: Batch, work: MergeJob): void {
  const { merger, folders } = batch;
  const { aside } = work;
  const steps = stepsOf(work);
  const made: FileEdit[] = [];
  let displaced: Uint8Array | null = null;
  let unread: unknown;
  try {
    for (const step of steps) {
      const applied = applyEdit(merger.files, step);
      if (applied.state === 'moved') return withdraw(batch, work, made);
      folders.add(dirname(step.target));
      made.push(step);
      if (applied.state === 'displaced') displaced = applied.content;
      if (applied.state === 'unread') [displaced, unread] = [new Uint8Array(), applied.error];
    }
  } catch (error) {
    attempt(() => withdraw(batch, work, made));
    throw error;
  }
  advance(work, displaced);
  discard(batch, [...steps.map(({ temporary }) => temporary).filter((path) => path !== work.aside?.path), ...(aside ? [aside.path] : [])]);
  if (unread !== undefined) throw unread;
}

/**
 * Withdraws a staged merge job, except for the copies that it has `made`. The intent is written first: otherwise `resume` would take the
 * job for applied after a crash.
 */
function withdraw(batch: Batch, work: MergeJob, made: readonly FileEdit[]): void {
  const names = namesOf(work);
  work.tasks.push(...journaledEditOf(work).flatMap((task) => partOf(task, made)));
  work.plan = null;
  work.base = null;
  for (const name of names) batch.loose.add(name);
  writeDown(batch, stagedTasks(batch));
  discard(batch, names);
}

function tryJob(work: MergeJob, act: () => void): void {
  try {
    act();
  } catch (error) {
    work.state = { name: 'failed', error };
  }
}

function stepsOf({ plan }: MergeJob): FileEdit[] {
  return plan === null ? [] : [...plan.copies, ...(plan.main ? [plan.main] : [])];
}

function hasSomethingToDo(work: MergeJob): boolean {
  return work.base !== null || stepsOf(work).length > 0;
}

/** The temporary files that a merge job stages. */
function namesOf(work: MergeJob): string[] {
  const steps = stepsOf(work).flatMap(({ after, temporary }) => (after === null ? [] : [temporary]));
  return work.base?.staged == null ? steps : [...steps, work.base.staged];
}
