import { isInUse } from '../../src/session/locks.js';
import type { Session } from '../../src/session/session.js';
import type { SyncReport } from '../../src/sync/change.js';
import { closeSession } from '../../src/sync/close/close.js';
import type { Files } from '../../src/system/files/files.js';
import { realFiles } from '../../src/system/files/real-files.js';

/** Merges a session whose client has exited, and closes it as its launcher does. Throws when the session is discarded instead. */
export async function mergeAndClose(session: Session, files: Files = realFiles): Promise<SyncReport> {
  const closed = await closeSession(files, session, { isInUse: isInUse(session.paths.home) });
  if (closed.state === 'discarded') throw new Error(`session ${session.paths.id} was discarded`);
  return closed.report;
}
