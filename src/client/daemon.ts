import { join } from 'node:path';
import { processStart } from '../system/process/process-state.js';
import { readTextIfThere } from '../system/fs/read-text.js';

/** The file that the client's daemon keeps in its config dir while it runs. Seen in 2.1.329. */
const DAEMON_LOCK = 'daemon.lock';

/**
 * Whether a background daemon of the client works in this home. Its jobs continue after the session has ended. A lock whose
 * process has exited, or whose pid belongs to another process by now, was left by a crash and does not count.
 */
export function hasDaemon(home: string): boolean {
  const { pid, procStart } = readLock(join(home, DAEMON_LOCK));
  if (typeof pid !== 'number') return false;
  const start = processStart(pid);
  return start !== undefined && (procStart === undefined || start === procStart);
}

interface DaemonLock {
  readonly pid?: unknown;
  /** The start time of the process, in the form of `processStart`. */
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
