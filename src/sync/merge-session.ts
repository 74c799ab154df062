import { basename } from 'node:path';
import { sharedPath, STATE_FILE } from '../client/shared-dir.js';
import type { SessionPaths } from '../session/paths.js';
import type { Session } from '../session/session.js';
import { fulfilled, throwFirst } from '../system/attempt.js';
import { UserError } from '../system/errors.js';
import type { Files } from '../system/files/files.js';
import { mergeCandidates } from './apply/batch.js';
import { keepingCopy } from './apply/conflict-copy.js';
import { resumeIfNeeded } from './apply/resume-if-needed.js';
import { type FileResult, isMemoryPath, memoryPath, type MergeCandidate, type SyncReport } from './change.js';
import { candidatesIn, candidatesOf } from './collect/candidates.js';
import type { Changes } from './collect/changes.js';
import { acceptedDeletions, countFiles } from './collect/differences.js';
import { translationCandidate } from './collect/home-paths.js';
import { type Locks, type LockWaits, noLocks, sessionLocks } from './locks/locks.js';
import { LOCK_TIMEOUTS } from './locks/timeouts.js';
import { verifyCall } from './lost-updates/verify.js';
import { type Merger, mergerOf } from './merger.js';
import { isLeftBehind, isReadOnly } from './unmergeable.js';

/** A session, and what a sync of it has to do. */
interface SyncInput extends Session {
  readonly changes: Changes;
}

/**
 * Merges all that a session has changed into the shared dir, under its lock. Brings nothing into the home; `syncRunning` does. A file that
 * cannot be merged does not hold up the others; the first error is thrown at the end, and the sync may be run again. What is read-only in
 * the shared dir is skipped: the session keeps what it changed there.
 */
export async function syncSession(files: Files, input: SyncInput, wait: LockWaits = LOCK_TIMEOUTS): Promise<SyncReport> {
  return mergeAll(files, input, sessionLocks(files, input, wait));
}

/** The same without locks, as a dry run: `files` must write nothing to the disk. */
export async function dryRunSync(files: Files, input: SyncInput): Promise<SyncReport> {
  return mergeAll(files, input, noLocks(mergerOf(files, input)));
}

/** The same under the locks of the caller's choice. */
export async function mergeAll(files: Files, input: SyncInput, locks: Locks): Promise<SyncReport> {
  const { changes, manifest } = input;
  refuseNoFolder(files, manifest.shared.dir);
  const readOnly = changes.names.filter((name) => isReadOnly(files, sharedPath(manifest.shared, name)));
  const names = changes.names.filter((name) => !readOnly.includes(name));
  const others = names.filter((name) => name !== STATE_FILE);
  const memory: PromiseSettledResult<FileResult[]>[] = [];
  const verified: PromiseSettledResult<FileResult[]>[] = [];
  const home: Results = [];
  if (others.length + changes.unverified.length > 0 || changes.notes || names.length === 0) {
    await locks.shared(async (merger) => {
      verified.push(...(await verifyAll(merger, input)));
      if (changes.notes) memory.push(...(await mergeNotes(merger, input)));
      home.push(...(await mergeHome(merger, input, others)));
    });
  }
  if (others.length < names.length) {
    const state = locks.state(
      manifest.shared.stateFile,
      async (merger) => void home.push(...(await mergeHome(merger, input, [STATE_FILE]))),
    );
    // When the client does not release its lock in time, the rest is merged all the same.
    home.push(...(await Promise.allSettled([state])).filter((result) => result.status === 'rejected'));
  }
  const results = [...verified, ...memory, ...home];
  throwFirst(results.filter((result) => !isLeft(result)));
  const left = results.flatMap((result) => (isLeft(result) ? [result.reason.line] : []));
  const news = fulfilled(verified).flat();
  return {
    memory: [...news.filter(([path]) => isMemoryPath(path)), ...fulfilled(memory).flat()],
    home: [...news.filter(([path]) => !isMemoryPath(path)), ...fulfilled(home)],
    ...(readOnly.length === 0 ? {} : { readOnly }),
    ...(left.length === 0 ? {} : { left }),
  };
}

