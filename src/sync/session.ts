import { STATE_FILE } from '../layout/shared-dir.js';
import { KnownError } from '../platform/errors.js';
import type { Session } from '../session/session.js';
import { pushAll } from './batch.js';
import type { Changes } from './changes.js';
import type { Files } from './files.js';
import { itemsOf } from './home.js';
import { type Merger, mergerOf } from './merger.js';
import { pushMemory } from './memory.js';
import type { FileResult, SyncReport } from './report.js';
import { resumeIfNeeded } from './resume-if-needed.js';
import { fulfilled, throwFirst } from '../platform/settled.js';
import { PATIENCE_MS, withSharedLock } from './shared-lock.js';
import { withStateLock } from './state-lock.js';

/** A session, and what there is to do for it. */
export interface SyncInput extends Session {
  readonly changes: Changes;
}

/**
 * Merges all that a session has changed into the shared dir, under its lock. A file that cannot be merged does not hold
 * up the others; then the first error is thrown at the end, and the whole may be run again.
 */
export async function syncSession(files: Files, input: SyncInput): Promise<SyncReport> {
  const { shared } = input.manifest;
  return withSharedLock(files, input.stateDir, shared.dir, PATIENCE_MS, async () => {
    const merger = mergerOf(files, input);
    await resumeIfNeeded(files, merger);
    return mergeAll(files, merger, input, async (act) => withStateLock(shared.stateFile, act));
  });
}

/** The same without a lock: for files that only seem to be written. */
export async function rehearseSync(files: Files, input: SyncInput): Promise<SyncReport> {
  return mergeAll(files, mergerOf(files, input), input, async (act) => act());
}

type Locked = <T>(act: () => Promise<T>) => Promise<T>;
type Results = PromiseSettledResult<FileResult>[];

async function mergeAll(files: Files, merger: Merger, input: SyncInput, locked: Locked): Promise<SyncReport> {
  refuseNoFolder(files, input.manifest.shared.dir);
  const memory = await mergeMemory(files, merger, input);
  const home = [...(await mergeHome(files, merger, input)), ...(await mergeState(files, merger, input, locked))];
  throwFirst([...memory, ...home]);
  return { memory: fulfilled(memory).flat(), home: fulfilled(home) };
}

/** Else everything would be kept beside it, as if the shared dir were a file that is in the way. */
function refuseNoFolder(files: Files, dir: string): void {
  const kind = files.kind(files.realPath(dir));
  if (kind !== null && kind !== 'folder') throw new KnownError('shared-dir-unusable', `cannot use ${dir}: it is no folder`, 'mend that, or set CLAUDE_CONFIG_DIR to another folder');
}

async function mergeMemory(files: Files, merger: Merger, { paths, manifest, changes }: SyncInput): Promise<PromiseSettledResult<FileResult[]>[]> {
  const { branch, memoryFolder, startedAt } = manifest;
  return changes.memory && memoryFolder !== null ? pushMemory(files, { paths, folder: memoryFolder, branch, startedAt, merger }) : [];
}

async function mergeHome(files: Files, merger: Merger, { layout, changes }: SyncInput): Promise<Results> {
  const items = changes.names.filter((name) => name !== STATE_FILE).flatMap((name) => itemsOf(files, changes.home, layout, name));
  return [...items.filter((result) => result.status === 'rejected'), ...(await pushAll(files, merger, fulfilled(items)))];
}

/** The client writes its state file under a lock of its own. */
async function mergeState(files: Files, merger: Merger, { layout, changes }: SyncInput, locked: Locked): Promise<Results> {
  if (!changes.names.includes(STATE_FILE)) return [];
  const act = async (): Promise<Results> => {
    const items = itemsOf(files, changes.home, layout, STATE_FILE);
    return [...items.filter((result) => result.status === 'rejected'), ...(await pushAll(files, merger, fulfilled(items)))];
  };
  return Promise.allSettled([locked(act)]).then(([result]) => (result.status === 'fulfilled' ? result.value : [result]));
}
