import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { SharedDir } from '../client/shared-dir.js';
import type { SyncMode } from '../config/config.js';
import { TEMPORARY_SUFFIX } from '../system/fs/atomic-write.js';
import { isMissing } from '../system/fs/fs-error.js';
import type { RepositoryIdentity } from '../system/git/identity.js';
import { isRecord, isTextOrNull } from '../system/json.js';
import { sessionPaths } from './paths.js';

/** The record of a session, with which another process can merge it after its launcher was killed. */
export interface Manifest {
  readonly version: 1;
  readonly id: string;
  /** The pid of the launcher. */
  readonly pid: number;
  /** In milliseconds since the epoch, as all times here: a `Date` would load the time zones during the launch. */
  readonly startedAt: number;
  readonly cwd: string;
  /** The branch that was checked out at the launch; null outside git or with a detached HEAD. Names conflict copies. */
  readonly branch: string | null;
  /** Null outside git, and in a manifest of an older version. */
  readonly repository: RepositoryIdentity | null;
  /** Null when no slot could be taken, and in a manifest of an older version. It belongs to the session only while that runs. */
  readonly slot: Slot | null;
  readonly shared: SharedDir;
  /** The shared memory folder; null when the environment names another memory for the client. */
  readonly memoryFolder: string | null;
  /** A manifest of an older version does not have this key, and is read as `continuous`. */
  readonly sync: SyncMode;
  readonly state: OpenState | ClosedState;
}

/** Keeps apart the databases, ports and the like of sessions that run at the same time. */
export interface Slot {
  /** From 1 on. */
  readonly number: number;
  /** The first of the session's own ports; null when so many sessions run that no ports are left. */
  readonly portBase: number | null;
}

interface OpenState {
  readonly name: 'open';
}

interface ClosedState {
  readonly name: 'closed';
  /** When the session was closed: all of it had been merged by then, or discarded. */
  readonly at: number;
  /** The user has discarded the session: the content of its folder must not be merged. */
  readonly discarded?: true;
}

/** Whether the user has discarded the session. */
export function isDiscarded({ state }: Manifest): boolean {
  return state.name === 'closed' && state.discarded === true;
}

/**
 * Writes a manifest (0600). A reader sees the old manifest or the new one. The file is not forced to the disk, which would
 * cost each launch a millisecond. A power cut in the first seconds of a session may leave no manifest; then there is little
 * to merge. The caller makes the session or holds its lock, so no other process writes at the same time. A crash may leave
 * a temporary file, which the next write replaces.
 */
export function writeManifest(path: string, manifest: Manifest): void {
  const temporary = path + TEMPORARY_SUFFIX;
  writeFileSync(temporary, `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, path);
}

/** Undefined when the manifest is missing, or this version does not understand it. Throws all other read errors. */
export function readManifest(path: string): Manifest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
  const manifest = isRecord(value) ? { sync: 'continuous', repository: null, slot: null, ...value } : undefined;
  return isManifest(manifest) ? manifest : undefined;
}

/** The manifest of the session with this home, an absolute path; undefined when the path is not the home of a session. */
export function manifestOfHome(home: string): Manifest | undefined {
  const root = dirname(home);
  const paths = sessionPaths(dirname(dirname(root)), basename(root));
  // Reads nothing when the path alone rules out a home.
  return paths.home === home ? readManifest(paths.manifest) : undefined;
}

function isManifest(value: unknown): value is Manifest {
  if (!isRecord(value) || value['version'] !== 1) return false;
  const { id, pid, startedAt, cwd, branch, repository, slot, shared, memoryFolder, sync, state } = value;
  return (
    [id, cwd].every((text) => typeof text === 'string') &&
    [pid, startedAt].every((number) => typeof number === 'number') &&
    isTextOrNull(branch) &&
    (repository === null || isIdentity(repository)) &&
    (slot === null || isSlot(slot)) &&
    isTextOrNull(memoryFolder) &&
    (sync === 'continuous' || sync === 'exit') &&
    isRecord(shared) &&
    [shared['dir'], shared['stateFile']].every((text) => typeof text === 'string') &&
    isTextOrNull(shared['userValue']) &&
    isState(state)
  );
}

function isIdentity(value: unknown): value is RepositoryIdentity {
  return isRecord(value) && [value['key'], value['worktree']].every((text) => typeof text === 'string');
}

function isSlot(value: unknown): value is Slot {
  return isRecord(value) && typeof value['number'] === 'number' && (value['portBase'] === null || typeof value['portBase'] === 'number');
}

function isState(value: unknown): value is Manifest['state'] {
  if (!isRecord(value)) return false;
  const { name, at, discarded } = value;
  return name === 'open' || (name === 'closed' && typeof at === 'number' && (discarded === undefined || discarded === true));
}
