import { closeSync, fsync, openSync } from 'node:fs';
import { throwFirst } from '../attempt.js';

/**
 * Forces files to the disk side by side, which takes a fraction of the time of one after the other. Throws the first
 * error of the system, when all have been tried.
 */
export async function forceAll(paths: readonly string[]): Promise<void> {
  throwFirst(await Promise.allSettled(paths.map(force)));
}

/** Not `node:fs/promises`: to load it takes a millisecond. */
async function force(path: string): Promise<void> {
  const descriptor = openSync(path, 'r');
  try {
    await new Promise<void>((resolve, reject) => {
      fsync(descriptor, (error) => (error ? reject(error) : resolve()));
    });
  } finally {
    closeSync(descriptor);
  }
}
