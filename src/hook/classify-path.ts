import { readManifest } from '../session/manifest.js';
import { sessionPaths, sessionsFolder } from '../session/paths.js';
import type { Files } from '../system/files/files.js';
import { type ConfigMap, type ConfigPlace, configPlace, isSharedPlace } from './config-path.js';
import type { HookedSession } from './hooked-session.js';
import { type MemoryMap, memoryPlace } from './memory-path.js';

/** What a path means to a session. */
export type ClassifiedPath =
  /** A note of a session whose memory is held back. */
  | { readonly kind: 'held'; readonly place: string }
  /** A file of shared memory. */
  | { readonly kind: 'memory'; readonly folder: string; readonly place: string }
  /** Another shared file. */
  | ({ readonly kind: 'config' } & ConfigPlace);

export type ClassifiedMemory = Extract<ClassifiedPath, { kind: 'memory' }>;

/** Returns undefined for a path that is not shared. */
export async function classifyPath(files: Files, session: HookedSession, path: string): Promise<ClassifiedPath | undefined> {
  return inMemory(files, session, path) ?? inConfig(files, session, path);
}

function inMemory(files: Files, session: HookedSession, path: string): ClassifiedPath | undefined {
  const { stateDir, manifest } = session;
  const folder = manifest.memoryFolder;
  if (folder === null) return undefined;
  const folderOf = (id: string): string | null | undefined => readManifest(sessionPaths(stateDir, id).manifest)?.memoryFolder;
  const map: MemoryMap = { shared: folder, sharedReal: files.realPath(folder), sessions: sessionsFolder(stateDir), folderOf };
  const place = memoryPlace(map, path);
  if (place === undefined) return undefined;
  return manifest.sync === 'exit' ? { kind: 'held', place } : { kind: 'memory', folder, place };
}

async function inConfig(files: Files, session: HookedSession, path: string): Promise<ClassifiedPath | undefined> {
  const {
    stateDir,
    manifest: { shared },
  } = session;
  const sharedOf = (id: string): string | undefined => readManifest(sessionPaths(stateDir, id).manifest)?.shared.dir;
  const map: ConfigMap = { shared: shared.dir, sharedReal: files.realPath(shared.dir), sessions: sessionsFolder(stateDir), sharedOf };
  const place = configPlace(map, path);
  return place && isSharedPlace(await session.loadLayout(), place) ? { kind: 'config', ...place } : undefined;
}
