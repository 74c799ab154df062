import { expect, it } from 'vitest';
import { futureRealPath } from '../../../../src/system/fs/paths.js';
import { createScratch } from '../../../support/scratch.js';

it.each([
  ['real/f', 'real/f'],
  ['link/f', 'real/f'],
  ['real/new/deep', 'real/new/deep'],
  ['link/new', 'real/new'],
  ['dangling', 'real/later'],
  ['dangling/below', 'real/later/below'],
  ['twice', 'real/later'],
  ['circle', 'circle'],
  ['winding', 'winding'],
])('%s is, or will be, %s', (path, real) => {
  const { at, write, link } = createScratch();
  write('real/f', '');
  link('link', 'real');
  link('dangling', 'link/later');
  link('twice', at('dangling'));
  link('circle', 'circle');
  link('winding', 'none/../winding');
  expect(futureRealPath(at(path))).toBe(at(real));
});
