import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isMissing } from '../platform/fs-error.js';
import { isRecord } from '../platform/is-record.js';
import { TEMPORARY_SUFFIX } from '../platform/atomic-write.js';
import type { SharedDir } from '../layout/shared-dir.js';

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
  readonly shared: SharedDir;
  /** The shared memory folder; null where memory is not overlaid. */
  readonly memoryFolder: string | null;
  readonly state: OpenState | ClosedState;
}

interface OpenState {
  readonly name: 'open';
}

interface ClosedState {
  readonly name: 'closed';
  /** Everything of the session had been merged by then. */
  readonly at: number;
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
  return isManifest(value) ? value : undefined;
}

function isManifest(value: unknown): value is Manifest {
  if (!isRecord(value) || value['version'] !== 1) return false;
  const { id, pid, startedAt, cwd, branch, shared, memoryFolder, state } = value;
  return (
    [id, cwd].every((text) => typeof text === 'string') &&
    [pid, startedAt].every((number) => typeof number === 'number') &&
    isStringOrNull(branch) &&
    isStringOrNull(memoryFolder) &&
    isRecord(shared) &&
    [shared['dir'], shared['stateFile']].every((text) => typeof text === 'string') &&
    isStringOrNull(shared['userValue']) &&
    isRecord(state) &&
    (state['name'] === 'open' || (state['name'] === 'closed' && typeof state['at'] === 'number'))
  );
}

function isStringOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}
