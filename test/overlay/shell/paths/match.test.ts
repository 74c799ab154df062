import { expect, test } from 'vitest';
import { mayTouch } from '../../../../src/overlay/shell/paths/match.js';
import type { Spot } from '../../../../src/overlay/shell/paths/mention.js';

/** `folder: pattern/pattern`, or `folder: **`. */
function spotOf(text: string): Spot {
  const [place = '', patterns] = text.split(': ');
  const spot = { tree: 'config', place, path: `/shared/${place}` } as const;
  if (patterns === undefined) return spot;
  return { ...spot, rest: patterns === '**' ? 'anything' : patterns.split('/') };
}

test.each([
  ['skills/x', 'skills/x', true],
  ['skills/x/SKILL.md', 'skills/x', true],
  ['skills', 'skills/x/SKILL.md', true],
  ['skills/xy', 'skills/x', false],
  ['skills/x', 'skills/xy', false],
  ['', 'skills', true],
  ['skills: *', 'skills/x', true],
  ['skills: *', 'skills/x/SKILL.md', true],
  ['skills: *', 'skills', true],
  ['skills: *.md', 'skills/x', false],
  ['skills: */SKILL.md', 'skills/x/SKILL.md', true],
  ['skills: */SKILL.md', 'skills/x', true],
  ['skills: */SKILL.md', 'skills/x/notes.md', false],
  ['skills: */SKILL.md', 'skills/_index.md', true],
  ['skills: *', 'skills/.hidden', false],
  ['skills: .*', 'skills/.hidden', true],
  ['skills: **', 'skills/x/y/z', true],
  ['skills: **', 'agents/x', false],
])('what "%s" means may be %s, or hold it, or be in it: %s', (spot, root, touches) => {
  expect(mayTouch(spotOf(spot), { tree: 'config', place: root })).toBe(touches);
  expect(mayTouch(spotOf(spot), { tree: 'memory', place: root })).toBe(false);
});
