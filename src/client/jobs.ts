import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../system/is-record.js';
import { readTextIfThere } from '../system/fs/read-text.js';
import { unlessMissing } from '../system/fs/unless-missing.js';

/** A background job of the client's: what it keeps in `<config dir>/jobs/<id>/`. Seen in 2.1.329. */
export interface Job {
  readonly id: string;
  /** What it is called, by its user or by the client. */
  readonly name: string;
  /** What it was asked, as it is shown and as it was written. */
  readonly tasks: readonly string[];
  readonly stage: JobStage;
  /** A person wants to keep it. */
  readonly pinned: boolean;
  /** When it was last written down, in milliseconds since the epoch. */
  readonly changedAt: number;
}

/** `ended`: done, failed or stopped; it may go on when it is asked to. `unknown`: what is written down cannot be read. */
export type JobStage = 'works' | 'waits' | 'ended' | 'unknown';

const ID = /^[a-f0-9]{8}$/;

/** Is this a whole id of a job? */
export function isJobId(text: string): boolean {
  return ID.test(text);
}

/** The jobs of a config dir, in no order; none where nothing was ever started in the background. */
export function jobsIn(home: string): Job[] {
  const folder = join(home, 'jobs');
  // Most homes have none, and to look first takes a tenth of what Node needs to make an error.
  const ids = existsSync(folder) ? (unlessMissing(() => readdirSync(folder)) ?? []).filter(isJobId) : [];
  if (ids.length === 0) return [];
  const pins = parsed(join(folder, 'pins.json'));
  return ids.flatMap((id) => jobAt(folder, id, Array.isArray(pins) && pins.includes(id)) ?? []);
}

/** Has it come to an end, by itself or by somebody else? */
export function isEnded({ stage }: Job): boolean {
  return stage === 'ended';
}

/**
 * The jobs that keep a home from being removed, by the client's own rule for its `jobs` folder (read in the program of
 * 2.1.329, not seen at work): it forgets one that has ended, is not pinned, and was last changed before some moment, in
 * milliseconds since the epoch. All others stay until a person removes them.
 */
export function lastingJobs(home: string, before: number): string[] {
  return jobsIn(home).flatMap((job) => (isEnded(job) && !job.pinned && job.changedAt < before ? [] : [job.id]));
}

function jobAt(folder: string, id: string, pinned: boolean): Job | undefined {
  const file = join(folder, id, 'state.json');
  const writtenAt = unlessMissing(() => statSync(file).mtimeMs);
  // A place that the client keeps ready for the next one.
  if (writtenAt === undefined) return undefined;
  const value = parsed(file);
  const state = isRecord(value) ? value : undefined;
  const tasks = [state?.['displayIntent'], state?.['intent']].filter((text) => typeof text === 'string');
  const name = state?.['name'];
  return { id, name: typeof name === 'string' ? name : '', tasks, stage: stageOf(state), pinned, changedAt: writtenAt };
}

function stageOf(state: Readonly<Record<string, unknown>> | undefined): JobStage {
  const [word, tempo] = [state?.['state'], state?.['tempo']];
  if (typeof word !== 'string') return 'unknown';
  if (['done', 'failed', 'stopped'].includes(word) && tempo !== 'active') return 'ended';
  return word === 'blocked' || tempo === 'blocked' ? 'waits' : 'works';
}

/** Undefined for what is missing, or is being written just now. */
function parsed(path: string): unknown {
  try {
    return JSON.parse(readTextIfThere(path) ?? 'null');
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
