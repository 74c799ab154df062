import { readFileSync } from 'node:fs';
import { isMissing } from '../platform/fs-error.js';
import { writeAtomic } from '../platform/atomic-write.js';
import type { SharedDir } from '../layout/shared-dir.js';

/** What is written down of a session, so that anybody can merge it after its launcher has died. */
export interface Manifest {
  readonly version: 1;
  readonly id: string;
  /** The launcher. */
  readonly pid: number;
  /** ISO 8601. */
  readonly startedAt: string;
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
  /** ISO 8601; everything of the session had been merged by then. */
  readonly at: string;
}

/** Atomic, 0600: after a crash the old manifest or the new one is there. */
export function writeManifest(path: string, manifest: Manifest): void {
  writeAtomic(path, Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
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
    [id, startedAt, cwd].every((text) => typeof text === 'string') &&
    typeof pid === 'number' &&
    isStringOrNull(branch) &&
    isStringOrNull(memoryFolder) &&
    isRecord(shared) &&
    [shared['dir'], shared['stateFile']].every((text) => typeof text === 'string') &&
    isStringOrNull(shared['userValue']) &&
    isRecord(state) &&
    (state['name'] === 'open' || (state['name'] === 'closed' && typeof state['at'] === 'string'))
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isStringOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}
