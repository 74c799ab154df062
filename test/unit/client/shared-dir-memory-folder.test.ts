import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { memoryFolder } from '../../../src/client/shared-dir.js';

const shared = { dir: '/c', stateFile: '/c/.claude.json', userValue: '/c' };
const repository = { root: '/w/two', mainRoot: '/w/main', commonDir: '/w/main/.git', branch: null };

it.each<readonly [wished: readonly string[], inRepository: boolean, folder: string]>([
  [[], false, '/c/projects/-cwd/memory'],
  [[], true, '/c/projects/-w-main/memory'],
  [['/m/'], true, '/m'],
  [['relative', '~/notes/../m', '/x'], true, join(homedir(), 'm')],
  [['/', '~/', homedir()], false, '/c/projects/-cwd/memory'],
])('memoryFolder with %j, in a repository: %s', (wished, inRepository, folder) => {
  expect(memoryFolder({ shared, cwd: '/cwd', repository: inRepository ? repository : undefined, wished, environment: {} })).toBe(folder);
});

it.each<readonly [name: string, userValue: string | null, folder: string]>([
  ['team', '/c', '/c/projects/team/memory'],
  ['team', null, '/c/projects/-cwd/memory'],
  ['team', '', '/c/projects/-cwd/memory'],
  ['../team', '/c', '/c/projects/-cwd/memory'],
  ['NUL', '/c', '/c/projects/-cwd/memory'],
  ['', '/c', '/c/projects/-cwd/memory'],
])('a folder name for all projects, %j, beside the config dir %j: %s', (name, userValue, folder) => {
  expect(
    memoryFolder({
      shared: { ...shared, userValue },
      cwd: '/cwd',
      repository: undefined,
      wished: [],
      environment: { CLAUDE_CODE_PROJECT_DIR_NAME: name },
    }),
  ).toBe(folder);
});
