import type { SharedDir } from '../../client/shared-dir.js';
import { findSessions } from '../../session/list.js';
import type { Store } from '../../session/session.js';
import { type Conflict, findConflicts, findSettledValues, type ValueConflict } from '../../sync/conflicts/conflicts.js';
import { realFiles } from '../../system/files/real-files.js';

/** All conflicts in a shared dir. */
export function conflictsOf({ stateDir, layout }: Store, shared: SharedDir): Conflict[] {
  const manifests = findSessions(stateDir).sessions.map(({ manifest }) => manifest);
  return findConflicts(realFiles, {
    stateDir,
    shared,
    layout,
    sessions: manifests.filter((manifest) => manifest.shared.dir === shared.dir),
  });
}

/** The recently settled value of a setting, by the exact path of the file that keeps the other value. */
export function settledValueAt({ stateDir, layout }: Store, shared: SharedDir, path: string): ValueConflict | undefined {
  return findSettledValues(realFiles, { stateDir, shared, layout, sessions: [] }).find(({ ours }) => ours === path);
}
