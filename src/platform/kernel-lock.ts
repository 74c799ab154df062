import { closeSync, existsSync, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { KnownError } from './errors.js';
import { hasCode } from './fs-error.js';
import { noKernelLocks } from './supported.js';

/** A lock that is held until `release`, or until the last process that inherited `descriptor` has ended. */
export interface KernelLock {
  readonly descriptor: number;
  release(): void;
}

/** A shared lock is held by as many as like, as long as nobody holds the exclusive one. */
export type LockMode = 'exclusive' | 'shared';

/**
 * Takes the kernel lock on a file, which is made (0600) where it is missing, or returns undefined when someone holds it
 * in a way that excludes ours. The kernel frees it when the last holder of the descriptor ends, however it ends, so a
 * lock is never stale. The file must never be unlinked while others may still come for it: they would lock another inode.
 */
export function tryKernelLock(path: string, mode: LockMode = 'exclusive'): KernelLock | undefined {
  const descriptor = openSync(path, 'a+', 0o600);
  let held = false;
  try {
    held = lockDescriptor(descriptor, mode);
  } finally {
    if (!held) closeSync(descriptor);
  }
  return held ? { descriptor, release: () => closeSync(descriptor) } : undefined;
}

/**
 * Waits for the lock with short random pauses, at most `timeout` milliseconds.
 * Throws `lock-busy` when the time is up, and the signal's reason when it is cancelled.
 */
export async function waitForKernelLock(path: string, timeout: number, signal?: AbortSignal): Promise<KernelLock> {
  const deadline = performance.now() + timeout;
  for (;;) {
    signal?.throwIfAborted();
    const lock = tryKernelLock(path);
    if (lock) return lock;
    if (performance.now() >= deadline) {
      throw new KnownError('lock-busy', 'another session has been merging for a long time', 'nothing is lost; try again later');
    }
    const { setTimeout: delay } = await import('node:timers/promises');
    await delay(1 + Math.random() * 9, undefined, signal ? { signal } : {});
  }
}

function lockDescriptor(descriptor: number, mode: LockMode): boolean {
  try {
    // Offset 0 and length 0 are the whole file.
    addon().tryLock(descriptor, 0, 0, mode === 'exclusive');
    return true;
  } catch (error) {
    if (hasCode(error, 'EAGAIN', 'EACCES')) return false;
    throw error;
  }
}

interface LockAddon {
  tryLock(descriptor: number, offset: number, length: number, exclusive: boolean): void;
}

let loaded: LockAddon | undefined;

/**
 * The addon's prebuilt file is opened directly: its own loader takes 12 ms of a launch to find the file, this 0.2 ms.
 */
function addon(): LockAddon {
  loaded ??= loadAddon();
  return loaded;
}

function loadAddon(): LockAddon {
  const root = dirname(createRequire(import.meta.url).resolve('fs-native-extensions/package.json'));
  const file = join(root, 'prebuilds', `${process.platform}-${process.arch}`, 'fs-native-extensions.node');
  const module: { exports: unknown } = { exports: {} };
  try {
    process.dlopen(module, file);
  } catch (error) {
    throw Object.assign(noKernelLocks({ platform: process.platform, arch: process.arch, prebuilt: existsSync(file) }), { cause: error });
  }
  if (!isLockAddon(module.exports)) throw new Error(`unexpected exports in ${file}`);
  return module.exports;
}

function isLockAddon(value: unknown): value is LockAddon {
  return typeof value === 'object' && value !== null && 'tryLock' in value && typeof value.tryLock === 'function';
}
