import { processStart } from '../system/process/process-state.js';

/**
 * The reason that the client writes into git's lock of a worktree it works in. The lock remains after the session has ended. Seen in
 * 2.1.329.
 */
const REASON = /^claude (?:agent|session) .+ \(pid (\d{1,10})(?: start (.+))?\)$/;

/** Whether the client locked the worktree for one of its sessions. */
export function isClients(reason: string): boolean {
  return REASON.test(reason);
}

/** Whether the lock belongs to a client session that has ended. The client ignores such a lock as well. */
export function isLeftByClient(reason: string): boolean {
  const [, pid, start] = REASON.exec(reason) ?? [];
  if (pid === undefined) return false;
  const running = processStart(Number(pid));
  return running === undefined || (start !== undefined && start !== running);
}
