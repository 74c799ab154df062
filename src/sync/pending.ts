import { join } from 'node:path';
import { isRecord } from '../platform/is-record.js';
import { settled } from '../platform/settled.js';
import { keepingCopy } from './conflict-policy.js';
import { confirmWrite, type InPlace } from './confirm.js';
import type { Files } from './files.js';
import type { Merger } from './merger.js';

/** A write that is to be made sure of, and what becomes of it where it contradicts another. */
export interface Pending extends InPlace {
  readonly conflict: 'session' | 'copy';
}

/** The writes of a session that nobody has made sure of yet. */
export interface PendingPlace {
  /** The folder in which they are noted. */
  readonly pending: string;
}

/** Notes a write before it is made sure of: whoever comes after a crash, or a lock that was not to be had, does it. 0600. */
export function notePending(files: Files, { pending }: PendingPlace, call: string, write: Pending): void {
  files.writePrivate(join(pending, call), Buffer.from(JSON.stringify({ version: 1, ...write })));
}

/** The calls whose writes are noted. */
export function pendingCalls(files: Files, { pending }: PendingPlace): string[] {
  return files.list(pending);
}

/** Makes sure of one, as `confirmWrite` does, and forgets it. Run again, also after a crash, it changes nothing more. */
export async function confirmPending(files: Files, merger: Merger, { pending }: PendingPlace, call: string): Promise<void> {
  const path = join(pending, call);
  const write = parsePending(files.read(path));
  if (write) await confirmWrite(files, merger, write, write.conflict === 'session' ? { keep: 'session' } : keepingCopy(merger));
  files.remove(path);
}

/** Undefined for half of one: a crash came before the tool's answer was noted, as if there had been no hook. */
function parsePending(content: Uint8Array | null): Pending | undefined {
  const parsed = settled((): unknown => JSON.parse(Buffer.from(content ?? []).toString('utf8')));
  if (parsed.status === 'rejected' || !isRecord(parsed.value)) return undefined;
  const { version, place, target, memoryFolder, before, after, ended, duration, conflict } = parsed.value;
  if (version !== 1 || typeof place !== 'string' || typeof target !== 'string' || typeof after !== 'string' || typeof ended !== 'number' || typeof duration !== 'number') return undefined;
  if (!isTextOrNull(before) || !isTextOrNull(memoryFolder) || (conflict !== 'session' && conflict !== 'copy')) return undefined;
  return { place, target, memoryFolder, before, after, ended, duration, conflict };
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}
