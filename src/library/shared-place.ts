import { relative } from 'node:path';
import { futureRealPath } from '../platform/future-real-path.js';
import { type SharedDir, STATE_FILE } from '../layout/shared-dir.js';
import type { Here } from '../session/here.js';
import { memoryPath } from '../sync/overlaid.js';
import type { Target } from './target.js';

/** A file that sessions merge, too. */
export interface SharedPlace {
  /** Its path in the shared dir, by which it is merged. */
  readonly place: string;
  /** Whether it is the one file that the client locks. */
  readonly isState: boolean;
}

/** Where a file stands in a shared dir, by the path as it was named or as it really is; undefined for one outside it. */
export function sharedPlace({ named, path }: Target, { dir, stateFile }: SharedDir, here?: Here): SharedPlace | undefined {
  if (path === futureRealPath(stateFile)) return { place: STATE_FILE, isState: true };
  const memoryFolder = here?.manifest.memoryFolder ?? null;
  const note = memoryFolder === null ? undefined : within(memoryFolder, named) ?? within(futureRealPath(memoryFolder), path);
  if (note !== undefined) return { place: memoryPath(note), isState: false };
  const place = within(dir, named) ?? within(futureRealPath(dir), path);
  return place === undefined ? undefined : { place, isState: false };
}

/** The path of something below a folder; undefined for all else. */
function within(folder: string, path: string): string | undefined {
  return path.startsWith(`${folder}/`) ? relative(folder, path) : undefined;
}
