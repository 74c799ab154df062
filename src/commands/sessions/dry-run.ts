import type { ListedSession } from '../../session/list.js';
import type { Store } from '../../session/session.js';
import { dryRunRecovery } from '../../sync/close/ended.js';
import type { Files } from '../../system/files/files.js';
import { realFiles } from '../../system/files/real-files.js';
import { secretPaths } from '../../sync/secret-path.js';
import { forEachSession } from '../each-session.js';
import { hasColors } from '../output.js';
import { coloured, keysOf, patchOf } from '../patch.js';

/** Shows what merging these sessions, one after the other, would change. Changes nothing. */
export async function dryRunAll(store: Store, sessions: readonly ListedSession[], json: boolean): Promise<void> {
  // Each dry run sees the files as the previous ones would leave them.
  let files: Files = realFiles;
  await forEachSession(sessions, json, async ({ id, branch, shared }) => {
    const rehearsed = await dryRunRecovery(files, store, id);
    if (rehearsed?.state !== 'rehearsed') return rehearsed;
    const isSecret = secretPaths(realFiles, store.layout, shared);
    const changes = rehearsed.changes.map((change) => ({
      path: change.path,
      patch: isSecret(change.path) ? keysOf(change) : patchOf(change),
    }));
    ({ files } = rehearsed);
    const title = `session ${id}${branch === null ? '' : ` from ${branch}`}${changes.length === 0 ? ': nothing to merge' : ''}\n`;
    const patches = changes.map(({ patch }) => (hasColors() ? coloured(patch) : patch));
    return { state: 'rehearsed', report: rehearsed.report, text: [title, ...patches].join(''), changes };
  });
}
