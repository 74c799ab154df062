import { STATE_FILE } from '../layout/shared-dir.js';
import { KnownError } from '../platform/errors.js';
import type { Session } from '../session/session.js';
import { type Item, pushAll, pushItem } from './batch.js';
import type { Changes } from './changes.js';
import type { Files } from './files.js';
import { itemsOf } from './home.js';
import { record } from './journal.js';
import { pushMemory } from './memory.js';
import { pushNotes } from './notes.js';
import type { FileResult, SyncReport } from './report.js';
import { setAsideIfBroken } from './set-aside.js';
import { fulfilled, settled, throwFirst } from '../platform/settled.js';
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
  return withSharedLock(files, input.stateDir, shared.dir, PATIENCE_MS, async () => mergeAll(files, input, (act) => withStateLock(shared.stateFile, act)));
}

/** Else everything would be kept beside it, as if the shared dir were a file that is in the way. */
function refuseNoFolder(files: Files, dir: string): void {
  const kind = files.kind(files.realPath(dir));
  if (kind !== null && kind !== 'folder') throw new KnownError('shared-dir-unusable', `cannot use ${dir}: it is no folder`, 'mend that, or set CLAUDE_CONFIG_DIR to another folder');
}

/** The same without a lock: for files that only seem to be written. */
export async function rehearseSync(files: Files, input: SyncInput): Promise<SyncReport> {
  return mergeAll(files, input, async (act) => act());
}

type Locked = <T>(act: () => T) => Promise<T>;
type Results = PromiseSettledResult<FileResult>[];

async function mergeAll(files: Files, input: SyncInput, locked: Locked): Promise<SyncReport> {
  refuseNoFolder(files, input.manifest.shared.dir);
  const setAside: string[] = [];
  const memory = await mergeMemory(files, input);
  const home = [...(await mergeHome(files, input, setAside)), ...(await mergeState(files, input, setAside, locked))];
  const report: SyncReport = { memory: fulfilled(memory).flat(), home: fulfilled(home), setAside };
  record(files, input.paths, [...report.memory, ...report.home]);
  throwFirst([...memory, ...home]);
  return report;
}

async function mergeMemory(files: Files, input: SyncInput): Promise<PromiseSettledResult<FileResult[]>[]> {
  const { paths, manifest, layout, changes } = input;
  const { branch, memoryFolder, startedAt, sync } = manifest;
  if (!changes.memory || memoryFolder === null) return [];
  return sync === 'exit' ? pushNotes(files, input) : pushMemory(files, { paths, folder: memoryFolder, branch, startedAt, drivers: layout.drivers });
}

async function mergeHome(files: Files, input: SyncInput, setAside: string[]): Promise<Results> {
  const names = input.changes.names.filter((name) => name !== STATE_FILE);
  const items = names.flatMap((name) => prepare(files, input, setAside, name));
  return [...items.filter((result) => result.status === 'rejected'), ...(await pushAll(files, fulfilled(items)))];
}

/** The client writes its state file under a lock of its own. */
async function mergeState(files: Files, input: SyncInput, setAside: string[], locked: Locked): Promise<Results> {
  if (!input.changes.names.includes(STATE_FILE)) return [];
  const act = (): Results => prepare(files, input, setAside, STATE_FILE).map((item) => (item.status === 'rejected' ? item : settled(() => pushItem(files, item.value))));
  return Promise.allSettled([locked(act)]).then(([result]) => (result.status === 'fulfilled' ? result.value : [result]));
}

function prepare(files: Files, { layout, changes }: SyncInput, setAside: string[], name: string): PromiseSettledResult<Item>[] {
  const found = settled(() => {
    setAside.push(...setAsideIfBroken(files, layout.drivers, changes.home, name));
    return itemsOf(files, changes.home, layout, name);
  });
  return found.status === 'fulfilled' ? found.value : [found];
}
