import { findNamingHomes, type NamingHomes } from '../../../sync/conflicts/fix-paths.js';
import { realFiles } from '../../../system/files/real-files.js';
import { type Check, type Finding, finding } from '../check.js';

/** Paths in shared files that lead into the home of a session. They break when the home is removed. */
export const namedHomes: Check = {
  name: 'session-paths',
  fine: 'no shared file names the home of a session',
  needs: 'shared dir',
  find: (world) => findNamingHomes(realFiles, world).flatMap(findingsOf),
};

function findingsOf({ path, content, fixed, sessions, left }: NamingHomes): Finding[] {
  const fixable = sessions.filter((id) => content !== fixed && !left.includes(id));
  const told = (ids: readonly string[], rest: string, todo: string): Finding[] => {
    return ids.length === 0 ? [] : [finding('warning', `names the home of ${many(ids)}, ${rest}`, todo, { path })];
  };
  return [
    ...told(fixable, 'which pclaudectl gc removes', 'write the shared path instead: pclaudectl doctor --fix'),
    ...told(
      left,
      'and there a file that the shared dir does not have',
      'copy that into the shared dir, then: pclaudectl doctor --fix; or take the path out',
    ),
  ];
}

function many(ids: readonly string[]): string {
  const [first = ''] = ids;
  return ids.length === 1 ? `session ${first}` : `${ids.length} sessions (${ids.join(', ')})`;
}
