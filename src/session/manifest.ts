import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { isMissing } from '../system/fs/fs-error.js';
import { isRecord } from '../system/is-record.js';
import { TEMPORARY_SUFFIX } from '../system/fs/atomic-write.js';
import type { RepositoryIdentity } from '../system/git/identity.js';
import type { SharedDir } from '../client/shared-dir.js';
import { sessionPaths } from './paths.js';
import type { SyncMode } from '../config/config.js';

/** What is written down of a session, so that anybody can merge it after its launcher has died. */
export interface Manifest {
  readonly version: 1;
  readonly id: string;
  /** The launcher. */
  readonly pid: number;
  /** Milliseconds since the epoch, as all times here: a `Date` loads the time zones, which a launch need not pay for. */
  readonly startedAt: number;
  readonly cwd: string;
  /** The branch checked out at the launch; null outside git or with a detached HEAD. Names conflict copies. */
  readonly branch: string | null;
  /** Null outside git, and in a manifest that an older version wrote. */
  readonly repository: RepositoryIdentity | null;
  /** Null where none could be had, and in a manifest that an older version wrote. Its own only while the session lives. */
  readonly slot: Slot | null;
  readonly shared: SharedDir;
  /** The shared memory folder; null where memory is not overlaid. */
  readonly memoryFolder: string | null;
  /** A manifest that an older version wrote has none, and is read as `continuous`. */
  readonly sync: SyncMode;
  readonly state: OpenState | ClosedState;
}

/** By what sessions that live at the same time tell their databases, ports and the like apart. */
export interface Slot {
  /** From 1 on. */
  readonly number: number;
  /** The first of the session's own ports; null where so many sessions live that none are left. */
  readonly portBase: number | null;
}

interface OpenState {
  readonly name: 'open';
}

interface ClosedState {
  readonly name: 'closed';
  /** Everything of the session had been merged by then, or been discarded. */
  readonly at: number;
  /** A person has thrown it away: what is still in its folder must not be merged. */
  readonly discarded?: true;
}

/** Whether a person has thrown the session away. */
export function isDiscarded({ state }: Manifest): boolean {
  return state.name === 'closed' && state.discarded === true;
}

/**
 * Atomic, 0600: whoever reads sees the old manifest or the new one. It is not forced to the disk, which would cost each
 * launch a millisecond; a power cut in the first seconds of a session may leave none, and then there is little to merge.
 * The caller makes the session or holds its lock, so nobody else writes at the same time; a crash may leave a temporary
 * file, which the next one takes.
 */
export function writeManifest(path: string, manifest: Manifest): void {
  const temporary = path + TEMPORARY_SUFFIX;
  writeFileSync(temporary, `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, path);
}

/** Undefined when there is none, or none that this version understands; other read errors are thrown. */
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

/** The manifest of the session that has this home, by its absolute path; undefined when it is no session's. */
export function manifestOfHome(home: string): Manifest | undefined {
  const root = dirname(home);
  const paths = sessionPaths(dirname(dirname(root)), basename(root));
  // Nothing is read where the path alone says that it is none.
  return paths.home === home ? readManifest(paths.manifest) : undefined;
}

function isManifest(value: unknown): value is Manifest {
  if (!isRecord(value) || value['version'] !== 1) return false;
  const { id, pid, startedAt, cwd, branch, repository, slot, shared, memoryFolder, sync, state } = value;
  return (
    [id, cwd].every((text) => typeof text === 'string') &&
    [pid, startedAt].every((number) => typeof number === 'number') &&
    isStringOrNull(branch) &&
    (repository === null || isIdentity(repository)) &&
    (slot === null || isSlot(slot)) &&
    isStringOrNull(memoryFolder) &&
    (sync === 'continuous' || sync === 'exit') &&
    isRecord(shared) &&
    [shared['dir'], shared['stateFile']].every((text) => typeof text === 'string') &&
    isStringOrNull(shared['userValue']) &&
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

function isStringOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}
