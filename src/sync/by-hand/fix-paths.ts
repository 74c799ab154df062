import { join } from 'node:path';
import { sharedPath, STATE_FILE } from '../../client/shared-dir.js';
import { namedRule } from '../../config/layout.js';
import { conflictOrigin } from '../../merge/conflict-name.js';
import { TRANSLATE_LIMIT_BYTES } from '../../merge/home-paths.js';
import type { Files } from '../../system/files/files.js';
import { mergeOne } from '../apply/batch.js';
import { conflictPolicy } from '../apply/conflict-copy.js';
import { sessionsNamedIn, translateContent } from '../collect/home-paths.js';
import type { Merger } from '../merger.js';
import { isTopJson, parses } from '../mishaps/mishap.js';
import { type ByHand, handLocks } from './hand-locks.js';

/** A shared file that names homes of sessions. */
export interface NamingHomes {
  /** Its path in the shared dir. */
  readonly place: string;
  readonly path: string;
  readonly content: Uint8Array;
  /** The same with paths of the shared dir instead; the same object as `content` if none of them can be replaced. */
  readonly fixed: Uint8Array;
  /** The ids of the sessions whose homes `fixed` still names. */
  readonly left: readonly string[];
  /** The ids of all sessions whose homes `content` names. */
  readonly sessions: readonly string[];
}

/** The folder in which the client records where plugins are. */
const PLUGINS = 'plugins';

/**
 * Finds the shared files that name homes of sessions. It searches the files into which the client and installers write paths: those at the
 * top of the shared dir, and the JSON files of `plugins`. Reads only. Throws the system's errors.
 */
export function findNamingHomes(files: Files, where: ByHand): NamingHomes[] {
  const { shared, layout } = where;
  const names = files.list(shared.dir);
  const top = names.filter((name) => {
    const policy = namedRule(layout, name)?.policy ?? 'merge';
    return (policy === 'merge' || policy === 'overlay') && name !== STATE_FILE && conflictOrigin(name, names) === undefined;
  });
  const registers = files
    .list(join(shared.dir, PLUGINS))
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(PLUGINS, name));
  return [STATE_FILE, ...top, ...registers].flatMap((place) => naming(files, where, place) ?? []);
}

function naming(files: Files, where: ByHand, place: string): NamingHomes | undefined {
  const path = sharedPath(where.shared, place);
  if (files.kind(files.realPath(path)) !== 'file' || (files.size(path) ?? 0) > TRANSLATE_LIMIT_BYTES) return undefined;
  const content = files.read(path);
  // A file that is not valid JSON is reported elsewhere, and has to be corrected first.
  if (content === null || (isTopJson(where.layout.drivers, place) && !parses(where.layout.drivers, place, content))) return undefined;
  const sessions = sessionsNamedIn(files, where, place, content);
  if (sessions.length === 0) return undefined;
  const fixed = translateContent(files, where, place, content);
  return { place, path, content, fixed, sessions, left: sessionsNamedIn(files, where, place, fixed) };
}

/**
 * Replaces paths of session homes in shared files by paths of the shared dir, and returns the paths of the files that needed it. A merge
 * like any other, under the locks: concurrent writes stay, and the log has what was replaced. A crash leaves each file as it was, or fixed.
 * Throws what the locks throw, and the system's errors.
 */
export async function fixHomePaths(files: Files, where: ByHand): Promise<string[]> {
  const found = findNamingHomes(files, where).filter(({ content, fixed }) => content !== fixed);
  const locks = handLocks(files, where, { id: 'doctor', branch: null });
  for (const { place } of found) {
    await locks.forFile(place, where.shared.stateFile, async (merger) => fixOne(files, where, merger, place));
  }
  return found.map(({ path }) => path);
}

/** Checks again: another session may have written the file before the lock was taken. */
async function fixOne(files: Files, where: ByHand, merger: Merger, place: string): Promise<void> {
  const found = naming(files, where, place);
  if (!found || found.content === found.fixed) return;
  const change = { place, target: found.path, base: found.content, ours: found.fixed };
  const conflict = conflictPolicy(where.layout, place, { id: 'doctor', branch: null });
  await mergeOne(merger, { change, policy: { drivers: merger.drivers, conflict } });
}
