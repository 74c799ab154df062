import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { sharedNames } from '../../../../src/commands/doctor/folders.js';
import { createHealthyInstallation } from '../../../support/doctor-fixture.js';
import { oddName } from '../../../support/odd-files.js';

it('reports names that sessions do not see because they are not UTF-8, and nothing in linked folders', async () => {
  const { scratch, context: world } = createHealthyInstallation();
  expect(await sharedNames.find(world)).toEqual([]);
  mkdirSync(oddName(scratch.at('shared/x')));
  writeFileSync(oddName(`${scratch.folder('shared/plans/a')}/x`, '.md'), 'x');
  writeFileSync(oddName(`${scratch.folder('shared/skills/a')}/x`, '.md'), 'x');
  scratch.write('shared/plans/a/y\u{FFFD}.md', 'a name that holds this character');
  const what = {
    level: 'note',
    what: 'has a name that is not valid UTF-8, so no session sees it',
    session: null,
    todo: 'give it another name',
  };
  expect(await sharedNames.find(world)).toEqual([
    { ...what, path: scratch.at('shared/x\u{FFFD}') },
    { ...what, path: scratch.at('shared/plans/a/x\u{FFFD}.md') },
  ]);
});
