import { statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { copyTree } from '../../../src/session/home.js';
import { createScratch, type Scratch } from '../../support/scratch.js';

function copy(scratch: Scratch, source = 'source'): Record<string, string> {
  copyTree(scratch.at(source), scratch.at('copy'), scratch.at('base/copy'));
  expect(scratch.tree('base/copy')).toEqual(scratch.tree('copy'));
  return scratch.tree('copy');
}

describe('copyTree', () => {
  it('copies all files twice, readable only by the user', () => {
    const scratch = createScratch();
    for (const path of ['a.md', 'x/b.md', 'x/y/c.md']) scratch.write(`source/${path}`, `${path}\n`);
    expect(copy(scratch)).toEqual({ 'a.md': 'a.md\n', 'x/b.md': 'x/b.md\n', 'x/y/c.md': 'x/y/c.md\n' });
    for (const folder of ['copy', 'copy/x', 'base/copy/x/y']) expect(statSync(scratch.at(folder)).mode & 0o777).toBe(0o700);
  });

  it('treats a missing folder as an empty one', () => {
    const scratch = createScratch();
    expect(copy(scratch)).toEqual({});
    expect(scratch.tree()).toMatchObject({ copy: 'folder', 'base/copy': 'folder' });
  });

  it.each<readonly [link: string, written: string, copied: (scratch: Scratch) => string]>([
    ['l', '/nowhere', () => '/nowhere'],
    ['l', 'a.md', () => 'a.md'],
    ['x/l', '../a.md', () => '../a.md'],
    ['x/l', 'y/../../a.md', () => 'y/../../a.md'],
    ['l', '../outside.md', (scratch) => scratch.at('outside.md')],
    ['x/l', '../../outside.md', (scratch) => scratch.at('outside.md')],
    ['x/l', '../../source/a.md', (scratch) => scratch.at('source/a.md')],
  ])('a link %s -> %s keeps its target', (link, written, copied) => {
    const scratch = createScratch();
    scratch.link(`source/${link}`, written);
    expect(copy(scratch)).toEqual({ [link]: `-> ${copied(scratch)}` });
  });

  it('resolves a link from the real path of its folder', () => {
    const scratch = createScratch();
    scratch.write('elsewhere/notes.md', 'n\n');
    scratch.link('elsewhere/source/l.md', '../notes.md');
    scratch.link('source', scratch.at('elsewhere/source'));
    expect(copy(scratch)).toEqual({ 'l.md': `-> ${scratch.at('elsewhere/notes.md')}` });
  });
});
