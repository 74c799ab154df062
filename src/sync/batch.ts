import { relative } from 'node:path';
import { moveBase, moveStagedBase, stageBase } from './base.js';
import type { Files } from './files.js';
import type { Change, PushPolicy, Pushed } from './change.js';
import { addPointer } from './pointer.js';
import { push } from './push.js';
import type { FileResult } from './report.js';
import { fulfilled, settled } from '../platform/settled.js';
import { stage, type Staged } from './stage.js';

/** One file of a session that is to be merged. */
export interface Item {
  readonly change: Change;
  readonly policy: PushPolicy;
  /** What is its base, and will be the session's version. */
  readonly base: string;
  /** The folder of bases: nothing in it is a link that we follow. */
  readonly baseRoot: string;
  /** The memory folder whose index tells of a conflict copy. */
  readonly memoryFolder?: string;
}

/** Merges one file, and moves its base. The caller holds the lock of the shared dir. */
export function pushItem(files: Files, item: Item): FileResult {
  const pushed = push(files, item.change, item.policy);
  moveBase(files, item, pushed);
  return [item.change.place, pushed];
}

/**
 * Merges many files, and waits for the disk only twice: for all results and new bases at once, and for each folder. What
 * came of each file, in their order; one that fails does not hold up the others. The caller holds the lock of the shared
 * dir. A base moves when the results are on the disk, so a crash, or a power cut, leaves files that are merged again.
 */
export async function pushAll(files: Files, items: readonly Item[]): Promise<PromiseSettledResult<FileResult>[]> {
  const staged = items.map((item) => settled(() => stageBoth(files, item)));
  const temporaries = fulfilled(staged).flatMap(({ file, base }) => [file?.temporary, base].filter((path) => path !== undefined));
  try {
    if (temporaries.length > 0) await files.forceAll(temporaries);
  } catch (reason) {
    for (const temporary of temporaries) files.remove(temporary);
    return items.map(() => ({ status: 'rejected', reason }));
  }
  const folders = new Set<string>();
  const later: Files = { ...files, syncFolder: (folder) => void folders.add(folder) };
  const pushed = items.map(({ change, policy }, at) => settled(() => push(later, change, policy, valueOf(staged[at]).file)));
  for (const folder of folders) files.syncFolder(folder);
  // Before the bases move, since a crash in between does all of it again; and once the index itself is merged.
  const pointed = items.map((item, at) => settled(() => point(files, item, valueOf(pushed[at]))));
  return items.map((item, at) => settled(() => finished(files, item, valueOf(staged[at]).base, pointed[at])));
}

function point(files: Files, { change, policy, memoryFolder }: Item, pushed: Pushed): Pushed {
  const { drivers, conflict } = policy;
  if (memoryFolder !== undefined && pushed.outcome === 'conflict' && pushed.copy !== null && conflict.keep === 'copy') {
    addPointer(files, drivers, memoryFolder, { place: relative(memoryFolder, change.target), copy: relative(memoryFolder, pushed.copy), branch: conflict.branch });
  }
  return pushed;
}

function finished(files: Files, item: Item, stagedBase: string | undefined, pushed: PromiseSettledResult<Pushed> | undefined): FileResult {
  if (pushed?.status !== 'fulfilled' && stagedBase !== undefined) files.remove(stagedBase);
  const done = valueOf(pushed);
  if (stagedBase === undefined) moveBase(files, item, done);
  else moveStagedBase(files, item, done, stagedBase);
  return [item.change.place, done];
}

function stageBoth(files: Files, item: Item): { file: Staged | undefined; base: string | undefined } {
  const base = stageBase(files, item);
  try {
    return { file: stage(files, item.change, item.policy), base };
  } catch (error) {
    if (base !== undefined) files.remove(base);
    throw error;
  }
}

/** The value; a failure is thrown once more. */
function valueOf<T>(result: PromiseSettledResult<T> | undefined): T {
  if (result?.status === 'fulfilled') return result.value;
  throw result?.reason ?? new Error('no result');
}
