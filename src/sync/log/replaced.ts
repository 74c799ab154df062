import { join } from 'node:path';
import { openFolder, recentFolder, sessionPaths } from '../../session/paths.js';
import { isStoredContent, restoreContent, sameBytes, storeContent } from '../../system/content.js';
import type { Files } from '../../system/files/files.js';
import { isRecord, parseJson } from '../../system/json.js';

/** How long a session remembers what a merge replaced in a file with secrets, in milliseconds. */
export const REMEMBERED_MS = 3_600_000;

/** The file that remembers what a session replaced has at most about this size, in bytes. */
const MOST_BYTES = 1024 * 1024;

/**
 * Remembers what a merge replaced, and by what, in a file that may hold secrets. No log has such content, so it is kept for an hour in the
 * session dir (0600), which has copies of such files anyway. It serves to detect an external write that was made from an older version.
 */
export function rememberReplaced(
  files: Files,
  path: string,
  { at, target, before, after }: Replacement & { readonly target: string },
): void {
  if ((files.size(path) ?? 0) > MOST_BYTES) files.remove(path);
  files.append(path, `\n${JSON.stringify({ at, target, before: storeContent(before), after: storeContent(after) })}`);
}

interface Replacement {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly before: Uint8Array | null;
  readonly after: Uint8Array | null;
}

/**
 * The versions of a shared file that any session replaced or wrote within the last hour, the oldest first. `name` is its name at the top of
 * the shared dir, `target` its path behind all links. Before them come the versions that were in homes: each had been shared once, perhaps
 * without a merge seeing it. `judged` is not among those, because a running session may have taken it over just now.
 */
export function replacedVersions(
  files: Files,
  { stateDir, now, judged }: { stateDir: string; now: number; judged: Uint8Array },
  name: string,
  target: string,
): (Uint8Array | null)[] {
  const sessions = [openFolder(stateDir), recentFolder(stateDir)]
    .flatMap((folder) => files.list(folder))
    .map((id) => sessionPaths(stateDir, id));
  const shared = sessions.flatMap(({ replaced }) => replacementsIn(files, replaced, target)).filter(({ at }) => now - at < REMEMBERED_MS);
  if (shared.length === 0) return [];
  const homes = sessions.flatMap(({ replaced, home }) => replacementsIn(files, replaced, join(home, name)));
  const inHomes = homes
    .toSorted(inTime)
    .flatMap(({ before, after }) => [before, after])
    .filter((version) => !sameBytes(version, judged));
  return [...inHomes, ...shared.toSorted(inTime).flatMap(({ before, after }) => [before, after])];
}

function inTime(one: Replacement, other: Replacement): number {
  return one.at - other.at;
}

/** The versions of a file that were replaced or written, as the file at `path` remembers them. */
export function versionsIn(files: Files, path: string, target: string): (Uint8Array | null)[] {
  return replacementsIn(files, path, target).flatMap(({ before, after }) => [before, after]);
}

function replacementsIn(files: Files, path: string, target: string): Replacement[] {
  const text = Buffer.from(files.read(path) ?? '').toString('utf8');
  return text.split('\n').flatMap((line) => parse(line, target) ?? []);
}

/** Undefined for a line that a crash cut short, and for a line about another file. */
function parse(line: string, wanted: string): Replacement | undefined {
  if (!line.includes(JSON.stringify(wanted))) return undefined;
  const value = parseJson(line);
  if (!isRecord(value)) return undefined;
  const { at, target, before = null, after = null } = value;
  if (typeof at !== 'number' || target !== wanted || !isStoredContent(before) || !isStoredContent(after)) return undefined;
  return { at, before: restoreContent(before), after: restoreContent(after) };
}
