import { existsSync } from 'node:fs';
import { settled } from '../platform/settled.js';
import type { Session } from '../session/session.js';
import { realFiles } from '../sync/files.js';
import { syncRunning } from '../sync/running.js';
import { watchMemory } from './memory-watch.js';
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
  const memory = watchMemory(session);
  let written: string[] = [];
  const passes = passesOf(PACE, async () => {
    // Without its folder there is no session any more: whoever merges it at the end will say so.
    if (!existsSync(session.paths.manifest)) return true;
    try {
      written = [...new Set([...written, ...memory.take()])];
      await syncRunning(session, written);
      written = [];
      return true;
    } catch {
      return false;
    }
  });
  // It may have been removed by now; then there is nothing to watch in it.
  settled(() => realFiles.makeFolder(session.paths.calls));
  const unwatch = watch(watchedFolders(realFiles, session), (path) => {
    const noted = settled(() => memory.note(path));
    if (noted.status === 'rejected' || noted.value !== 'others') passes.changed();
  });
  // What happened before we looked.
  passes.changed();
  return async () => {
    unwatch();
    await passes.stop();
    memory.release();
  };
}
