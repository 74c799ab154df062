import { join, sep } from 'node:path';
import type { Layout } from '../layout/layout.js';
import { namedRule } from '../layout/match.js';
import { STATE_FILE } from '../layout/shared-dir.js';
import { readManifest } from '../session/manifest.js';
import { sessionPaths, sessionsFolder } from '../session/paths.js';
import type { Files } from '../sync/files.js';
import { type ConfigPlace, configPlace } from './config-path.js';
import type { HookedSession } from './hooked-session.js';
import { memoryPlace } from './memory-path.js';
import type { Place } from './shell/places.js';

/** Tells which shared file or folder a path means that a shell command writes through a private copy. */
export async function placeFinder(files: Files, { stateDir, manifest, loadLayout }: HookedSession): Promise<(path: string) => Place | undefined> {
  const { shared, memoryFolder, sync } = manifest;
  const layout = await loadLayout();
  const sessions = sessionsFolder(stateDir);
  const manifestOf = (id: string): ReturnType<typeof readManifest> => readManifest(sessionPaths(stateDir, id).manifest);
  const memory = memoryFolder === null || sync === 'exit' ? undefined : { shared: memoryFolder, sharedReal: files.realPath(memoryFolder), sessions, folderOf: (id: string) => manifestOf(id)?.memoryFolder };
  const config = { shared: shared.dir, sharedReal: files.realPath(shared.dir), sessions, sharedOf: (id: string) => manifestOf(id)?.shared.dir };
  const isFolder = (name: string): boolean => files.kind(files.realPath(join(shared.dir, name))) === 'folder';
  return (path) => {
    const note = memory && memoryPlace(memory, path);
    if (note !== undefined) return { tree: 'memory', place: note };
    const place = configPlace(config, path);
    return place && isCopied(layout, place, isFolder) ? { tree: 'config', place: place.place } : undefined;
  };
}

/**
 * What is only linked is appended to by many, or too large: transcripts, histories. A name of which we have not heard is shared
 * where it is a folder of the shared dir; else it is made in a home, and carried when the session ends.
 */
function isCopied(layout: Layout, { place, through }: ConfigPlace, isFolder: (name: string) => boolean): boolean {
  const [top = ''] = place.split(sep);
  const rule = namedRule(layout, top);
  if (!rule) return isFolder(top);
  return place !== STATE_FILE && (rule.policy === 'overlay' || (rule.policy === 'merge' && through === 'shared'));
}