function isLeft(result: PromiseSettledResult<unknown>): result is PromiseRejectedResult & { readonly reason: UserError } {
  return result.status === 'rejected' && isLeftBehind(result.reason);
}

type Results = PromiseSettledResult<FileResult>[];

/** Throws `shared-dir-unusable` when the shared dir is not a folder: otherwise every version would become a conflict copy beside it. */
function refuseNoFolder(files: Files, dir: string): void {
  const kind = files.kind(files.realPath(dir));
  if (kind !== null && kind !== 'folder')
    throw new UserError(
      'shared-dir-unusable',
      `cannot use ${dir}: it is not a folder`,
      'fix that, or set CLAUDE_CONFIG_DIR to another folder',
    );
}

/** Verifies one write after the other: two may be of the same file. */
async function verifyAll(merger: Merger, { paths, changes }: SyncInput): Promise<PromiseSettledResult<FileResult[]>[]> {
  const results: PromiseSettledResult<FileResult[]>[] = [];
  for (const call of changes.unverified) {
    await resumeIfNeeded(merger);
    results.push(...(await Promise.allSettled([verifyCall(merger, paths, call)])));
  }
  return results;
}

async function mergeHome(merger: Merger, input: SyncInput, names: readonly string[]): Promise<Results> {
  const { files } = merger;
  await resumeIfNeeded(merger);
  const find = (): PromiseSettledResult<MergeCandidate>[] => names.flatMap((name) => candidatesOf(files, input, input.changes, name));
  const found = find();
  const translations = fulfilled(found).flatMap((candidate) => translationCandidate(files, input, candidate) ?? []);
  // When one fails, the next sync tries all of it again.
  if (translations.length > 0) throwFirst(await mergeCandidates(merger, translations));
  const items = translations.length > 0 ? find() : found;
  return [...items.filter((result) => result.status === 'rejected'), ...(await mergeCandidates(merger, fulfilled(items)))];
}

/** The client's own lock file for its clean-up of a memory folder; it holds a pid. Seen in 2.1.329. */
const NO_NOTE = '.consolidate-lock';

/**
 * Merges the notes of a held-back session into the shared memory folder, and returns the result of each file. The caller holds the lock of
 * the shared dir. May be run again, also after a crash.
 */
async function mergeNotes(merger: Merger, input: SyncInput): Promise<PromiseSettledResult<FileResult[]>[]> {
  const found = changedNotes(merger.files, input);
  const pushed = (await mergeCandidates(merger, fulfilled(found))).map((result) =>
    result.status === 'fulfilled' ? { ...result, value: [result.value] } : result,
  );
  return [...found.filter((result) => result.status === 'rejected'), ...pushed];
}

/** Corrects the path in a hint: the notes of a session are moved when it is closed. */
function leftInOldNotes({ notes, oldNotes }: SessionPaths, { code, message, hint }: UserError): UserError {
  return new UserError(
    code,
    message,
    hint.replace(notes, () => oldNotes),
  );
}

/**
 * The notes that a session changed, made or removed; none when the whole folder is gone, which is never on purpose. Links that the session
 * made are made in the shared folder at once.
 */
function changedNotes(files: Files, { paths, manifest, layout, changes }: SyncInput): PromiseSettledResult<MergeCandidate>[] {
  const { memoryFolder, branch } = manifest;
  if (memoryFolder === null || files.kind(paths.notes) !== 'folder') return [];
  const tree = { place: memoryPath(''), ours: paths.notes, base: paths.notesBase, target: memoryFolder };
  const found = candidatesIn(files, tree, { drivers: layout.drivers, conflict: keepingCopy({ id: paths.id, branch }) });
  return acceptedDeletions(found, countFiles(files, paths.notesBase), changes.isHomeComplete).flatMap(
    (item): PromiseSettledResult<MergeCandidate>[] => {
      if (item.status === 'rejected') return [isLeftBehind(item.reason) ? { ...item, reason: leftInOldNotes(paths, item.reason) } : item];
      return basename(item.value.change.target) === NO_NOTE ? [] : [{ ...item, value: { ...item.value, memoryFolder } }];
    },
  );
}
