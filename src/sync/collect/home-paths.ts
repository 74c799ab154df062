import { homedir } from 'node:os';
import { join } from 'node:path';
import { type SharedDir, sharedPath } from '../../client/shared-dir.js';
import { ruleFor } from '../../config/layout.js';
import { driverFor } from '../../merge/driver-for.js';
import { type HomePaths, translateHomePath, translateHomePaths } from '../../merge/home-paths.js';
import { readManifest } from '../../session/manifest.js';
import { sessionPaths, sessionsFolder } from '../../session/paths.js';
import type { Store } from '../../session/session.js';
import { attempt } from '../../system/attempt.js';
import type { Files } from '../../system/files/files.js';
import type { MergeCandidate } from '../change.js';

/** The sessions whose homes may be named in a file. `shared`: the shared dir of a session that has no readable manifest any more. */
interface HomePathScope extends Store {
  readonly shared: SharedDir;
}

/**
 * How paths below the homes of a state dir's sessions are called in the shared dir. A path is translated when the shared dir has its top
 * name, or will have it once the session `merged` is merged. What only one session has, such as its caches, keeps its path. Reads only.
 */
function homePaths(files: Files, { stateDir, layout, shared }: HomePathScope, merged?: string): HomePaths {
  const folder = sessionsFolder(stateDir);
  return {
    sessions: [...new Set([folder, files.realPath(folder)])],
    userHome: homedir(),
    sharedPathOf: (id, top) => {
      const { manifest, home } = sessionPaths(stateDir, id);
      const known = attempt(() => readManifest(manifest));
      const dir = (known.status === 'fulfilled' ? known.value?.shared : undefined) ?? shared;
      if (top === '') return dir.dir;
      const own = files.kind(join(home, top));
      const isPrivate = ruleFor(layout, top, own === 'folder' ? 'folder' : 'file').policy === 'private';
      if (isPrivate && own !== null) return undefined;
      const path = sharedPath(dir, top);
      return files.kind(path) !== null || (own !== null && id === merged) ? path : undefined;
    },
  };
}

/** A file of a home with the paths of homes replaced by those of the shared dir; `content` itself when there is nothing to replace. */
export function translated(files: Files, scope: HomePathScope, place: string, content: Uint8Array, merged?: string): Uint8Array {
  return translateHomePaths(content, driverFor(scope.layout.drivers, place, content).kind === 'json', homePaths(files, scope, merged));
}

/**
 * Puts the paths of the shared dir into a file of a session's home, before that file is merged: otherwise the shared file would name a
 * home that is removed with the session. Null when the file names no home.
 */
export function translation(
  files: Files,
  store: Store,
  session: HomeSession,
  { change: { place, ours } }: MergeCandidate,
): MergeCandidate | null {
  if (ours === null) return null;
  const next = translated(files, { ...store, shared: session.shared }, place, ours, session.id);
  if (next === ours) return null;
  const change = { place, target: join(session.home, place), base: ours, ours: next };
  return { change, policy: { drivers: store.layout.drivers, conflict: { keep: 'none' } }, base: null, memoryFolder: null };
}

/** Whether a file of a session's home names that home, by a path that can be translated by now. */
export function namesOwnHome(
  files: Files,
  store: Store,
  session: Pick<HomeSession, 'id' | 'shared'>,
  name: string,
  content: Uint8Array,
): boolean {
  if (!Buffer.from(content.buffer, content.byteOffset, content.length).includes(session.id)) return false;
  return translated(files, { ...store, shared: session.shared }, name, content, session.id) !== content;
}

/** Where a link of a session's home leads for other sessions. */
export function translatedLink(files: Files, store: Store, session: Pick<HomeSession, 'id' | 'shared'>, target: string): string {
  return translateHomePath(target, homePaths(files, { ...store, shared: session.shared }, session.id));
}

/** The ids of the sessions whose homes a file names, by any path. */
export function sessionsNamedIn(files: Files, scope: HomePathScope, place: string, content: Uint8Array): string[] {
  const ids = new Set<string>();
  const sharedPathOf = (id: string): undefined => void ids.add(id);
  translateHomePaths(content, driverFor(scope.layout.drivers, place, content).kind === 'json', {
    ...homePaths(files, scope),
    sharedPathOf,
  });
  return [...ids];
}

/** The names at the top of a session's home to which paths in the content of a file lead. */
export function namedInHome(content: Uint8Array, { stateDir }: Store, id: string): string[] {
  const names: string[] = [];
  translateHomePaths(content, false, {
    sessions: [sessionsFolder(stateDir)],
    userHome: homedir(),
    sharedPathOf: (named, top) => {
      if (named === id) names.push(top);
      return undefined;
    },
  });
  return names;
}

/** A session's home, and where each of its names belongs. */
export interface HomeSession {
  readonly id: string;
  readonly branch: string | null;
  readonly shared: SharedDir;
  readonly home: string;
  readonly homeBase: string;
  /** The file that remembers what came into the home. */
  readonly replaced: string;
  /** Whether the session itself may have removed what is missing in the home, see `isHomeComplete`. */
  readonly intact: boolean;
}
