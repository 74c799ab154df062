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
  readonly jobs: readonly MergeJob[];
  /** Edits that were applied before a crash and are not logged yet. */
  readonly finished: readonly JournaledEdit[];
  /** Temp files that are not needed any more, or not written completely yet. */
  readonly tempFiles: Set<string>;
  /** Folders in which something was renamed. */
  readonly folders: Set<string>;
}

/**
 * Makes one attempt at each open merge job: plans its edits, stages them beside their targets, and then applies them. No file is
 * made or removed unless the intent lists it.
 */
export async function attemptBatch(batch: Batch): Promise<void> {
  const open = batch.jobs.filter(isOpen);
  for (const job of open) tryJob(job, () => planAttempt(batch.merger, job));
  await stageAll(batch, open.filter(isOpen));
  for (const job of open.filter(isOpen)) tryJob(job, () => applyJob(batch, job));
}

/** Removes temp files that the intent lists. Throws the system's error for one that cannot be removed, which stays in `tempFiles`. */
export function removeTempFiles({ merger, tempFiles }: Batch, paths: readonly string[]): void {
  for (const path of paths) tempFiles.add(path);
  for (const path of paths) {
    merger.files.remove(path);
    tempFiles.delete(path);
  }
}

/** An external writer's version is not the session's, so it moves no base: the session's base has moved, or is about to. */
function planAttempt(merger: Merger, job: MergeJob): void {
  const { candidate, change, policy, overwritten } = job;
  const plan = planEdit(merger, overwritten === null ? change : externalChange(merger, change, policy), policy);
  job.plan = { ...plan, base: overwritten === null ? movingBase(candidate, plan.outcome) : null };
}

/** Writes the intent for the current state of the batch. */
function writeDown({ merger, id, jobs, finished, tempFiles }: Batch, staged: readonly JournaledEdit[]): void {
  writeIntent(merger.files, merger.paths.intent, {
    id,
    tempFiles: [...tempFiles],
    staged,
    done: [...finished, ...jobs.flatMap(({ edits }) => edits)],
    overwritten: jobs.flatMap(({ overwritten }) => overwritten ?? []),
  });
}

async function stageAll(batch: Batch, jobs: readonly MergeJob[]): Promise<void> {
  if (!jobs.some(hasSomethingToDo)) return;
  const { tempFiles } = batch;
  const { files } = batch.merger;
  try {
    for (const path of jobs.flatMap(tempFilesOf)) tempFiles.add(path);
    writeDown(batch, []);
    for (const job of jobs) tryJob(job, () => stage(files, job));
    const written = jobs.filter(isOpen).flatMap(tempFilesOf);
    if (written.length > 0) await files.forceAll(written);
    for (const path of written) tempFiles.delete(path);
    writeDown(batch, stagedEdits(batch));
  } catch (error) {
    for (const job of jobs) {
      for (const path of tempFilesOf(job)) tempFiles.add(path);
      if (isOpen(job)) job.state = { name: 'failed', error };
    }
  }
  for (const job of jobs.filter(({ state }) => state.name === 'failed')) attempt(() => removeTempFiles(batch, tempFilesOf(job)));
}

function stage(files: Files, job: MergeJob): void {
  for (const edit of fileEditsOf(job)) stageEdit(files, edit);
  if (job.plan?.base) stageBase(files, job.plan.base, job.change.ours);
}

function stagedEdits({ jobs }: Batch): JournaledEdit[] {
  return jobs.filter((job) => isOpen(job) && hasSomethingToDo(job)).flatMap((job) => journaledEditOf(job) ?? []);
}

function applyJob(batch: Batch, job: MergeJob): void {
  const { merger, folders } = batch;
  const merged = job.overwritten;
  const edits = fileEditsOf(job);
  const applied: FileEdit[] = [];
  let overwritten: Uint8Array | null = null;
  let unread: unknown;
  try {
    for (const edit of edits) {
      const result = applyEdit(merger.files, edit);
      if (result.state === 'moved') return withdraw(batch, job, applied);
      folders.add(dirname(edit.target));
      applied.push(edit);
      if (result.state === 'overwrote') overwritten = result.content;
      if (result.state === 'unread') [overwritten, unread] = [new Uint8Array(), result.error];
    }
  } catch (error) {
    attempt(() => withdraw(batch, job, applied));
    throw error;
  }
  advance(job, overwritten);
  const temporaries = edits.map(({ temporary }) => temporary).filter((path) => path !== job.overwritten?.path);
  removeTempFiles(batch, [...temporaries, ...(merged ? [merged.path] : [])]);
  if (unread !== undefined) throw unread;
}

/**
 * Withdraws a staged merge job, except for the copies that it has `made`. The intent is written first: otherwise `resume` would take the
 * job for applied after a crash.
 */
function withdraw(batch: Batch, job: MergeJob, made: readonly FileEdit[]): void {
  const temporaries = tempFilesOf(job);
  const edit = journaledEditOf(job);
  if (edit) job.edits.push(...partOf(edit, made));
  job.plan = null;
  for (const path of temporaries) batch.tempFiles.add(path);
  writeDown(batch, stagedEdits(batch));
  removeTempFiles(batch, temporaries);
}

function tryJob(job: MergeJob, act: () => void): void {
  try {
    act();
  } catch (error) {
    job.state = { name: 'failed', error };
  }
}

/** In the order in which they are applied: what the file held is safe before it changes. */
function fileEditsOf({ plan }: MergeJob): FileEdit[] {
  return plan === null ? [] : [...plan.copies, ...(plan.main ? [plan.main] : [])];
}

function hasSomethingToDo(job: MergeJob): boolean {
  return job.plan !== null && (job.plan.base !== null || fileEditsOf(job).length > 0);
}

/** The temp files that a merge job stages. */
function tempFilesOf(job: MergeJob): string[] {
  const temporaries = fileEditsOf(job).flatMap(({ after, temporary }) => (after === null ? [] : [temporary]));
  return job.plan?.base?.staged == null ? temporaries : [...temporaries, job.plan.base.staged];
}
