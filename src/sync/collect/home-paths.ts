import { homedir } from 'node:os';
import { join } from 'node:path';
import { type SharedDir, sharedPath } from '../../client/shared-dir.js';
import { ruleFor } from '../../config/layout.js';
import { driverFor } from '../../merge/driver-for.js';
import { type HomePaths, translateHomePath, translateHomePaths } from '../../merge/home-paths.js';
import { readManifest } from '../../session/manifest.js';
import { sessionPaths, sessionsFolder } from '../../session/paths.js';
import type { Session, Store } from '../../session/session.js';
import { attempt } from '../../system/attempt.js';
import type { Files } from '../../system/files/files.js';
import type { MergeCandidate } from '../change.js';

/** The sessions whose homes may be named in a file. `shared`: the shared dir of a session that has no readable manifest any more. */
interface HomePathScope extends Store {
  readonly shared: SharedDir;
}

/**
 * How paths below the homes of a state dir's sessions are called in the shared dir. A path is translated when the shared dir has its top
 * name, or will have it once the session with the id `merging` is merged. What only one session has, such as its caches, keeps its path.
 * Reads only.
 */
function sharedPathsOf(files: Files, { stateDir, layout, shared }: HomePathScope, merging?: string): HomePaths {
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
      return files.kind(path) !== null || (own !== null && id === merging) ? path : undefined;
    },
  };
}

/**
 * The content of a file of a home with the paths of homes replaced by those of the shared dir; `content` itself when there is nothing to
 * replace. `merging`: the id of the session whose merge this is a part of. Reads only.
 */
export function translateContent(files: Files, scope: HomePathScope, place: string, content: Uint8Array, merging?: string): Uint8Array {
  return translateHomePaths(content, driverFor(scope.layout.drivers, place, content).kind === 'json', sharedPathsOf(files, scope, merging));
}

/**
 * Puts the paths of the shared dir into a file of a session's home, before that file is merged: otherwise the shared file would name a
 * home that is removed with the session. Null when the file names no home.
 */
export function translationCandidate(files: Files, session: Session, { change: { place, ours } }: MergeCandidate): MergeCandidate | null {
  if (ours === null) return null;
  const next = translateContent(files, scopeOf(session), place, ours, session.paths.id);
  if (next === ours) return null;
  const change = { place, target: join(session.paths.home, place), base: ours, ours: next };
  return { change, policy: { drivers: session.layout.drivers, conflict: { keep: 'none' } }, base: null, memoryFolder: null };
}

/** Whether a file of a session's home names that home, by a path that can be translated by now. */
export function namesOwnHome(files: Files, session: Session, name: string, content: Uint8Array): boolean {
  const { id } = session.paths;
  if (!Buffer.from(content.buffer, content.byteOffset, content.length).includes(id)) return false;
  return translateContent(files, scopeOf(session), name, content, id) !== content;
}

/** Where a link of a session's home leads for other sessions. */
export function translateLink(files: Files, session: Session, target: string): string {
  return translateHomePath(target, sharedPathsOf(files, scopeOf(session), session.paths.id));
}

function scopeOf({ stateDir, layout, manifest: { shared } }: Session): HomePathScope {
  return { stateDir, layout, shared };
}

/** The ids of the sessions whose homes a file names, by any path. */
export function sessionsNamedIn(files: Files, scope: HomePathScope, place: string, content: Uint8Array): string[] {
  const ids = new Set<string>();
  const sharedPathOf = (id: string): undefined => void ids.add(id);
  translateHomePaths(content, driverFor(scope.layout.drivers, place, content).kind === 'json', {
    ...sharedPathsOf(files, scope),
    sharedPathOf,
  });
  return [...ids];
}

/** The names at the top of a session's home to which paths in the content of a file lead. */
export function namedInHome({ stateDir, paths: { id } }: Session, content: Uint8Array): string[] {
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
