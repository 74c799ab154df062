import { spawnSync } from 'node:child_process';
import { addonFile } from './platform.js';

/** How the other process exits when the lock is held. */
const HELD = 75;

/** How long the other process may take, in milliseconds: a disk over a network may not answer. */
const TIMEOUT_MS = 10_000;

/** What the other process runs: the arguments are the addon, and the file to lock. */
const TRY_LOCK = `
  const [addon, file] = process.argv.slice(1);
  const loaded = { exports: {} };
  process.dlopen(loaded, addon);
  const descriptor = require('node:fs').openSync(file, 'a+');
  try {
    loaded.exports.tryLock(descriptor, 0, 0, true);
  } catch (error) {
    process.exit(['EAGAIN', 'EACCES'].includes(error.code) ? ${HELD} : 1);
  }
`;

/**
 * Whether another process gets the kernel lock on an existing file now; it exits at once, and so releases the lock. Some disks let each
 * process have a lock that another one holds. Takes 50 ms. Undefined when the other process could not try.
 */
export function isFreeElsewhere(path: string): boolean | undefined {
  const args = ['--input-type=commonjs', '-e', TRY_LOCK, addonFile(), path];
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore', timeout: TIMEOUT_MS });
  return status === 0 ? true : status === HELD ? false : undefined;
}
