import { basename } from 'node:path';
import type { SharedDir } from '../layout/shared-dir.js';
import { handIntent } from '../session/paths.js';
import type { Store } from '../session/session.js';
import type { Files } from './files.js';
import { mergeLog, type Merger } from './merger.js';
import { resumeIfNeeded } from './resume-if-needed.js';
import { PATIENCE_MS, withSharedLock } from './shared-lock.js';

/** A shared dir in which a person does something by hand. */
export interface ByHand extends Store {
  readonly shared: SharedDir;
}

/** Whose change a person is about to bring, or to take back. */
export type Whose = Pick<Merger, 'id' | 'branch'>;

/**
 * Lets a person merge into a shared dir, under its lock. What a crash leaves is completed by the next time that anybody does
 * something by hand there.
 */
export async function byHand<T>(files: Files, { stateDir, layout, shared }: ByHand, { id, branch }: Whose, act: (merger: Merger) => Promise<T>): Promise<T> {
  const log = mergeLog(files, stateDir, layout, shared);
  const paths = { intent: handIntent(stateDir, basename(log.folder)), journal: null };
  const merger: Merger = { id, branch, paths, drivers: layout.drivers, log };
  return withSharedLock(files, stateDir, shared.dir, PATIENCE_MS, async () => {
    await resumeIfNeeded(files, merger);
    return act(merger);
  });
}
