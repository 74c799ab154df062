import { lastVersion, recentMerges, versionsOf } from '../log/recent.js';
import { decodeText, encodeText, sameBytes } from '../merge/bytes.js';
import { driverFor } from '../merge/driver.js';
import { replay } from '../merge/replay.js';
import { staleOf } from '../merge/stale.js';
import { temporaryName } from '../platform/atomic-write.js';
import { newId } from '../platform/id.js';
import { fulfilled, throwFirst } from '../platform/settled.js';
import { pushAll } from './batch.js';
import type { Change, ConflictPolicy, Pushed } from './change.js';
import { keepingCopy } from './conflict-policy.js';
import type { Files } from './files.js';
import type { Task } from './intent.js';
import type { Merger } from './merger.js';
import { READ_MS } from './past.js';
import { record } from './record.js';

/** What a program has made of a shared file, in its place. */
export interface InPlace {
  /** Its path in the shared dir. */
  readonly place: string;
  readonly target: string;
  /** The memory folder that it is in, whose index names what could not be merged. */
  readonly memoryFolder: string | null;
  /** The whole text before; null: it made the file. */
  readonly before: string | null;
  readonly after: string;
  /** When we were told, in milliseconds since the epoch: its call had ended. */
  readonly ended: number;
  /** How long the call took, in milliseconds. */
  readonly duration: number;
}

/**
 * Makes sure that what a program of ours has written to a shared file is there, and what it has overwritten, too. Of two who read a
 * file at one moment and write it at the next the second has lost the first one's change. If that one comes here later, it finds its
 * change missing; if it came before the second had written, its change is in the log since the second one began. So each write is
 * logged, and each looks for those; also one of which only the time is known, with the same text before and after. The caller holds the lock of the shared dir. Run again, also after a crash, it changes nothing more.
 */
export async function confirmWrite(files: Files, merger: Merger, written: InPlace, conflict: ConflictPolicy): Promise<void> {
  const target = files.realPath(written.target);
  const now = files.read(target);
  const style = styleOf(now);
  if (!style) return;
  const { place, before, after, memoryFolder } = written;
  const change = { place, target: written.target, base: before === null ? null : style(before), ours: style(after) };
  const push = async (own: Change): Promise<boolean> => {
    const results = await pushAll(files, merger, [{ change: own, policy: { drivers: merger.drivers, conflict }, base: null, memoryFolder }]);
    throwFirst(results);
    return fulfilled(results).some(([, { outcome }]) => outcome !== 'unchanged');
  };
  // Nothing is known then of what it wrote itself.
  const isEmpty = sameBytes(change.base, change.ours);
  const isThere = !isEmpty && sameBytes(now, change.ours);
  const standing = conflict.keep === 'copy' ? whatStood(files, merger, target, change, beginOf(files, target, written, isThere)) : change.base;
  const hasMissed = standing !== null && !sameBytes(standing, change.base);
  if (isThere && hasMissed) return void (await push({ ...change, over: standing }));
  if (hasMissed) await push({ ...change, ours: standing });
  if (isEmpty) return;
  if (isThere) logWrite(files, merger, target, change, { conflict, memoryFolder });
  else if (!(await push(change))) logWrite(files, merger, target, change, { conflict, memoryFolder, isLate: true });
}

/**
 * Logs what a call has written that had the turn of its file from before it read until now. False, and nothing is logged, where
 * something else has written the file all the same since it was logged last (it takes no turns, or its turn was overrun), or it
 * cannot be told: then `confirmWrite` is to look at it.
 */
export function logInTurn(files: Files, merger: Merger, { place, target: path, memoryFolder, before, after }: Omit<InPlace, 'ended' | 'duration'>): boolean {
  const target = files.realPath(path);
  if (merger.log.isSecret(target) || merger.log.isSecret(place)) return false;
  const now = files.read(target);
  const style = styleOf(now);
  if (!style || !sameBytes(now, style(after))) return false;
  const change = { place, target: path, base: before === null ? null : style(before), ours: style(after) };
  const last = lastVersion(files, merger.log.folder, target);
  if (last !== undefined && !sameBytes(last, change.base)) return false;
  logWrite(files, merger, target, change, { conflict: keepingCopy(merger), memoryFolder });
  return true;
}

/** A file may be a little older by its clock than by ours, in milliseconds: the kernel's ticks. */
const TICK_MS = 20;

/** From the end of a tool call to our start, on a busy machine, in milliseconds. */
const START_MS = 30_000;

/** When a program has read the file at the earliest: within its call, which has ended by the time of the file, if that is still its own. */
function beginOf(files: Files, target: string, { ended, duration }: InPlace, isThere: boolean): number {
  const written = isThere ? files.modifiedAt(target) : null;
  return written === null ? ended - duration - START_MS : Math.min(written, ended) - duration - TICK_MS;
}

/**
 * What a program would have read, had it read when it wrote, with all that others have made sure of since it began; and had nobody
 * undone before that, with what they had read earlier, what others had made sure of.
 */
function whatStood(files: Files, { log, drivers }: Merger, target: string, { place, base, ours }: Change, since: number): Uint8Array | null {
  const driver = driverFor(drivers, place, base, ours);
  const merges = recentMerges(files, log.folder, target, Date.now() - READ_MS);
  const stale = base === null ? null : staleOf(versionsOf(merges.filter(({ at }) => at < since)), base, driver);
  const whole = stale === null ? base : replay(base, [{ before: stale.base, after: stale.latest }], driver);
  return replay(whole, merges.filter(({ at }) => at >= since), driver);
}

/** Of memory the user is told in the end; what else stands as it was written is no news. */
function logWrite(files: Files, merger: Merger, target: string, { place, base, ours }: Change, how: Pick<Task, 'conflict' | 'memoryFolder' | 'isLate'>): void {
  const main = { target, before: base, after: ours, temporary: temporaryName(target) };
  const pushed: Pushed = how.memoryFolder === null ? { outcome: 'unchanged' } : { outcome: 'merged', decided: [] };
  record(files, merger, newId(), [{ place, copies: [], main, base: null, pushed, start: base, aside: null, ...how }]);
}

/** A program tells of a text without the mark at its beginning, and with ends of lines of its own. Undefined for what is no text. */
function styleOf(content: Uint8Array | null): ((text: string) => Uint8Array) | undefined {
  if (content === null) return encodeText;
  const text = decodeText(content);
  if (text === null) return undefined;
  const mark = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  const isWindows = text.includes('\r\n');
  return (told) => encodeText(mark + (isWindows ? told.replaceAll(/\r?\n/g, '\r\n') : told));
}
