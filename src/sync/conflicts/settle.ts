import { basename, dirname, relative } from 'node:path';
import { jobsIn } from '../../client/jobs.js';
import { driverFor, MERGE_LIMIT_BYTES } from '../../merge/driver-for.js';
import { driverAt, type DriverRow } from '../../merge/drivers.js';
import { valueAt } from '../../merge/json/dotted-keys.js';
import { keepAll } from '../../merge/merge.js';
import { decodeText, encodeText } from '../../system/content.js';
import { UserError } from '../../system/errors.js';
import type { Files } from '../../system/files/files.js';
import { newId } from '../../system/id.js';
import { mergeOne } from '../apply/batch.js';
import { pointerRemoval } from '../apply/conflict-copy.js';
import type { Change, ConflictPolicy, MergeCandidate } from '../change.js';
import { forgetSecret } from '../gc/forget.js';
import { forgetSettledValues, type KeptValue, keptValuesFolder, readKeptValue, writeKeptValue } from '../kept-values.js';
import type { Settled } from '../log/entry.js';
import type { Merger } from '../merger.js';
import { acceptAsGood } from '../mishaps/last-good.js';
import { obstacleAt } from '../unmergeable.js';
import { type ByHand, handLocks } from '../by-hand/hand-locks.js';
import { type Conflict, readOurs, type ValueConflict } from './conflicts.js';

/**
 * Settles a conflict: brings the shared file to the chosen version, removes the line that points to the copy from the memory index, and
 * removes the copy. A sync like any other: under the lock, whole files only, and concurrent writes are merged. Returns the id of the entry
 * that logs it all; there is no such entry when nothing had to be written. A crash leaves the conflict, to be settled again.
 *
 * Throws `conflict-unsettled` when the choice cannot be carried out: both versions still exist then. Throws `write-conflict` when the
 * shared file was changed meanwhile: the chosen version is then kept beside it, or in the session if it may hold secrets.
 */
export async function settle(files: Files, where: ByHand, conflict: Conflict, choice: Choice): Promise<string> {
  const { session: id, branch } = conflict;
  const settles = { id: newId(), how: SETTLED[choice.take] };
  const act = async (merger: Merger): Promise<void> => {
    await settleLocked({ ...merger, log: { ...merger.log, settles } }, conflict, choice);
    // The choice may look like a mishap. Now the next launch does not report it again.
    if (conflict.kind === 'held' && choice.take !== 'theirs') acceptAsGood(files, where, conflict.place);
  };
  await handLocks(files, where, { id, branch }).forFile(conflict.place, conflict.file, act);
  return settles.id;
}

/** A conflict of whole files. */
type FileConflict = Exclude<Conflict, ValueConflict>;

const SETTLED: Readonly<Record<Choice['take'], Settled>> = { ours: 'session', theirs: 'shared', both: 'both', content: 'edit' };

async function settleLocked(merger: Merger, conflict: Conflict, choice: Choice): Promise<void> {
  const { files } = merger;
  if (conflict.kind === 'value') return settleValue(merger, conflict, choice.take);
  const ours = readOurs(files, conflict);
  if (ours === null) throw unsettled(`${conflict.ours} is gone`, 'look again with: pclaudectl conflicts');
  if (choice.take !== 'theirs') await bring(merger, conflict, choice, ours);
  if (conflict.kind === 'held') {
    if (conflict.base === null) return files.remove(conflict.ours);
    files.writePrivate(conflict.base, readOurs(files, conflict) ?? ours);
    if (jobsIn(dirname(conflict.ours)).length === 0) forgetSecret(files, { ...conflict, base: conflict.base, shared: conflict.file });
    return;
  }
  const { memoryFolder } = conflict;
  const pointer = memoryFolder === null ? null : pointerRemoval(merger, memoryFolder, relative(memoryFolder, conflict.ours));
  if (pointer) await mergeOne(merger, pointer);
  // If another process writes a new version of the copy at this moment, that version is not settled, and stays.
  const removal = candidateFor(merger, conflict, { place: `${conflict.place} (copy)`, target: conflict.ours, base: ours, ours: null });
  await mergeOne(merger, removal);
}

/** Writes the chosen version. If it cannot be merged with the shared file, that is a conflict again, and the chosen version is kept. */
async function bring(merger: Merger, conflict: FileConflict, choice: Exclude<Choice, { take: 'theirs' }>, ours: Uint8Array): Promise<void> {
  const { files, drivers } = merger;
  const { file, place } = conflict;
  const present = readShared(files, conflict);
  const base = choice.take === 'content' ? choice.theirs : present;
  const content = choice.take === 'content' ? choice.content : choice.take === 'ours' ? ours : together(drivers, conflict, ours, present);
  if (driverAt(drivers, place).kind === 'json' && driverFor(drivers, place, content).kind !== 'json') {
    throw unsettled(`this version of ${file} is not valid JSON`, 'correct it with --edit, or settle with --shared');
  }
  if (conflict.kind === 'held') files.writePrivate(conflict.ours, content);
  const outcome = await mergeOne(merger, candidateFor(merger, conflict, { place, target: file, base, ours: content, isMeant: true }));
  if (outcome.outcome !== 'conflict') return;
  throw new UserError(
    'write-conflict',
    `${file} has been changed meanwhile; your version is kept as ${outcome.copy ?? conflict.ours}`,
    'look at it, and try again',
  );
}

