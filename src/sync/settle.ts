import { relative } from 'node:path';
import { type SharedDir, STATE_FILE } from '../layout/shared-dir.js';
import { keepAll } from '../merge/both.js';
import { type DriverRow, driverFor } from '../merge/driver.js';
import { KnownError } from '../platform/errors.js';
import { type Conflict, readOurs } from './conflicts.js';
import type { Files } from './files.js';
import { removePointer } from './pointer.js';
import { findObstacle } from './obstacle.js';
import type { ConflictPolicy } from './change.js';
import { push } from './push.js';
import { putBack, removeExpected } from './replace.js';
import { PATIENCE_MS, withSharedLock } from './shared-lock.js';
import { withStateLock } from './state-lock.js';

/** Which version of a file shall stand. `ours` is the session's, `theirs` the shared file as it is. */
export type Choice =
  | { readonly take: 'ours' | 'theirs' | 'both' }
  /** Something new, made while the shared file was `theirs`. */
  | { readonly take: 'content'; readonly content: Uint8Array; readonly theirs: Uint8Array | null };

export interface SettleInput {
  readonly stateDir: string;
  readonly shared: SharedDir;
  readonly drivers: readonly DriverRow[];
}

/**
 * Settles a conflict: brings the shared file to the chosen version, takes the line that points to the copy out of the
 * memory index, and removes the copy. A sync like any other: under the lock, whole files only, and what somebody wrote in
 * the meantime is merged. A crash leaves the conflict, to be settled again. Throws `conflict-unsettled` where the choice
 * cannot be carried out: both versions are still there then.
 */
export async function settle(files: Files, input: SettleInput, conflict: Conflict, choice: Choice): Promise<void> {
  const { stateDir, shared } = input;
  const act = (): void => settleLocked(files, input, conflict, choice);
  await withSharedLock(files, stateDir, shared.dir, PATIENCE_MS, async () => (conflict.place === STATE_FILE ? withStateLock(conflict.file, act) : act()));
}

function settleLocked(files: Files, { drivers }: SettleInput, conflict: Conflict, choice: Choice): void {
  const ours = readOurs(files, conflict);
  if (ours === null) throw unsettled(`${conflict.ours} is gone`, 'look again with: pclaudectl conflicts');
  if (choice.take !== 'theirs') bring(files, drivers, conflict, choice, ours);
  if (conflict.kind === 'held') {
    files.writePrivate(conflict.base, readOurs(files, conflict) ?? ours);
    return;
  }
  if (conflict.memoryFolder !== null) removePointer(files, drivers, conflict.memoryFolder, relative(conflict.memoryFolder, conflict.ours));
  const removed = removeExpected(files, conflict.ours, ours);
  // Somebody has just put another version there: that one is not settled.
  if (removed.state === 'displaced') putBack(files, removed.aside, conflict.ours);
}

/** Writes the chosen version. What it cannot be merged with is a conflict again, and then the new version is kept. */
function bring(files: Files, drivers: readonly DriverRow[], conflict: Conflict, choice: Exclude<Choice, { take: 'theirs' }>, ours: Uint8Array): void {
  const { file, place, branch, session } = conflict;
  const present = readShared(files, conflict);
  const base = choice.take === 'content' ? choice.theirs : present;
  const content = choice.take === 'content' ? choice.content : choice.take === 'ours' ? ours : together(drivers, conflict, ours, present);
  if (driverFor(drivers, place).kind === 'json' && driverFor(drivers, place, content).kind !== 'json') {
    throw unsettled(`this version of ${file} is not valid JSON`, 'mend it with --edit, or settle with --theirs');
  }
  if (conflict.kind === 'held') files.writePrivate(conflict.ours, content);
  const policy: ConflictPolicy = conflict.kind === 'held' ? { keep: 'session' } : { keep: 'copy', branch, id: session };
  const pushed = push(files, { place, target: file, base, ours: content }, { drivers, conflict: policy });
  if (pushed.outcome !== 'conflict') return;
  throw unsettled(`${file} has been changed meanwhile; your version is kept as ${pushed.copy ?? conflict.ours}`, 'look at it, and try again');
}

/** The shared version; null where there is none. Throws `conflict-unsettled` where something else stands in its place. */
export function readShared(files: Files, { file }: Conflict): Uint8Array | null {
  const obstacle = findObstacle(files, files.realPath(file));
  if (obstacle !== undefined) throw unsettled(`${obstacle} is in the way`, 'move it, or settle with --theirs');
  return files.read(file);
}

function together(drivers: readonly DriverRow[], { file, place }: Conflict, ours: Uint8Array, theirs: Uint8Array | null): Uint8Array {
  const all = theirs === null ? ours : keepAll(ours, theirs, driverFor(drivers, place, ours, theirs));
  if (all === null) throw unsettled(`the two versions of ${file} cannot be put together: they are no text`, 'settle with --ours or --theirs');
  return all;
}

function unsettled(message: string, wayOut: string): KnownError {
  return new KnownError('conflict-unsettled', message, wayOut);
}
