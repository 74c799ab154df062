import { dirname } from 'node:path';
import { attempt } from '../../system/attempt.js';
import { movingBase, stageBase } from './base.js';
import type { Files } from '../../system/files/files.js';
import { type JournaledEdit, writeIntent } from './intent.js';
import type { Merger } from '../merger.js';
import { externalChange } from '../log/find-lost-update.js';
import { planEdit } from './plan-edit.js';
import { applyEdit, stageEdit, type FileEdit } from './file-edit.js';
import { advance, isOpen, partOf, journaledEditOf, type MergeJob } from './merge-job.js';

/** Works that are done together. */
export interface Batch {
  readonly files: Files;
  readonly merger: Merger;
  /** The intent's id. */
  readonly id: string;
  readonly works: readonly MergeJob[];
  /** What was done before a crash, and of which the end is missing. */
  readonly finished: readonly JournaledEdit[];
  /** Files of ours that nothing needs, or nothing yet. */
  readonly loose: Set<string>;
  /** Folders in which something was renamed. */
  readonly folders: Set<string>;
}

/**
 * Carries all open works one round further: works out what is to be done, writes it beside what it is for, and then does
 * it. Nothing of ours is put or removed anywhere unless the intent tells of it.
 */
export async function attemptBatch(batch: Batch): Promise<void> {
  const { files } = batch;
  const open = batch.works.filter(isOpen);
  for (const work of open) {
    tryJob(work, () => {
      // A stranger's version is no session's: its base has moved, or is about to.
      const isStrangers = work.change !== work.item.change || work.aside !== null;
      const change = isStrangers ? externalChange(files, batch.merger, work.change, work.policy) : work.change;
      work.plan = planEdit(files, batch.merger, change, work.policy);
      work.base = isStrangers ? null : movingBase(work.item, work.plan.pushed);
    });
  }
  await stageAll(batch, open.filter(isOpen));
  for (const work of open.filter(isOpen)) tryJob(work, () => carryOut(batch, work));
}

/** Removes files that nothing needs, of which the intent tells. One that cannot be removed stays loose; then it throws. */
export function discard({ files, loose }: Batch, paths: readonly string[]): void {
  for (const path of paths) loose.add(path);
  for (const path of paths) {
    files.remove(path);
    loose.delete(path);
  }
}

/** Writes down what stands now. */
function writeDown({ files, merger, id, works, finished, loose }: Batch, staged: readonly JournaledEdit[]): void {
  const done = [...finished, ...works.flatMap(({ tasks }) => tasks)];
  writeIntent(files, merger.paths.intent, { id, loose: [...loose], staged, done, asides: works.flatMap(({ aside }) => aside ?? []) });
}

async function stageAll(batch: Batch, works: readonly MergeJob[]): Promise<void> {
  if (!works.some(hasSomethingToDo)) return;
  const { files, loose } = batch;
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
  const { files, folders } = batch;
  const { aside } = work;
  const steps = stepsOf(work);
  const made: FileEdit[] = [];
  let displaced: Uint8Array | null = null;
  let unread: unknown;
  try {
    for (const step of steps) {
      const applied = applyEdit(files, step);
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
 * Takes back a work that is staged, save for the copies that it has `made`. It is said first: else whoever comes after a
 * crash would take it for carried out.
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

/** The files that a work writes beside others. */
function namesOf(work: MergeJob): string[] {
  const steps = stepsOf(work).flatMap(({ after, temporary }) => (after === null ? [] : [temporary]));
  return work.base?.staged == null ? steps : [...steps, work.base.staged];
}
