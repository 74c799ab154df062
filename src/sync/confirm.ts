import { recentVersions } from '../log/recent.js';
import { decodeText, encodeText, sameBytes } from '../merge/bytes.js';
import { driverFor } from '../merge/driver.js';
import { type Stale, staleReadOf } from '../merge/stale.js';
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
  /** The whole text before; null: it made the file. */
  readonly before: string | null;
  readonly after: string;
  /** What others have merged since then it may have missed; in milliseconds since the epoch. */
  readonly since: number;
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
  const isThere = sameBytes(now, change.ours);
  const missed = isThere && conflict.keep === 'copy' ? missedBy(files, merger, target, change, written.since) : null;
  if (isThere && !missed) return logWrite(files, merger, target, change, conflict);
  const open = missed ? { ...change, base: missed.base, ours: missed.latest } : change;
  throwFirst(await pushAll(files, merger, [{ change: open, policy: { drivers: merger.drivers, conflict }, base: null, memoryFolder: null }]));
}

/** What others had merged into the file when the program wrote it, and it had not read. */
function missedBy(files: Files, { log, drivers }: Merger, target: string, { place, base, ours }: Change, since: number): Stale | null {
  const past = recentVersions(files, log.folder, target, since);
  return past.length === 0 ? null : staleReadOf(past, base, driverFor(drivers, place, ours));
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