function candidateFor({ drivers }: Merger, { kind, branch, session }: FileConflict, change: Change): MergeCandidate {
  const conflict: ConflictPolicy = kind === 'held' ? { keep: 'session' } : { keep: 'copy', branch, id: session };
  return { change, policy: { drivers, conflict } };
}

function together(drivers: readonly DriverRow[], { file, place }: Conflict, ours: Uint8Array, theirs: Uint8Array | null): Uint8Array {
  const all = theirs === null ? ours : keepAll(ours, theirs, driverFor(drivers, place, ours, theirs));
  if (all === null)
    throw unsettled(
      `the two versions of ${file} cannot be put together: they are ${Math.max(ours.length, theirs?.length ?? 0) > MERGE_LIMIT_BYTES ? 'too large' : 'not text'}`,
      'settle with --session or --shared',
    );
  return all;
}

/**
 * Settles a conflict of one setting. `ours` writes the kept value into the shared file, and keeps the value that it replaces. `theirs`
 * leaves the file as it is. Either can be undone for an hour, by taking `ours` again. Throws `conflict-unsettled` when the choice cannot be
 * carried out, and `write-conflict` when the setting was changed meanwhile. A crash leaves the conflict, or a file that has the value.
 */
async function settleValue(merger: Merger, conflict: ValueConflict, take: Choice['take']): Promise<void> {
  const { files } = merger;
  const { file, key, ours } = conflict;
  const name = `${basename(file)}: ${key}`;
  if (take === 'both' || take === 'content') throw unsettled(`of ${name} only one value can stand`, 'settle with --session or --shared');
  const kept = readKeptValue(files, ours);
  if (kept === undefined) throw unsettled(`${ours} is gone`, 'look again with: pclaudectl conflicts');
  const settledAt = merger.now();
  const value = take === 'ours' ? await bringValue(merger, conflict, kept) : kept.value;
  writeKeptValue(files, ours, { ...kept, value, winningValue: take === 'ours' ? kept.value : kept.winningValue, settledAt });
  forgetSettledValues(files, keptValuesFolder(merger.stateDir, merger.log.folder), settledAt);
}

/** Writes a value into the shared file, and returns the value that it replaced. */
async function bringValue(merger: Merger, conflict: ValueConflict, { value }: KeptValue): Promise<string> {
  const { file, place, key } = conflict;
  const present = readShared(merger.files, conflict);
  const text = present === null ? null : decodeText(present);
  const found = text === null ? 'broken' : valueAt(text, key);
  if (present === null) throw unsettled(`${file} is gone`, 'put it back, or settle with --shared');
  if (found === 'broken' || text === null)
    throw unsettled(`${file} is not valid JSON`, 'correct it, or bring back its last good version (pclaudectl restore), and try again');
  if (found === 'absent') throw unsettled(`${file} has no ${key} any more`, 'put that key back and try again, or settle with --shared');
  const ours = encodeText(text.slice(0, found.start) + value + text.slice(found.end));
  const change = { place, target: file, base: present, ours, isMeant: true } as const;
  const { outcome } = await mergeOne(merger, { change, policy: { drivers: merger.drivers, conflict: { keep: 'session' } } });
  if (outcome === 'conflict') throw new UserError('write-conflict', `${file} has been changed meanwhile`, 'look at it, and try again');
  return found.text;
}

/**
 * The shared version; null when there is none. Throws `conflict-unsettled` if the path has something other than a file, or a file that is
 * too large.
 */
export function readShared(files: Files, { file }: Conflict): Uint8Array | null {
  const obstacle = obstacleAt(files, file);
  if (obstacle !== undefined) throw unsettled(`${obstacle} is in the way`, 'move it, or settle with --shared');
  return files.read(file);
}

/** Which version the file gets. `ours` is the session's version, `theirs` the shared file as it is. */
export type Choice =
  | { readonly take: 'ours' | 'theirs' | 'both' }
  /** New content, written while the shared file was `theirs`. */
  | { readonly take: 'content'; readonly content: Uint8Array; readonly theirs: Uint8Array | null };

/** The error for a choice that cannot be carried out: both versions of the conflict still exist. */
function unsettled(message: string, hint: string): UserError {
  return new UserError('conflict-unsettled', message, hint);
}
