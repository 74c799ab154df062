import { basename } from 'node:path';
import { sizeBelow } from '../../system/fs/folder-size.js';
import { isHeld } from '../../session/locks.js';
import { launchesLockFile, sessionPaths } from '../../session/paths.js';
import { realFiles } from '../../system/files/real-files.js';
import { leftInTrash } from '../../sync/gc/trash.js';
import { removeUnfinished, unfinishedSessions } from '../../sync/close/unfinished.js';
import { attemptSweep, type Sweep } from './sweep.js';

/** Collects the remains of killed removals. */
export const sweepTrash: Sweep = ({ store, rehearsal }) =>
  leftInTrash(realFiles, store.stateDir).flatMap((path) => {
    const [id, bytes] = [basename(path), sizeBelow(path)];
    const outcome = attemptSweep(() => {
      if (!rehearsal) realFiles.removeFolder(path);
      return { state: rehearsal ? 'removable' : 'removed' };
    });
    return outcome ? [{ name: `the rest of session ${id}`, facts: { kind: 'trash', id }, bytes, outcome }] : [];
  });

/** Collects the remains of launches that were killed while they created a session. Does nothing while any launch creates a session. */
export const sweepUnfinished: Sweep = ({ store: { stateDir }, rehearsal }) => {
  if (isHeld(launchesLockFile(stateDir), 'shared')) return [];
  return unfinishedSessions(realFiles, stateDir).flatMap((id) => {
    const bytes = sizeBelow(sessionPaths(stateDir, id).root);
    const outcome = attemptSweep(() => {
      if (rehearsal) return { state: 'removable' };
      return removeUnfinished(realFiles, stateDir, [id]).length > 0 ? { state: 'removed' } : undefined;
    });
    return outcome ? [{ name: `session ${id}, which was never finished`, facts: { kind: 'unfinished', id }, bytes, outcome }] : [];
  });
};
