import { describe, expect, it } from 'vitest';
import { realFiles } from '../../src/sync/files.js';
import { setAsideIfBroken } from '../../src/sync/set-aside.js';
import { findSharedDir } from '../../src/layout/shared-dir.js';
import { createScratch, type Scratch } from '../support/scratch.js';
import { layout } from '../support/session.js';

function setAsideIn(scratch: Scratch, name: string): string[] {
  const shared = findSharedDir({ CLAUDE_CONFIG_DIR: scratch.at('shared') }, scratch.root);
  const session = { id: 'me', branch: null, shared, home: scratch.at('home'), homeBase: scratch.at('base') };
  return setAsideIfBroken(realFiles, layout.drivers, session, name);
}

describe('setAsideIfBroken', () => {
  it.each<readonly [theirs: string, ours: string]>([
    ['{"a":', '{"b":1}'],
    ['', '{"b":1}'],
    ['{"a":1}}', '// mine\n{"b":1}'],
    ['\0\0\0', '{"b":1}'],
  ])('copies %j, and begins anew, when ours is %j', (theirs, ours) => {
    const scratch = createScratch();
    scratch.write('shared/settings.json', theirs);
    scratch.write('home/settings.json', ours);
    const [aside, ...more] = setAsideIn(scratch, 'settings.json');
    expect(more).toEqual([]);
    expect(aside).toMatch(/settings\.json\.corrupt\.\d{4}-\d\d-\d\dT[\d.-]+Z$/);
    expect(scratch.read('shared/settings.json')).toBe('{}\n');
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
    expect(setAsideIn(scratch, name)).toEqual([]);
    expect(scratch.tree()).toEqual(before);
  });

  it('begins anew with what the session started from, under the same name', () => {
    const scratch = createScratch();
    scratch.write('base/settings.json', '{"a":1}');
    scratch.write('home/settings.json', '{"a":1,"b":2}');
    scratch.write('shared/settings.json', '{"a":');
    expect(setAsideIn(scratch, 'settings.json')).toHaveLength(1);
    expect(scratch.read('shared/settings.json')).toBe('{"a":1}');
  });

  it('mends the file behind a link, and leaves the link', () => {
    const scratch = createScratch();
    scratch.write('dotfiles/claude', '{"a":');
    scratch.link('shared/settings.json', '../dotfiles/claude');
    scratch.write('home/settings.json', '{}');
    setAsideIn(scratch, 'settings.json');
    expect(scratch.tree('shared')).toEqual({ 'settings.json': '-> ../dotfiles/claude' });
    const { claude, ...asides } = scratch.tree('dotfiles');
    expect([claude, Object.keys(asides), Object.values(asides)]).toEqual(['{}\n', [expect.stringMatching(/^claude\.corrupt\./)], ['{"a":']]);
  });

  it('leaves good JSON alone, whatever the file behind the link is called', () => {
    const scratch = createScratch();
    scratch.write('dotfiles/claude', '{"a":1}');
    scratch.link('shared/settings.json', '../dotfiles/claude');
    scratch.write('home/settings.json', '{}');
    expect(setAsideIn(scratch, 'settings.json')).toEqual([]);
  });
});
