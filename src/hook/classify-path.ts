import { join, sep } from 'node:path';
import { sharedPath, STATE_FILE } from '../client/shared-dir.js';
import { type Layout, namedRule } from '../config/layout.js';
import { readManifest } from '../session/manifest.js';
import { sessionPaths, sessionsFolder } from '../session/paths.js';
import { memoryPath } from '../sync/change.js';
import type { SharedFile } from '../sync/lost-updates/seen-change.js';
import type { Files } from '../system/files/files.js';
import { below, joined } from '../system/fs/paths.js';
import type { HookedSession } from './hooked-session.js';

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

/** The paths under which one session may spell its memory folder. All are absolute. */
interface MemoryMap {
  /** The shared memory folder, as prompts name it. */
  readonly shared: string;
  /** The same path with all links resolved. */
  readonly sharedReal: string;
  /** `<state>/sessions`, which contains the homes and the notes of all sessions. */
  readonly sessions: string;
  /** The shared memory folder of a session; undefined when the session has no manifest any more. Called for the notes of other sessions. */
  readonly folderOf: (id: string) => string | null | undefined;
}

/**
 * Finds the path in the memory folder that an absolute path means. The path may be spelled through the shared folder, or through the home
 * or the notes of any session, as in an old conversation. Returns undefined for every other path, and for the folder itself.
 */
export function memoryPlace(map: MemoryMap, path: string): string | undefined {
  return below(map.shared, path) ?? below(map.sharedReal, path) ?? memoryThroughSession(map, path);
}

/** Resolves `<sessions>/<id>/notes/<place>` of this memory folder, and `<sessions>/<id>/.claude/projects/<slug>/memory/<place>`. */
function memoryThroughSession(map: MemoryMap, path: string): string | undefined {
  const [id = '', top, ...rest] = below(map.sessions, path)?.split(sep) ?? [];
  if (top === 'notes') return (map.folderOf(id) ?? map.shared) === map.shared ? joined(rest) : undefined;
  const [projects, slug, memory, ...place] = rest;
  const sameProject = map.shared.endsWith([sep, projects, slug, memory].join(sep).slice(1));
  return top === '.claude' && projects === 'projects' && memory === 'memory' && sameProject ? joined(place) : undefined;
}

/** The paths under which one session may spell the shared dir. All are absolute. */
interface ConfigMap {
  /** The shared dir, as plain `claude` names it. */
  readonly shared: string;
  /** The same path with all links resolved. */
  readonly sharedReal: string;
  /** `<state>/sessions`, which contains the homes of all sessions. */
  readonly sessions: string;
  /** The shared dir of a session; undefined when the session has no manifest any more. */
  readonly sharedOf: (id: string) => string | undefined;
}

export interface ConfigPlace {
  /** The path relative to the shared dir. */
  readonly place: string;
  /** Whether the path was spelled through the shared dir or through a session's home. A home contains copies as well as links. */
  readonly through: 'shared' | 'session';
}

/**
 * Finds the path in the shared dir that an absolute path means. The path may be spelled through the shared dir itself or through any
 * session's home. Returns undefined for every other path, and for the shared dir itself.
 */
export function configPlace(map: ConfigMap, path: string): ConfigPlace | undefined {
  const shared = below(map.shared, path) ?? below(map.sharedReal, path);
  if (shared !== undefined) return { place: shared, through: 'shared' };
  const session = configThroughSession(map, path);
  return session === undefined ? undefined : { place: session, through: 'session' };
}

/** Whether a write to the path changes a shared file, which other sessions may write at the same moment. */
export function isSharedPlace(layout: Layout, { place, through }: ConfigPlace): boolean {
  const [top = '', ...rest] = place.split(sep);
  const rule = namedRule(layout, top);
  if (through === 'shared') return rule?.policy !== 'private' && place !== STATE_FILE;
  return rule ? rule.policy === 'link' || rule.policy === 'overlay' : rest.length > 0;
}

/** `<sessions>/<id>/.claude/<place>`. */
function configThroughSession(map: ConfigMap, path: string): string | undefined {
  const [id = '', top, ...rest] = below(map.sessions, path)?.split(sep) ?? [];
  const place = top === '.claude' ? rest : [];
  return place.length > 0 && (map.sharedOf(id) ?? map.shared) === map.shared ? joined(place) : undefined;
}

/** Returns the shared file that a classified path means. */
export function sharedFile(
  { manifest: { shared } }: Pick<HookedSession, 'manifest'>,
  meaning: Exclude<ClassifiedPath, { kind: 'held' }>,
): SharedFile {
  const { place } = meaning;
  if (meaning.kind === 'config') return { place, target: sharedPath(shared, place), memoryFolder: null };
  return memoryFile(meaning.folder, place);
}

/** Returns a file of a memory folder, given its path in that folder. */
export function memoryFile(folder: string, place: string): SharedFile {
  return { place: memoryPath(place), target: join(folder, place), memoryFolder: folder };
}
