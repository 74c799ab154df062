import { join } from 'node:path';
import { processStart } from '../system/process/process-state.js';
import { readTextIfThere } from '../system/fs/read-text.js';

/** What the client's daemon writes into its config dir while it lives; seen in 2.1.329. */
const DAEMON_LOCK = 'daemon.lock';

/**
 * Tells whether a background daemon of the client works in this home: its jobs go on when the session has ended. A lock
 * whose process has ended, or whose pid belongs to another process by now, is one that a crash left behind.
 */
export function hasDaemon(home: string): boolean {
  const { pid, procStart } = readLock(join(home, DAEMON_LOCK));
  if (typeof pid !== 'number') return false;
  const start = processStart(pid);
  return start !== undefined && (procStart === undefined || start === procStart);
}

interface DaemonLock {
  readonly pid?: unknown;
  /** When the process started, as the system tells it. */
  readonly procStart?: unknown;
}

function readLock(path: string): DaemonLock {
  try {
    const value: unknown = JSON.parse(readTextIfThere(path) ?? 'null');
    return typeof value === 'object' && value !== null ? value : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
