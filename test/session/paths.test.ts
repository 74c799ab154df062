import { expect, it } from 'vitest';
import { sessionPaths, sharedLockFile } from '../../src/session/paths.js';

it('sessionPaths keeps memory out of the folder that the client guards, and the home in it', () => {
  const paths = sessionPaths('/state', 'one');
  expect(paths.home).toBe('/state/sessions/one/.claude');
  expect(paths.memory).toBe('/state/sessions/one/memory');
  expect(paths.openMark).toBe('/state/open/one');
  for (const base of [paths.homeBase, paths.memoryBase, paths.memoryCalls]) expect(base.startsWith(`${paths.base}/`)).toBe(true);
});

it('sharedLockFile is one for each shared dir', () => {
  expect(sharedLockFile('/state', '/home/me/.claude')).toBe('/state/locks/-home-me--claude');
});
