import { basename } from 'node:path';
import { sharedPath, STATE_FILE } from '../client/shared-dir.js';
import type { SessionPaths } from '../session/paths.js';
import type { Session } from '../session/session.js';
import { fulfilled, throwFirst } from '../system/attempt.js';
import { UserError } from '../system/errors.js';
import { dryRun, type WouldChange } from '../system/files/dry-run-files.js';
import type { Files } from '../system/files/files.js';
import { mergeCandidates } from './apply/batch.js';
import { keepingCopy } from './apply/conflict-copy.js';
import { resumeIfNeeded } from './apply/resume-if-needed.js';
import { type FileResult, isMemoryPlace, type MergeCandidate, type MergePolicy, type SyncReport } from './change.js';
import { candidatesIn, candidatesOf } from './collect/candidates.js';
import type { Changes } from './collect/changes.js';
import { acceptedDeletions, countFiles, notesTree } from './collect/differences.js';
import { translationCandidate } from './collect/home-paths.js';
import { type Locks, noLocks } from './locks/locks.js';
import { verifyCall } from './lost-updates/verify.js';
import { type Merger, mergerOf } from './merger.js';
import { isLeftBehind, isReadOnly } from './unmergeable.js';

/**
 * Merges what a session has changed into the shared dir. Brings nothing into the home; `syncRunning` does. A file that cannot be merged does
 * not hold up the others; the first error is thrown at the end, and the merge may be run again, also after a crash. What is read-only in the
 * shared dir is skipped: the session keeps what it changed there. Throws `shared-dir-unusable`, `lock-busy` and the system's errors.
 */
export async function mergeChanges(files: Files, session: Session, changes: Changes, locks: Locks): Promise<SyncReport> {
  const { manifest } = session;
  refuseNoFolder(files, manifest.shared.dir);
  const readOnly = changes.names.filter((name) => isReadOnly(files, sharedPath(manifest.shared, name)));
  const names = changes.names.filter((name) => !readOnly.includes(name));
  const others = names.filter((name) => name !== STATE_FILE);
  const memory: PromiseSettledResult<FileResult[]>[] = [];
  const verified: PromiseSettledResult<FileResult[]>[] = [];
  const home: Results = [];
  if (others.length + changes.unverified.length + changes.notes.length > 0 || names.length === 0) {
    await locks.shared(async (merger) => {
      verified.push(...(await verifyAll(merger, session, changes)));
      if (changes.notes.length > 0) memory.push(...(await mergeNotes(merger, session, changes)));
      home.push(...(await mergeHome(merger, session, changes, others)));
    });
  }
  if (others.length < names.length) {
    const state = locks.state(
      manifest.shared.stateFile,
      async (merger) => void home.push(...(await mergeHome(merger, session, changes, [STATE_FILE]))),
    );
    // When the client does not release its lock in time, the rest is merged all the same.
    home.push(...(await Promise.allSettled([state])).filter((result) => result.status === 'rejected'));
  }
  const results = [...verified, ...memory, ...home];
  throwFirst(results.filter((result) => !staysInSession(result)));
  const left = results.flatMap((result) => (staysInSession(result) ? [result.reason.line] : []));
  const written = fulfilled(verified).flat();
  return {
    memory: [...written.filter(([place]) => isMemoryPlace(place)), ...fulfilled(memory).flat()],
    home: [...written.filter(([place]) => !isMemoryPlace(place)), ...fulfilled(home)],
    ...(readOnly.length === 0 ? {} : { readOnly }),
    ...(left.length === 0 ? {} : { left }),
  };
}

/** What a merge would do. */
export interface MergeDryRun {
  readonly report: SyncReport;
  readonly changes: readonly WouldChange[];
  /** The files as they would be after the merge. */
  readonly files: Files;
}

/** What `mergeChanges` would do. Writes nothing, and takes no lock, so another process may write meanwhile. Throws what it throws. */
export async function dryRunMerge(files: Files, session: Session, changes: Changes): Promise<MergeDryRun> {
  const dry = dryRun(files);
  const report = await mergeChanges(dry.files, session, changes, noLocks(mergerOf(dry.files, session)));
  return { report, changes: dry.changes(), files: dry.files };
}

function staysInSession(result: PromiseSettledResult<unknown>): result is PromiseRejectedResult & { readonly reason: UserError } {
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
async function verifyAll(merger: Merger, { paths }: Session, { unverified }: Changes): Promise<PromiseSettledResult<FileResult[]>[]> {
  const results: PromiseSettledResult<FileResult[]>[] = [];
  for (const call of unverified) {
    await resumeIfNeeded(merger);
    results.push(...(await Promise.allSettled([verifyCall(merger, paths, call)])));
  }
  return results;
}

async function mergeHome(merger: Merger, session: Session, changes: Changes, names: readonly string[]): Promise<Results> {
  const { files } = merger;
  await resumeIfNeeded(merger);
  const find = (): PromiseSettledResult<MergeCandidate>[] => names.flatMap((name) => candidatesOf(files, session, changes, name));
  const found = find();
  const translations = fulfilled(found).flatMap((candidate) => translationCandidate(files, session, candidate) ?? []);
  // When one fails, the next sync tries all of it again.
  if (translations.length > 0) throwFirst(await mergeCandidates(merger, translations));
  const candidates = translations.length > 0 ? find() : found;
  return [...candidates.filter((result) => result.status === 'rejected'), ...(await mergeCandidates(merger, fulfilled(candidates)))];
}

/** The client's own lock file for its clean-up of a memory folder; it holds a pid. Seen in 2.1.329. */
const NO_NOTE = '.consolidate-lock';

/**
 * Merges the notes of a held-back session into the shared memory folder, and returns the result of each file. The caller holds the lock of
 * the shared dir. May be run again, also after a crash.
 */
async function mergeNotes(merger: Merger, session: Session, changes: Changes): Promise<PromiseSettledResult<FileResult[]>[]> {
  const found = changedNotes(merger.files, session, changes);
  const merged = (await mergeCandidates(merger, fulfilled(found))).map((result) =>
    result.status === 'fulfilled' ? { ...result, value: [result.value] } : result,
  );
  return [...found.filter((result) => result.status === 'rejected'), ...merged];
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
function changedNotes(files: Files, session: Session, { notes, isHomeComplete }: Changes): PromiseSettledResult<MergeCandidate>[] {
  const { paths, manifest, layout } = session;
  const { memoryFolder, branch } = manifest;
  if (memoryFolder === null || files.kind(paths.notes) !== 'folder') return [];
  const policy: MergePolicy = { drivers: layout.drivers, conflict: keepingCopy({ id: paths.id, branch }) };
  const found = candidatesIn(files, notesTree(session, memoryFolder), policy, notes);
  return acceptedDeletions(found, countFiles(files, paths.notesBase), isHomeComplete).flatMap(
    (candidate): PromiseSettledResult<MergeCandidate>[] => {
      if (candidate.status === 'rejected')
        return [isLeftBehind(candidate.reason) ? { ...candidate, reason: leftInOldNotes(paths, candidate.reason) } : candidate];
      return basename(candidate.value.change.target) === NO_NOTE ? [] : [{ ...candidate, value: { ...candidate.value, memoryFolder } }];
    },
  );
}
