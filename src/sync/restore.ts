import type { LogEntry, LoggedFile } from '../log/entry.js';
import { readLog } from '../log/read.js';
import { sameBytes } from '../merge/bytes.js';
import { KnownError } from '../platform/errors.js';
import { fulfilled, throwFirst } from '../platform/settled.js';
import { pushAll } from './batch.js';
import { type ByHand, handLocks } from './by-hand.js';
import { keepingCopy } from './conflict-policy.js';
import type { Files } from './files.js';
import type { Item } from './item.js';
import type { Merger } from './merger.js';
import { findObstacle } from './obstacle.js';

/** A file that is to be as it was before an entry of the log. */
export interface Restoring {
  readonly entry: LogEntry;
  readonly file: Pick<LoggedFile, 'place' | 'target'>;
  /** What it held; null: there was none. */
  readonly before: Uint8Array | null;
}

/**
 * Brings a shared file back to what it was, whatever it holds now. A merge like any other: under the lock, the whole file,
 * merged with what somebody writes at that moment, and logged: returns the id of the new entry, by which it can be undone.
 * Null when there was nothing to do. Throws `not-restored` where something else stands in its place, or where what somebody
 * wrote contradicts it.
 */
export async function restore(files: Files, where: ByHand, { entry, file, before }: Restoring): Promise<string | null> {
  const { session: id, branch } = entry;
  return handLocks(files, where, { id, branch }).shared(async (merger) => {
    const present = readPresent(files, file.target);
    if (sameBytes(present, before)) return null;
    const item: Item = {
      change: { ...file, base: present, ours: before },
      policy: { drivers: merger.drivers, conflict: keepingCopy({ id, branch }) },
      base: null,
      memoryFolder: null,
    };
    await push(files, { ...merger, log: { ...merger.log, restores: entry.id } }, item);
    const [newest] = readLog(files, merger.log.folder);
    return newest?.id ?? null;
  });
}

/** The shared file as it is; null where there is none. Throws `not-restored` where something else is. */
export function readPresent(files: Files, target: string): Uint8Array | null {
  const obstacle = findObstacle(files, files.realPath(target));
  if (obstacle !== undefined) throw new KnownError('not-restored', `${obstacle} is in the way`, 'move it, and try again');
  return files.read(target);
}

async function push(files: Files, merger: Merger, item: Item): Promise<void> {
  const results = await pushAll(files, merger, [item]);
  throwFirst(results);
  const [[, pushed] = []] = fulfilled(results);
  if (pushed?.outcome === (item.change.ours === null ? 'deleted' : 'merged')) return;
  const kept = pushed?.outcome === 'conflict' && pushed.copy !== null ? `; the old version is kept as ${pushed.copy}` : '';
  throw new KnownError('not-restored', `${item.change.target} has been changed meanwhile${kept}`, 'look at it, and try again');
}
