import { processStart } from '../system/process/process-state.js';

/** As the client writes it into git's lock of a worktree that it works in (seen in 2.1.329): it stays when a session has ended. */
const REASON = /^claude (?:agent|session) .+ \(pid (\d{1,10})(?: start (.+))?\)$/;

/** Did the client lock it, for as long as a session works there? */
export function isClients(reason: string): boolean {
  return REASON.test(reason);
}

/** Is this lock the client's, of a session that has ended? The client passes over such a lock, too. */
export function isLeftByClient(reason: string): boolean {
  const [, pid, start] = REASON.exec(reason) ?? [];
  if (pid === undefined) return false;
  const running = processStart(Number(pid));
  return running === undefined || (start !== undefined && start !== running);
}
