import { sharedPath, STATE_FILE } from '../client/shared-dir.js';
import { UserError } from '../system/errors.js';
import { fulfilled, throwFirst } from '../system/attempt.js';
import type { Session } from '../session/session.js';
import { mergeCandidates } from './apply/batch.js';
import type { Changes } from './collect/changes.js';
import type { Files } from '../system/files/files.js';
import { candidatesOf } from './collect/home.js';
import { translation } from './collect/home-paths.js';
import type { MergeCandidate } from './candidate.js';
import { type Locks, type LockWaits, noLocks, sessionLocks } from './locks/locks.js';
import { isLeftBehind } from './left-behind.js';
import { isMemoryPath } from './memory-path.js';
import { type Merger, mergerOf } from './merger.js';
import { mergeNotes } from './notes.js';
import { LOCK_TIMEOUTS } from './locks/timeouts.js';
import { isReadOnly } from './read-only.js';
import type { FileResult, SyncReport } from './report.js';
import { resumeIfNeeded } from './apply/resume-if-needed.js';
import { verifyCall } from './lost-updates/unverified.js';

/** A session, and what a sync of it has to do. */
export interface SyncInput extends Session {
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
      verified.push(...(await verifyAll(files, merger, input)));
      if (changes.notes) memory.push(...(await mergeNotes(files, merger, input)));
      home.push(...(await mergeHome(files, merger, input, others)));
    });
  }
  if (others.length < names.length) {
    const state = locks.state(
      manifest.shared.stateFile,
      async (merger) => void home.push(...(await mergeHome(files, merger, input, [STATE_FILE]))),
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
async function verifyAll(files: Files, merger: Merger, { paths, changes }: SyncInput): Promise<PromiseSettledResult<FileResult[]>[]> {
  const results: PromiseSettledResult<FileResult[]>[] = [];
  for (const call of changes.unverified) {
    await resumeIfNeeded(files, merger);
    results.push(...(await Promise.allSettled([verifyCall(files, merger, paths, call)])));
  }
  return results;
}

async function mergeHome(files: Files, merger: Merger, input: SyncInput, names: readonly string[]): Promise<Results> {
  await resumeIfNeeded(files, merger);
  const find = (): PromiseSettledResult<MergeCandidate>[] => names.flatMap((name) => candidatesOf(files, input, input.changes.home, name));
  const found = find();
  const translations = fulfilled(found).flatMap((item) => translation(files, input, input.changes.home, item) ?? []);
  // When one fails, the next sync tries all of it again.
  if (translations.length > 0) throwFirst(await mergeCandidates(files, merger, translations));
  const items = translations.length > 0 ? find() : found;
  return [...items.filter((result) => result.status === 'rejected'), ...(await mergeCandidates(files, merger, fulfilled(items)))];
}
