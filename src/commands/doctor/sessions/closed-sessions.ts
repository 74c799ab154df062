import { hindranceOf } from '../../../sync/gc/expired.js';
import { realFiles } from '../../../system/files/real-files.js';
import { type Check, type Finding, finding, word } from '../check.js';
import { sessionsThatAre } from './seen-sessions.js';

/** Closed sessions that were written to afterwards, or that contain the only copy of a version with secrets. */
export const closedSessions: Check = {
  name: 'closed-sessions',
  fine: 'all of the closed sessions is merged',
  needs: 'state dir',
  find: ({ stateDir, layout, shared }) =>
    sessionsThatAre('closed', stateDir).flatMap(({ paths, manifest }): Finding[] => {
      const { id } = paths;
      const hindrance = hindranceOf(realFiles, { stateDir, layout, paths, manifest });
      if (hindrance === undefined) return [];
      if (hindrance === 'unmerged')
        return [finding('warning', 'was changed after it was closed', `pclaudectl merge ${id}`, { session: id })];
      // The check of conflicts reports those of this shared dir.
      const { dir, userValue } = manifest.shared;
      if (dir === shared.dir) return [];
      const where = userValue === null ? 'env -u CLAUDE_CONFIG_DIR' : `CLAUDE_CONFIG_DIR=${word(dir)}`;
      return [
        finding('warning', 'holds a version with secrets that could not be merged', `${where} pclaudectl conflicts`, { session: id }),
      ];
    }),
};
