import { join } from 'node:path';
import type { Files } from '../../system/files/files.js';
import { isRecord, isTextOrNull, parseJson } from '../../system/json.js';
import type { Write } from './seen-change.js';

/**
 * A write that is not verified yet. `conflict`: a version that cannot be merged stays in the session, or becomes a copy beside the file.
 */
export interface Unverified extends Write {
  readonly conflict: 'session' | 'copy';
}

/** Where a session keeps its unverified writes, one file for each. */
export interface UnverifiedFolder {
  readonly unverified: string;
}

/** Stores a write before it is verified, so that a sync can verify it after a crash, or after a lock timeout. 0600. */
export function keepUnverified(files: Files, { unverified }: UnverifiedFolder, call: string, write: Unverified): void {
  files.writePrivate(join(unverified, call), Buffer.from(JSON.stringify({ version: 2, ...write })));
}

/** Removes the stored write of a call. A crash leaves it, to be verified once more. */
export function forgetUnverified(files: Files, { unverified }: UnverifiedFolder, call: string): void {
  files.remove(join(unverified, call));
}

/** The ids of the calls whose writes are not verified yet. */
export function unverifiedCalls(files: Files, { unverified }: UnverifiedFolder): string[] {
  return files.list(unverified);
}

/** The stored write of a call; undefined for a file that a crash cut short: the call is then treated like one without a hook. */
export function readUnverified(files: Files, { unverified }: UnverifiedFolder, call: string): Unverified | undefined {
  const content = files.read(join(unverified, call));
  const value = parseJson(Buffer.from(content ?? []).toString('utf8'));
  if (!isRecord(value)) return undefined;
  const { version, place, target, memoryFolder, before, after, since, conflict } = value;
  if (version !== 2 || typeof place !== 'string' || typeof target !== 'string' || typeof after !== 'string' || typeof since !== 'number')
    return undefined;
  if (!isTextOrNull(before) || !isTextOrNull(memoryFolder) || (conflict !== 'session' && conflict !== 'copy')) return undefined;
  return { place, target, memoryFolder, before, after, since, conflict };
}
