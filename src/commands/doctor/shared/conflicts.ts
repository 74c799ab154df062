import { findConflicts } from '../../../sync/conflicts/conflicts.js';
import { realFiles } from '../../../system/files/real-files.js';
import { type Check, finding } from '../check.js';
import { findSessions } from '../../../session/list.js';

/** Conflicts: versions kept in the shared dir or, if they may hold secrets, in the session dir. */
export const conflicts: Check = {
  name: 'conflicts',
  fine: 'no conflict waits',
  needs: 'shared dir',
  find({ stateDir, layout, shared }) {
    const sessions = findSessions(stateDir).sessions.flatMap(({ manifest }) => (manifest.shared.dir === shared.dir ? [manifest] : []));
    const found = findConflicts(realFiles, { stateDir, shared, layout, sessions });
    const [first] = found;
    if (first === undefined) return [];
    const what = found.length === 1 ? 'another version of it waits' : `another version of it waits, and ${found.length - 1} more conflicts`;
    return [finding('warning', what, 'settle that: pclaudectl conflicts', { path: first.file, session: first.session })];
  },
};
