import { recentMerges, versionsOf } from '../log/recent.js';
import { decodeText, encodeText, sameBytes } from '../merge/bytes.js';
import { driverFor } from '../merge/driver.js';
import { type Stale, staleOf, staleReadOf } from '../merge/stale.js';
import { temporaryName } from '../platform/atomic-write.js';
import { newId } from '../platform/id.js';
import { throwFirst } from '../platform/settled.js';
import { pushAll } from './batch.js';
import type { Change, ConflictPolicy } from './change.js';
import type { Files } from './files.js';
import type { Merger } from './merger.js';
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
  /** How long it took, in milliseconds: what others have merged in that time it may have missed. */
  readonly duration: number;
}

/**
 * Makes sure that what a program of ours has written to a shared file is there, and what it has overwritten, too: two who
 * read a file at one moment and write it at the next have each lost the other's change. Both are merged then. What was
 * written is logged, so that it counts as a version that others may have missed. The caller holds the lock of the shared
 * dir. Run again, also after a crash, it changes nothing more.
 */
export async function confirmWrite(files: Files, merger: Merger, written: InPlace, conflict: ConflictPolicy): Promise<void> {
  const target = files.realPath(written.target);
  const now = files.read(target);
  const style = styleOf(now);
  if (!style) return;
  const { place, before, after } = written;
  const change = { place, target: written.target, base: before === null ? null : style(before), ours: style(after) };
  if (sameBytes(change.base, change.ours)) return;
  const { memoryFolder, duration } = written;
  const isThere = sameBytes(now, change.ours);
  const missed = isThere && conflict.keep === 'copy' ? missedBy(files, merger, target, change, duration) : null;
  if (isThere && !missed) return logWrite(files, merger, target, change, conflict);
  const late = missed ? { ...change, base: missed.base, over: missed.latest } : change;
  throwFirst(await pushAll(files, merger, [{ change: late, policy: { drivers: merger.drivers, conflict }, base: null, memoryFolder }]));
}

/** A file may be a little older by its clock than by ours, in milliseconds: the kernel's ticks. */
const TICK_MS = 20;

/** So long, in milliseconds, somebody may take to make sure of what they wrote, on a busy machine. */
const UNSURE_MS = 60_000;

/**
 * What others had merged into the file when the program wrote it, and it had not read: it has read it since its call began. Or
 * had it read what a third one had made of an older version, who was as late, and has not made sure of it yet?
 */
function missedBy(files: Files, { log, drivers }: Merger, target: string, { place, base, ours }: Change, duration: number): Stale | null {
  const now = Date.now();
  const began = Math.min(files.modifiedAt(target) ?? now, now) - duration - TICK_MS;
  const merges = recentMerges(files, log.folder, target, began - UNSURE_MS);
  const [all, since] = [versionsOf(merges), versionsOf(merges.filter(({ at }) => at >= began))];
  const driver = driverFor(drivers, place, ours);
  const own = since.length === 0 ? null : staleReadOf(since, base, driver);
  return own ?? (all.length === 0 || base === null ? null : staleOf(all, base, driver));
}

function logWrite(files: Files, merger: Merger, target: string, { place, base, ours }: Change, conflict: ConflictPolicy): void {
  const main = { target, before: base, after: ours, temporary: temporaryName(target) };
  record(files, merger, newId(), [{ place, copies: [], main, base: null, pushed: { outcome: 'unchanged' }, start: base, conflict, memoryFolder: null, aside: null }]);
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
