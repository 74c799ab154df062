import { dirname } from 'node:path';
import { settled } from '../platform/settled.js';
import { movingBase, stageBase } from './base.js';
import type { Files } from './files.js';
import { type Task, writeIntent } from './intent.js';
import type { Merger } from './merger.js';
import { planFor } from './plan.js';
import { applyStep, stageStep, type Step, unstage } from './step.js';
import { advance, isOpen, taskOf, type Work } from './work.js';

/** Works that are done together. */
export interface Batch {
  readonly files: Files;
  readonly merger: Merger;
  readonly works: readonly Work[];
  /** What was done before a crash, and of which the end is missing. */
  readonly finished: readonly Task[];
  /** Folders in which something was renamed. */
  readonly folders: Set<string>;
}

/**
 * Carries all open works one round further: works out what is to be done, writes it beside what it is for, and then does
 * it. A work that failed keeps its error, and what it had written is gone.
 */
export async function round(batch: Batch): Promise<void> {
  const { files } = batch;
  const open = batch.works.filter(isOpen);
  for (const work of open) {
    attempt(files, work, () => {
      work.plan = planFor(files, batch.merger, work.change, work.policy);
      // A stranger's version is no session's: its base has moved, or is about to.
      work.base = work.tasks.length > 0 || work.aside !== null ? null : movingBase(files, work.item, work.plan.pushed);
    });
  }
  await stageAll(batch, open.filter(isOpen));
  for (const work of open.filter(isOpen)) attempt(files, work, () => carryOut(batch, work));
}

async function stageAll(batch: Batch, works: readonly Work[]): Promise<void> {
  const { files } = batch;
  if (!works.some(hasSomethingToDo)) return;
  try {
    write(batch, works.flatMap(namesOf), []);
    for (const work of works) attempt(files, work, () => stage(files, work));
    const staged = works.filter(isOpen);
    const names = staged.flatMap(namesOf);
    if (names.length > 0) await files.forceAll(names);
    write(batch, [], staged);
  } catch (error) {
    for (const work of works.filter(isOpen)) fail(files, work, error);
  }
}

function stage(files: Files, work: Work): void {
  for (const step of stepsOf(work)) stageStep(files, step);
  if (work.base) stageBase(files, work.base, work.change.ours);
}

function carryOut({ files, folders }: Batch, work: Work): void {
  const { plan, aside } = work;
  let displaced: Uint8Array | null = null;
  for (const step of stepsOf(work)) {
    const applied = applyStep(files, step);
    if (applied.state === 'moved') return takeBack(files, work);
    folders.add(dirname(step.target));
    if (applied.state === 'displaced' && step === plan?.main) displaced = applied.content;
  }
  advance(work, displaced);
  if (aside !== null) files.remove(aside.path);
}

/** What the intent says of the works of this round stands beside what is done already, and what is still to be heard. */
function write({ files, merger, works, finished }: Batch, fresh: readonly string[], staged: readonly Work[]): void {
  writeIntent(files, merger.paths.intent, {
    fresh,
    tasks: [...finished, ...works.flatMap(({ tasks }) => tasks), ...staged.filter(hasSomethingToDo).flatMap(taskOf)],
    asides: works.flatMap(({ aside }) => aside ?? []),
  });
}

function attempt(files: Files, work: Work, act: () => void): void {
  try {
    act();
  } catch (error) {
    fail(files, work, error);
  }
}

function fail(files: Files, work: Work, error: unknown): void {
  work.state = { name: 'failed', error };
  // Who may not write may not be able to remove; the intent tells of it.
  settled(() => takeBack(files, work));
}

/** The base first: without it nobody will take the work for done, should we be killed before the rest is gone. */
function takeBack(files: Files, work: Work): void {
  const steps = stepsOf(work);
  const staged = work.base?.staged ?? null;
  work.plan = null;
  work.base = null;
  if (staged !== null) files.remove(staged);
  for (const step of steps) unstage(files, step);
}

function stepsOf({ plan }: Work): Step[] {
  return plan === null ? [] : [...plan.copies, ...(plan.main ? [plan.main] : [])];
}

function hasSomethingToDo(work: Work): boolean {
  return work.base !== null || stepsOf(work).length > 0;
}

/** The files that a work is about to write beside others. */
function namesOf(work: Work): string[] {
  const steps = stepsOf(work).flatMap(({ after, temporary }) => (after === null ? [] : [temporary]));
  return work.base?.staged == null ? steps : [...steps, work.base.staged];
}
