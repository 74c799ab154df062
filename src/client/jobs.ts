import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { unlessMissing } from '../system/fs/fs-error.js';
import { readTextIfThere } from '../system/fs/paths.js';
import { isRecord } from '../system/json.js';
import { processStart } from '../system/process.js';

/** A background job of the client, as the client records it in `<config dir>/jobs/<id>/`. Seen in 2.1.329. */
export interface Job {
  readonly id: string;
  /** The name that the user or the client has given the job. */
  readonly name: string;
  /** The prompt of the job: as the client displays it, and as it was written. */
  readonly tasks: readonly string[];
  readonly stage: JobStage;
  /** The user has asked to keep the job. */
  readonly pinned: boolean;
  /** When the client last wrote the job's state, in milliseconds since the epoch. */
  readonly changedAt: number;
}

/** `ended`: done, failed or stopped; the job may be resumed. `unknown`: the job's state cannot be read. */
export type JobStage = 'works' | 'waits' | 'ended' | 'unknown';

const ID = /^[a-f0-9]{8}$/;

/** Whether a text is a complete job id. */
export function isJobId(text: string): boolean {
  return ID.test(text);
}

/** The jobs of a config dir, in no order; none when nothing was ever started in the background. */
export function jobsIn(home: string): Job[] {
  const folder = join(home, 'jobs');
  // Most homes have no jobs, and this check takes a tenth of the time that Node needs to make an error.
  const ids = existsSync(folder) ? (unlessMissing(() => readdirSync(folder)) ?? []).filter(isJobId) : [];
  if (ids.length === 0) return [];
  const pins = parsed(join(folder, 'pins.json'));
  return ids.flatMap((id) => jobAt(folder, id, Array.isArray(pins) && pins.includes(id)) ?? []);
}

/** Whether a job has ended, by itself or because it was stopped. */
export function isEnded({ stage }: Job): boolean {
  return stage === 'ended';
}

/**
 * The ids of the jobs that keep a home from being removed, by the client's own rule for its `jobs` folder (read in the program
 * of 2.1.329, not seen at work): the client forgets a job that has ended, is not pinned, and was last changed before some
 * moment. `before`: that moment, in milliseconds since the epoch. All other jobs stay until the user removes them.
 */
export function lastingJobs(home: string, before: number): string[] {
  return jobsIn(home).flatMap((job) => (isEnded(job) && !job.pinned && job.changedAt < before ? [] : [job.id]));
}

function jobAt(folder: string, id: string, pinned: boolean): Job | undefined {
  const file = join(folder, id, 'state.json');
  const writtenAt = unlessMissing(() => statSync(file).mtimeMs);
  // An empty folder that the client keeps ready for the next job.
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

/** The JSON value of a file: null when the file is missing, undefined when it is not valid, as during a write. */
function parsed(path: string): unknown {
  try {
    return JSON.parse(readTextIfThere(path) ?? 'null');
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The file that the client's daemon keeps in its config dir while it runs. Seen in 2.1.329. */
const DAEMON_LOCK = 'daemon.lock';

/**
 * Whether a background daemon of the client works in this home. Its jobs continue after the session has ended. A lock whose
 * process has exited, or whose pid belongs to another process by now, was left by a crash and does not count.
 */
export function hasDaemon(home: string): boolean {
  const lock = parsed(join(home, DAEMON_LOCK));
  if (!isRecord(lock) || typeof lock['pid'] !== 'number') return false;
  const start = processStart(lock['pid']);
  // `procStart` has the form of `processStart`.
  return start !== undefined && (lock['procStart'] === undefined || start === lock['procStart']);
}
