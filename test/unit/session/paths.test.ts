import { expect, it } from 'vitest';
import { sessionPaths, sharedLockFile } from '../../../src/session/paths.js';

it('sessionPaths puts the home into a folder that the client protects', () => {
  const paths = sessionPaths('/state', 'one');
  expect(paths.home).toBe('/state/sessions/one/.claude');
  expect(paths.openMark).toBe('/state/open/one');
  for (const base of [paths.homeBase, paths.notesBase, paths.unverified]) expect(base.startsWith(`${paths.base}/`)).toBe(true);
});

it('sharedLockFile returns one file for each shared dir', () => {
  expect(sharedLockFile('/state', '/home/me/.claude')).toBe('/state/locks/-home-me--claude');
});
