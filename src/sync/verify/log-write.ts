import { lastVersion } from '../../log/recent.js';
import { sameBytes } from '../../merge/bytes.js';
import { temporaryName } from '../../platform/atomic-write.js';
import { newId } from '../../platform/id.js';
import type { Change, Pushed } from '../change.js';
import { keepingCopy } from '../conflict-policy.js';
import type { Files } from '../files.js';
import type { Task } from '../intent.js';
import type { Merger } from '../merger.js';
import { record } from '../record.js';
import { textStyle } from './text-style.js';
import type { Write } from './verify-write.js';

/**
 * Logs what a call wrote that had the turn of its file from before it read until now. Returns false, and logs nothing, when something
 * else has written the file since the last logged change all the same (an external writer, or a call that overran its turn), or when that
 * cannot be known: `verifyWrite` then looks into it.
 */
export function logInTurn(files: Files, merger: Merger, { place, target: path, memoryFolder, before, after }: Omit<Write, 'since'>): boolean {
  const target = files.realPath(path);
  if (merger.log.isSecret(target) || merger.log.isSecret(place)) return false;
  const now = files.read(target);
  const style = textStyle(now);
  if (!style || !sameBytes(now, style(after))) return false;
  const change = { place, target: path, base: before === null ? null : style(before), ours: style(after) };
  const last = lastVersion(files, merger.log.folder, target);
  if (last !== undefined && !sameBytes(last, change.base)) return false;
  logWrite(files, merger, target, change, { conflict: keepingCopy(merger), memoryFolder });
  return true;
}

/** Logs a write that is in the file. The summary at the end of a session counts memories only. */
export function logWrite(files: Files, merger: Merger, target: string, { place, base, ours }: Change, how: Pick<Task, 'conflict' | 'memoryFolder' | 'isLate'>): void {
  const main = { target, before: base, after: ours, temporary: temporaryName(target) };
  const pushed: Pushed = how.memoryFolder === null ? { outcome: 'unchanged' } : { outcome: 'merged', decided: [] };
  record(files, merger, newId(), [{ place, copies: [], main, base: null, pushed, start: base, ours, aside: null, ...how }]);
}
