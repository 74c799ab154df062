import type { Moment } from '../system/process/process-age.js';
import { isInSomeEnvironment } from '../system/process/process-environment.js';
import { hasDaemon } from '../client/daemon.js';

/**
 * Whether any process may still write to a home whose launcher and client have exited: a background daemon of the client, or
 * a process that was started in the session and still runs, such as a `claude` or a script in the background. On Linux it
 * finds processes that were started with the home as `CLAUDE_CONFIG_DIR`, whether they use that variable or only pass it on.
 * On macOS, where another process's environment cannot be read, it sees daemons only. `since`: a moment soon after the
 * launch; the launcher passes it, because processes older than itself do not matter to it.
 */
export function isInUse(home: string, since?: Moment): boolean {
  return hasDaemon(home) || isInSomeEnvironment('CLAUDE_CONFIG_DIR', home, since);
}
