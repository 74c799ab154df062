import { existsSync } from 'node:fs';
import type { Session } from '../session/session.js';
import { realFiles } from '../sync/files.js';
import { syncRunning } from '../sync/running.js';
import { PACE } from './pace.js';
import { passesOf } from './passes.js';
import { watchedFolders } from './places.js';
import { watch } from './watch.js';

/**
 * Keeps a session that runs in step with the shared dir, both ways, within about a second of the last write; at rest it
 * costs nothing. What fails is tried again, and told of by nobody: the screen is the client's, and what still fails at the
 * end of the session is told then. Returns what ends it, and waits for a sync under way.
 */
export function accompany(session: Session): () => Promise<void> {
  const passes = passesOf(PACE, async () => {
    // Without its folder there is no session any more: whoever merges it at the end will say so.
    if (!existsSync(session.paths.manifest)) return true;
    try {
      await syncRunning(session);
      return true;
    } catch {
      return false;
    }
  });
  realFiles.makeFolder(session.paths.calls);
  const unwatch = watch(watchedFolders(realFiles, session), passes.changed);
  // What happened before we looked.
  passes.changed();
  return async () => {
    unwatch();
    await passes.stop();
  };
}
