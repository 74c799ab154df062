import { join } from 'node:path';
import { sharedPath } from '../../client/shared-dir.js';
import type { Session } from '../../session/session.js';
import { throwFirst } from '../../system/attempt.js';
import type { Files } from '../../system/files/files.js';
import { mergeCandidates } from '../apply/batch.js';
import { conflictPolicy } from '../apply/conflict-copy.js';
import { type Change, memoryPlace, type MergeCandidate } from '../change.js';
import type { Locks } from '../locks/locks.js';

/** Shared files that another process may have written. */
export interface RepairCandidates {
  /** Paths in the memory folder. */
  readonly memory: readonly string[];
  /** Names at the top of the shared dir. */
  readonly names: readonly string[];
}

/**
 * Checks shared files that another process has written. A writer that had read an older version than the one it overwrote has undone merged
 * changes; these are merged again.
 */
export async function repairLostUpdates(files: Files, session: Session, locks: Locks, { memory, names }: RepairCandidates): Promise<void> {
  const { memoryFolder, shared } = session.manifest;
  const changes = [
    ...(memoryFolder === null
      ? []
      : memory.map((path): Change => ({ place: memoryPlace(path), target: join(memoryFolder, path), base: null, ours: null }))),
    ...names.map((name): Change => ({ place: name, target: sharedPath(shared, name), base: null, ours: null })),
  ].filter(({ target }) => files.kind(files.realPath(target)) === 'file');
  if (changes.length === 0) return;
  await locks.shared(async (merger) =>
    throwFirst(
      await mergeCandidates(
        merger,
        changes.map((change) => candidateFor(session, change)),
      ),
    ),
  );
}

/** `change` is from null to null: the session has changed nothing, so the merge only restores a lost update. */
function candidateFor({ layout, paths, manifest }: Session, change: Change): MergeCandidate {
  const conflict = conflictPolicy(layout, change.place, { id: paths.id, branch: manifest.branch });
  return { change, policy: { drivers: layout.drivers, conflict } };
}
