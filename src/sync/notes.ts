import { basename } from 'node:path';
import { UserError } from '../system/errors.js';
import type { SessionPaths } from '../session/paths.js';
import type { Session } from '../session/session.js';
import { mergeCandidates } from './apply/batch.js';
import { keepingCopy } from './apply/conflict-policy.js';
import type { Files } from '../system/files/files.js';
import { acceptedDeletions, isHomeComplete } from './collect/complete.js';
import type { MergeCandidate } from './candidate.js';
import { isLeftBehind } from './left-behind.js';
import type { Merger } from './merger.js';
import { memoryPath } from './memory-path.js';
import type { FileResult } from './report.js';
import { fulfilled } from '../system/attempt.js';
import { countFiles, candidatesIn } from './collect/tree.js';

/** The client's own lock file for its clean-up of a memory folder; it holds a pid. Seen in 2.1.329. */
const NO_NOTE = '.consolidate-lock';

/**
 * Merges the notes of a held-back session into the shared memory folder, and returns the result of each file. The caller holds the lock of
 * the shared dir. May be run again, also after a crash.
 */
export async function mergeNotes(files: Files, merger: Merger, session: Session): Promise<PromiseSettledResult<FileResult[]>[]> {
  const found = changedNotes(files, session);
  const pushed = (await mergeCandidates(files, merger, fulfilled(found))).map((result) =>
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
function changedNotes(files: Files, session: Session): PromiseSettledResult<MergeCandidate>[] {
  const { paths, manifest, layout } = session;
  const { memoryFolder, branch } = manifest;
  if (memoryFolder === null || files.kind(paths.notes) !== 'folder') return [];
  const tree = { place: memoryPath(''), ours: paths.notes, base: paths.notesBase, target: memoryFolder };
  const found = candidatesIn(files, tree, { drivers: layout.drivers, conflict: keepingCopy({ id: paths.id, branch }) });
  return acceptedDeletions(found, countFiles(files, paths.notesBase), isHomeComplete(files, session)).flatMap(
    (item): PromiseSettledResult<MergeCandidate>[] => {
      if (item.status === 'rejected') return [isLeftBehind(item.reason) ? { ...item, reason: leftInOldNotes(paths, item.reason) } : item];
      return basename(item.value.change.target) === NO_NOTE ? [] : [{ ...item, value: { ...item.value, memoryFolder } }];
    },
  );
}
