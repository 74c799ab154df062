import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { memoryFolder } from '../../src/overlay/memory-folder.js';

const shared = { dir: '/c', stateFile: '/c/.claude.json', userValue: '/c' };
const repository = { root: '/w/two', mainRoot: '/w/main', commonDir: '/w/main/.git', branch: null };

it.each<readonly [wished: readonly string[], inRepository: boolean, folder: string]>([
  [[], false, '/c/projects/-cwd/memory'],
  [[], true, '/c/projects/-w-main/memory'],
  [['/m/'], true, '/m'],
  [['relative', '~/notes/../m', '/x'], true, join(homedir(), 'm')],
  [['/', '~/', homedir()], false, '/c/projects/-cwd/memory'],
])('memoryFolder with %j, in a repository: %s', (wished, inRepository, folder) => {
  expect(memoryFolder(shared, '/cwd', inRepository ? repository : undefined, wished)).toBe(folder);
});
