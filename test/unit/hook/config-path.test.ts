import { expect, it } from 'vitest';
import { configPlace, isSharedPlace } from '../../../src/hook/classify-path.js';
import { layout } from '../../support/session.js';

const dirs: Readonly<Record<string, string>> = { one: '/c', other: '/d' };
const map = { shared: '/c', sharedReal: '/real/c', sessions: '/s', sharedOf: (id: string) => dirs[id] };

it.each([
  ['/c/skills/x/SKILL.md', { place: 'skills/x/SKILL.md', through: 'shared' }],
  ['/real/c/skills/x/SKILL.md', { place: 'skills/x/SKILL.md', through: 'shared' }],
  ['/s/one/.claude/CLAUDE.md', { place: 'CLAUDE.md', through: 'session' }],
  ['/s/gone/.claude/CLAUDE.md', { place: 'CLAUDE.md', through: 'session' }],
  ['/s/other/.claude/CLAUDE.md', undefined],
  ['/s/one/.claude', undefined],
  ['/s/one/settings.json', undefined],
  ['/c', undefined],
  ['/c/../etc/passwd', undefined],
  ['/cc/skills/x', undefined],
])('configPlace of %s', (path, place) => {
  expect(configPlace(map, path)).toEqual(place);
});

it.each([
  ['skills/x/SKILL.md', true, true],
  ['CLAUDE.md', true, true],
  ['PAI/MEMORY/x.md', true, true],
  ['projects/p/memory/a.md', true, true],
  ['loop.md', true, false],
  ['settings.json', true, false],
  ['plans/p.md', true, false],
  ['.claude.json', false, false],
  ['debug/x', false, false],
])('isSharedPlace of %s: in the shared dir %s, in a home %s', (place, inShared, inHome) => {
  expect([isSharedPlace(layout, { place, through: 'shared' }), isSharedPlace(layout, { place, through: 'session' })]).toEqual([
    inShared,
    inHome,
  ]);
});
