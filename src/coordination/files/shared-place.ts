import { join, relative } from 'node:path';
import { type SharedDir, STATE_FILE } from '../../client/shared-dir.js';
import { futureRealPath } from '../../system/fs/future-real-path.js';
import type { Here } from '../../session/here.js';
import { memoryPath } from '../../sync/memory-path.js';
import type { Target } from './target.js';

/** A file that sessions merge as well. */
export interface SharedPlace {
  /** Its path in the shared dir, which decides how it is merged. */
  readonly place: string;
  /** The path under which the client locks it; null for every file but the client's state file. */
  readonly clientLock: string | null;
}

/**
 * Finds the path of a file in the shared dir, in the home of the current session, or in its memory folder, both by its path as named and by
 * its real path. Returns undefined for a file outside these.
 */
export function sharedPlace({ named, path }: Target, shared: SharedDir, here?: Here): SharedPlace | undefined {
  const states = [shared.stateFile, ...(here ? [join(here.paths.home, STATE_FILE)] : [])];
  const clientLock = states.find((state) => path === futureRealPath(state));
  if (clientLock !== undefined) return { place: STATE_FILE, clientLock };
  const inFolder = (folder: string): string | undefined => below(folder, named) ?? below(futureRealPath(folder), path);
  const memoryFolder = here?.manifest.memoryFolder ?? null;
  const memory = memoryFolder === null ? undefined : inFolder(memoryFolder);
  const place = memory === undefined ? (inFolder(shared.dir) ?? (here && inFolder(here.paths.home))) : memoryPath(memory);
  return place === undefined ? undefined : { place, clientLock: null };
}

/** Returns the relative path of a file below a folder; undefined for any other path. */
function below(folder: string, path: string): string | undefined {
  return path.startsWith(`${folder}/`) ? relative(folder, path) : undefined;
}
