import { driverFor } from '../../merge/driver-for.js';
import { sameBytes } from '../../system/content.js';
import { temporaryName } from '../../system/fs/atomic-write.js';
import { newId } from '../../system/id.js';
import { keepingCopy } from '../apply/conflict-copy.js';
import type { JournaledEdit } from '../apply/intent.js';
import { record } from '../apply/record.js';
import type { Change, FileOutcome } from '../change.js';
import { lastVersion, recentMerges } from '../log/recent.js';
import type { Merger } from '../merger.js';
import { readBy, type SeenChange, seenChange, type Write } from './seen-change.js';

/** Logs what a file tool wrote, as `logChangeInTurn` does. Also returns false when the file is not text. */
export function logInTurn(merger: Merger, write: Write): boolean {
  const seen = seenChange(merger.files, write);
  return seen !== undefined && logChangeInTurn(merger, seen);
}

/**
 * Logs what a call made of a file of which it held the turn from before its read until now. Returns false, and logs nothing, when the file
 * was written since the last logged change all the same (by an external writer, or by a call that overran its turn), when a command seems
 * to have written an older version, or when this cannot be known, as for files with secrets. The caller then calls `verifyChange`.
 */
export function logChangeInTurn(merger: Merger, { place, target: path, memoryFolder, before, after, hasRead, since }: SeenChange): boolean {
  const { files } = merger;
  const target = files.realPath(path);
  if (merger.log.isSecret(target) || merger.log.isSecret(place)) return false;
  if (!sameBytes(files.read(target), after)) return false;
  const last = lastVersion(files, merger.log.folder, target);
  if (last !== undefined && !sameBytes(last, before)) return false;
  if (
    !hasRead &&
    !sameBytes(
      before,
      readBy({ before, after, hasRead, since }, recentMerges(merger, target), driverFor(merger.drivers, place, before, after)),
    )
  )
    return false;
  logWrite(merger, target, { place, target: path, base: before, ours: after }, { conflict: keepingCopy(merger), memoryFolder });
  return true;
}

/**
 * Logs a write that is already in the file, and records it in the session's journal, so that the user learns at its end what its tools
 * wrote.
 */
export function logWrite(
  merger: Merger,
  target: string,
  { place, base, ours }: Change,
  how: Pick<JournaledEdit, 'conflict' | 'memoryFolder' | 'isLate'>,
): void {
  const main = { target, before: base, after: ours, temporary: temporaryName(target) };
  const outcome: FileOutcome = ours === null ? { outcome: 'deleted' } : { outcome: 'merged', decided: [] };
  record(merger, newId(), [{ place, copies: [], main, base: null, outcome, start: base, ours, overwrittenFile: null, ...how }]);
}
