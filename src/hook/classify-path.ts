import { join, sep } from 'node:path';
import { sharedPath, STATE_FILE } from '../client/shared-dir.js';
import { type Layout, namedRule } from '../config/layout.js';
import { type Manifest, readManifest } from '../session/manifest.js';
import { sessionPaths, sessionsFolder } from '../session/paths.js';
import { memoryPlace } from '../sync/change.js';
import type { SharedFile } from '../sync/lost-updates/seen-change.js';
import type { Files } from '../system/files/files.js';
import { below } from '../system/fs/paths.js';
import type { HookedSession } from './hooked-session.js';

/** What a path means to a session. */
export type ClassifiedPath =
  /** A note of a session whose memory is held back. `inFolder`: its path in the notes. */
  | { readonly kind: 'note'; readonly inFolder: string }
  /** A file of shared memory. `inFolder`: its path in the memory folder. */
  | { readonly kind: 'memory'; readonly folder: string; readonly inFolder: string }
  /** Another shared file. */
  | ({ readonly kind: 'shared' } & SharedPlace);

export type ClassifiedMemory = Extract<ClassifiedPath, { kind: 'memory' }>;

/** Returns undefined for a path that is not shared. */
export async function classifyPath(files: Files, session: HookedSession, path: string): Promise<ClassifiedPath | undefined> {
  const { stateDir, manifest } = session;
  const folderAt = (spelled: string): SharedFolder => ({ spelled, real: files.realPath(spelled) });
  const inSession = pathInSession(sessionsFolder(stateDir), path, (id) => readManifest(sessionPaths(stateDir, id).manifest));
  const folder = manifest.memoryFolder;
  const note = folder === null ? undefined : pathInMemory(folderAt(folder), path, inSession);
  if (folder !== null && note !== undefined)
    return manifest.sync === 'exit' ? { kind: 'note', inFolder: note } : { kind: 'memory', folder, inFolder: note };
  const place = sharedPlace(folderAt(manifest.shared.dir), path, inSession);
  return place && isShared(await session.loadLayout(), place) ? { kind: 'shared', ...place } : undefined;
}

/** A folder that sessions share. A path may name it in two ways. */
interface SharedFolder {
  /** As prompts and plain `claude` spell it. */
  readonly spelled: string;
  /** With all links resolved. */
  readonly real: string;
}

/** A path in the session dir of any session, as an old conversation may name it. */
interface PathInSession {
  /** The parts of the path below the session dir. */
  readonly parts: readonly string[];
  /** Reads what that session shares; undefined when the session has no manifest any more. */
  readonly owner: () => SharedBySession | undefined;
}

type SharedBySession = Pick<Manifest, 'shared' | 'memoryFolder'>;

/** Returns undefined for a path that is not below `sessions`, which is `<state>/sessions`. */
export function pathInSession(
  sessions: string,
  path: string,
  ownerOf: (id: string) => SharedBySession | undefined,
): PathInSession | undefined {
  const [id, ...parts] = below(sessions, path)?.split(sep) ?? [];
  return id === undefined ? undefined : { parts, owner: () => ownerOf(id) };
}

/**
 * Finds the path in the memory folder that an absolute path means. The path may be spelled through the shared folder, or through the home
 * or the notes of any session. Returns undefined for every other path, and for the folder itself.
 */
export function pathInMemory(folder: SharedFolder, path: string, inSession: PathInSession | undefined): string | undefined {
  return below(folder.spelled, path) ?? below(folder.real, path) ?? (inSession && memoryInSession(folder.spelled, inSession));
}

/** Resolves `notes/<path>` of this memory folder, and `.claude/projects/<slug>/memory/<path>`. */
function memoryInSession(folder: string, { parts, owner }: PathInSession): string | undefined {
  const [top, ...rest] = parts;
  if (top === 'notes') return (owner()?.memoryFolder ?? folder) === folder ? joined(rest) : undefined;
  const [projects, slug, memory, ...path] = rest;
  const sameProject = folder.endsWith([sep, projects, slug, memory].join(sep).slice(1));
  return top === '.claude' && projects === 'projects' && memory === 'memory' && sameProject ? joined(path) : undefined;
}

/** Joins the parts of a path; undefined when there are none. */
function joined(parts: readonly string[]): string | undefined {
  return parts.length === 0 ? undefined : parts.join(sep);
}

export interface SharedPlace {
  /** The path relative to the shared dir. */
  readonly place: string;
  /** Whether the path was spelled through the shared dir or through a session's home. A home contains copies as well as links. */
  readonly through: 'shared' | 'session';
}

/**
 * Finds the path in the shared dir that an absolute path means. The path may be spelled through the shared dir itself or through any
 * session's home. Returns undefined for every other path, and for the shared dir itself.
 */
export function sharedPlace(dir: SharedFolder, path: string, inSession: PathInSession | undefined): SharedPlace | undefined {
  const shared = below(dir.spelled, path) ?? below(dir.real, path);
  if (shared !== undefined) return { place: shared, through: 'shared' };
  const place = inSession && inSharedDir(dir.spelled, inSession);
  return place === undefined ? undefined : { place, through: 'session' };
}

/** Resolves `.claude/<place>`. */
function inSharedDir(dir: string, { parts, owner }: PathInSession): string | undefined {
  const [top, ...place] = parts;
  return top === '.claude' && place.length > 0 && (owner()?.shared.dir ?? dir) === dir ? joined(place) : undefined;
}

/** Whether a write to the path changes a shared file, which other sessions may write at the same moment. */
export function isShared(layout: Layout, { place, through }: SharedPlace): boolean {
  const [top = '', ...rest] = place.split(sep);
  const rule = namedRule(layout, top);
  if (through === 'shared') return rule?.policy !== 'private' && place !== STATE_FILE;
  return rule ? rule.policy === 'link' || rule.policy === 'overlay' : rest.length > 0;
}

/** Returns the shared file that a classified path means. */
export function sharedFile(
  { manifest: { shared } }: Pick<HookedSession, 'manifest'>,
  classified: Exclude<ClassifiedPath, { kind: 'note' }>,
): SharedFile {
  if (classified.kind === 'memory') return memoryFile(classified.folder, classified.inFolder);
  return { place: classified.place, target: sharedPath(shared, classified.place), memoryFolder: null };
}

/** Returns a file of a memory folder, given its path in that folder. */
export function memoryFile(folder: string, inFolder: string): SharedFile {
  return { place: memoryPlace(inFolder), target: join(folder, inFolder), memoryFolder: folder };
}
