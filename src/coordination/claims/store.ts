import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TEMPORARY_SUFFIX, writeAtomic } from '../../system/fs/atomic-write.js';
import { UserError } from '../../system/errors.js';
import { isRecord } from '../../system/is-record.js';
import { waitForKernelLock } from '../../system/locks/kernel-lock.js';
import { makeFolder } from '../../system/fs/make-folder.js';
import { ensurePrivateFolder } from '../../system/fs/private-folder.js';
import { attempt } from '../../system/attempt.js';
import { realFiles } from '../../system/files/real-files.js';
import { isAlive } from './holder.js';
import { type Claim, type Holder, keyOf, type Lease } from './lease.js';

/** The leases of a state dir, for as long as their lock is held. */
export interface LeaseStore {
  /** The leases of all live holders. */
  readonly leases: readonly Lease[];
  /** Replaces the holder's lease; a lease without claims is removed. Atomic: a crash leaves the old lease or the new one. */
  readonly put: (lease: Lease) => void;
}

/** How long the lock is waited for, in milliseconds. Each process holds it for milliseconds. */
const PATIENCE_MS = 20_000;

export function claimsFolder(stateDir: string): string {
  return join(stateDir, 'claims');
}

/**
 * Runs `act` on the leases of a state dir under one kernel lock. Creates the state dir if it is missing, and first removes the leases of
 * dead holders and the temp files of crashes. Throws `lock-busy`, `state-dir-unsafe`, and `claims-unreadable` for a lease that this version
 * does not understand: ignoring it could give one path to two holders.
 */
export async function withLeases<T>(stateDir: string, act: (store: LeaseStore) => T): Promise<T> {
  const folder = claimsFolder(ensurePrivateFolder(stateDir));
  makeFolder(folder);
  const lock = await waitForKernelLock(join(folder, 'lock'), { timeout: PATIENCE_MS });
  try {
    return act({ leases: sweep(stateDir, folder), put: (lease) => put(folder, lease) });
  } finally {
    lock.release();
  }
}

/** Whether no claim was ever made. */
export function hasNoClaims(stateDir: string): boolean {
  return !existsSync(claimsFolder(stateDir));
}

function sweep(stateDir: string, folder: string): Lease[] {
  const names = realFiles.list(folder);
  for (const name of names) if (name.endsWith(TEMPORARY_SUFFIX)) realFiles.remove(join(folder, name));
  const leases = names.filter((name) => name.endsWith('.json')).map((name) => readLease(join(folder, name)));
  const alive = leases.filter(({ holder }) => isAlive(stateDir, holder));
  for (const { holder } of leases.filter((lease) => !alive.includes(lease))) realFiles.remove(fileOf(folder, holder));
  return alive;
}

function put(folder: string, lease: Lease): void {
  const file = fileOf(folder, lease.holder);
  if (lease.claims.length === 0) realFiles.remove(file);
  else writeAtomic(file, Buffer.from(`${JSON.stringify(lease, null, 2)}\n`));
}

function fileOf(folder: string, holder: Holder): string {
  return join(folder, `${keyOf(holder)}.json`);
}

function readLease(file: string): Lease {
  const text = readFileSync(file, 'utf8');
  const parsed = attempt((): unknown => JSON.parse(text));
  if (parsed.status === 'fulfilled' && isLease(parsed.value)) return parsed.value;
  throw new UserError(
    'claims-unreadable',
    `${file} is no claim that this version understands`,
    'update pclaude; or, if it is damaged, remove it',
  );
}

function isLease(value: unknown): value is Lease {
  return (
    isRecord(value) &&
    value['version'] === 1 &&
    isHolder(value['holder']) &&
    Array.isArray(value['claims']) &&
    value['claims'].every(isClaim)
  );
}

function isHolder(value: unknown): value is Holder {
  if (!isRecord(value)) return false;
  const { kind, id, branch, pid, start } = value;
  if (kind === 'session') return typeof id === 'string' && (branch === null || typeof branch === 'string');
  return kind === 'process' && typeof pid === 'number' && typeof start === 'string';
}

function isClaim(value: unknown): value is Claim {
  return isRecord(value) && typeof value['path'] === 'string' && typeof value['since'] === 'number';
}
