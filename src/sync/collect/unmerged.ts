import type { Session } from '../../session/session.js';
import { findChanges } from './changes.js';
import type { Files } from '../../system/files/files.js';
import { dryRun } from '../../system/files/dry-run-files.js';

/**
 * The paths in the shared dir that a merge of a session would change: names, never content. Reads only. For a running session these are the
 * changes that are not merged at this moment. If a merge would fail, these are the names that it would look at.
 */
export async function unmergedPaths(files: Files, session: Session): Promise<string[]> {
  const changes = findChanges(files, session);
  if (!changes) return [];
  const { dryRunSync } = await import('../merge-session.js');
  try {
    const { memory, home } = await dryRunSync(dryRun(files).files, { ...session, changes });
    return [...memory, ...home].flatMap(([path, { outcome }]) => (outcome === 'unchanged' ? [] : [path]));
  } catch {
    return [...(changes.notes ? ['memory/'] : []), ...changes.names];
  }
}
