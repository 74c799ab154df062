import { join } from 'node:path';
import { namedRule } from '../../../config/match.js';
import { realFiles } from '../../../system/files/real-files.js';
import { oddNames } from '../../../sync/collect/odd-names.js';
import { type Check, type Finding, finding } from '../check.js';

/**
 * Names that are not UTF-8, at the top level of the shared dir and in the folders that are copied into homes. Sessions do not get these
 * files.
 */
export const sharedNames: Check = {
  name: 'shared-names',
  fine: 'all names that sessions need in the shared dir are valid UTF-8',
  needs: 'shared dir',
  find: ({ shared, layout }) => {
    const names = realFiles.list(shared.dir);
    const copied = names.filter((name) => namedRule(layout, name)?.policy === 'merge').map((name) => join(shared.dir, name));
    return [
      ...oddIn(shared.dir, names),
      ...copied.flatMap((path) => (realFiles.kind(realFiles.realPath(path)) === 'folder' ? oddBelow(path) : [])),
    ];
  },
};

function oddBelow(folder: string): Finding[] {
  const names = realFiles.list(folder);
  const folders = names.map((name) => join(folder, name)).filter((path) => realFiles.kind(path) === 'folder');
  return [...oddIn(folder, names), ...folders.flatMap(oddBelow)];
}

function oddIn(folder: string, names: readonly string[]): Finding[] {
  return oddNames(realFiles, folder, names).map((name) =>
    finding('note', 'has a name that is not valid UTF-8, so no session sees it', 'give it another name', { path: join(folder, name) }),
  );
}
