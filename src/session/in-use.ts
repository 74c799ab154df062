import type { Moment } from '../system/process/process-age.js';
import { isInSomeEnvironment } from '../system/process/process-environment.js';
import { hasDaemon } from '../client/daemon.js';

/**
 * Tells whether anything may still write to a home whose launcher and client have ended: a background daemon of the
 * client, or a process that was started in the session and lives on, such as a `claude` or a script in the background. On
 * Linux that is one whose `CLAUDE_CONFIG_DIR` was the home when it was started, be it ours or only passed on; on macOS,
 * where another process's environment cannot be read, only daemons are seen. `since`: a moment soon after the launch, for
 * the launcher itself, to which older processes do not matter.
 */
export function isInUse(home: string, since?: Moment): boolean {
  return hasDaemon(home) || isInSomeEnvironment('CLAUDE_CONFIG_DIR', home, since);
}
