import { describe, expect, it } from 'vitest';
import { realFiles } from '../../src/sync/files.js';
import { setAsideIfBroken } from '../../src/sync/set-aside.js';
import { createScratch } from '../support/scratch.js';

describe('setAsideIfBroken', () => {
  it.each<readonly [theirs: string, ours: string]>([
    ['{"a":', '{"b":1}'],
    ['', '{"b":1}'],
    ['{"a":1}}', '// mine\n{"b":1}'],
    ['\0\0\0', '{"b":1}'],
  ])('renames %j when ours is %j', (theirs, ours) => {
    const scratch = createScratch();
    const shared = scratch.write('shared/settings.json', theirs);
    const [aside, ...more] = setAsideIfBroken(realFiles, scratch.write('home/settings.json', ours), shared);
    expect(more).toEqual([]);
    expect(aside).toMatch(/settings\.json\.corrupt\.\d{4}-\d\d-\d\dT[\d.-]+Z$/);
    expect(scratch.read('shared/settings.json')).toBeUndefined();
    expect(scratch.read(aside ?? '')).toBe(theirs);
  });

  it.each<readonly [name: string, theirs: string | null, ours: string | null]>([
    ['settings.json', '{"a":1}', '{"b":1}'],
    ['settings.json', '{"a":', '{"b":'],
    ['settings.json', '{"a":', ''],
    ['settings.json', '{"a":', null],
    ['settings.json', null, '{"b":1}'],
    ['notes.md', '{"a":', '{"b":1}'],
  ])('leaves %s alone when it is %j and ours is %j', (name, theirs, ours) => {
    const scratch = createScratch();
    if (theirs !== null) scratch.write(`shared/${name}`, theirs);
    if (ours !== null) scratch.write(`home/${name}`, ours);
    const before = scratch.tree();
    expect(setAsideIfBroken(realFiles, scratch.at('home', name), scratch.at('shared', name))).toEqual([]);
    expect(scratch.tree()).toEqual(before);
  });

  it('renames the file behind a link, and leaves the link', () => {
    const scratch = createScratch();
    scratch.write('dotfiles/claude', '{"a":');
    const shared = scratch.link('shared/settings.json', '../dotfiles/claude');
    setAsideIfBroken(realFiles, scratch.write('home/settings.json', '{}'), shared);
    expect(scratch.tree('shared')).toEqual({ 'settings.json': '-> ../dotfiles/claude' });
    expect(Object.entries(scratch.tree('dotfiles'))).toEqual([[expect.stringMatching(/^claude\.corrupt\./), '{"a":']]);
  });

  it('leaves good JSON alone, whatever the file behind the link is called', () => {
    const scratch = createScratch();
    scratch.write('dotfiles/claude', '{"a":1}');
    const shared = scratch.link('shared/settings.json', '../dotfiles/claude');
    expect(setAsideIfBroken(realFiles, scratch.write('home/settings.json', '{}'), shared)).toEqual([]);
  });
});
