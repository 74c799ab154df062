import { join } from 'node:path';
import { sameBytes } from '../../system/bytes.js';
import { isRecord } from '../../system/is-record.js';
import { attempt } from '../../system/attempt.js';
import { openFolder, recentFolder, sessionPaths } from '../../session/paths.js';
import { isStoredContent, restoreContent, storeContent } from '../../system/files/stored-content.js';
import type { Files } from '../../system/files/files.js';

/** How long it is remembered what a merge replaced in a file with secrets, in milliseconds. */
export const REMEMBERED_MS = 3_600_000;

/** What a session has replaced is kept in a file of at most about this size, in bytes. */
const MOST_BYTES = 1024 * 1024;

/**
 * Remembers what a merge replaced, and by what, where that may hold secrets: such content is in no log, so it is kept
 * for an hour in the private folder of the session (0600), beside the copies that this has of such files anyway. By this a
 * stranger's write is recognised that was made from what had been there before.
 */
export function rememberReplaced(files: Files, path: string, { target, before, after }: Omit<Replacement, 'at'> & { readonly target: string }): void {
  if ((files.size(path) ?? 0) > MOST_BYTES) files.remove(path);
  files.append(path, `\n${JSON.stringify({ at: Date.now(), target, before: storeContent(before), after: storeContent(after) })}`);
}

interface Replacement {
  readonly at: number;
  readonly before: Uint8Array | null;
  readonly after: Uint8Array | null;
}

/**
 * The versions of a shared file, by its name at the top and behind all links, that any session of the last hour has
 * replaced or written, the oldest first; before them those that were in homes, which had been shared once, perhaps unseen; not
 * `judged`, which a running session may have taken over just now.
 */
export function replacedVersions(files: Files, { stateDir, now, judged }: { stateDir: string; now: number; judged: Uint8Array }, name: string, target: string): (Uint8Array | null)[] {
  const sessions = [openFolder(stateDir), recentFolder(stateDir)].flatMap((folder) => files.list(folder)).map((id) => sessionPaths(stateDir, id));
  const shared = sessions.flatMap(({ replaced }) => replacementsIn(files, replaced, target)).filter(({ at }) => now - at < REMEMBERED_MS);
  if (shared.length === 0) return [];
  const homes = sessions.flatMap(({ replaced, home }) => replacementsIn(files, replaced, join(home, name)));
  const inHomes = homes.toSorted(inTime).flatMap(({ before, after }) => [before, after]).filter((version) => !sameBytes(version, judged));
  return [...inHomes, ...shared.toSorted(inTime).flatMap(({ before, after }) => [before, after])];
}

function inTime(one: Replacement, other: Replacement): number {
  return one.at - other.at;
}

/** The versions of a file that were replaced or written, as it is remembered in one place. */
export function versionsIn(files: Files, path: string, target: string): (Uint8Array | null)[] {
  return replacementsIn(files, path, target).flatMap(({ before, after }) => [before, after]);
}

function replacementsIn(files: Files, path: string, target: string): Replacement[] {
  const text = Buffer.from(files.read(path) ?? '').toString('utf8');
  return text.split('\n').flatMap((line) => parse(line, target) ?? []);
}

/** Undefined for a line that a crash cut short, and for other files. */
function parse(line: string, wanted: string): Replacement | undefined {
  if (!line.includes(JSON.stringify(wanted))) return undefined;
  const value = attempt((): unknown => JSON.parse(line));
  if (value.status === 'rejected' || !isRecord(value.value)) return undefined;
  const { at, target, before = null, after = null } = value.value;
  if (typeof at !== 'number' || target !== wanted || !isStoredContent(before) || !isStoredContent(after)) return undefined;
  return { at, before: restoreContent(before), after: restoreContent(after) };
}
