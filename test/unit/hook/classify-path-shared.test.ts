import { expect, it } from 'vitest';
import { sharedPlace, isShared, pathInSession } from '../../../src/hook/classify-path.js';
import type { Manifest } from '../../../src/session/manifest.js';
import { layout } from '../../support/session.js';

const owners = { one: ownerOf('/c'), other: ownerOf('/d') };

function ownerOf(dir: string): Pick<Manifest, 'shared' | 'memoryFolder'> {
  return { shared: { dir, stateFile: `${dir}/.claude.json`, userValue: dir }, memoryFolder: null };
}

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
])('sharedPlace of %s', (path, place) => {
  const inSession = pathInSession('/s', path, (id) => (id === 'one' || id === 'other' ? owners[id] : undefined));
  expect(sharedPlace({ spelled: '/c', real: '/real/c' }, path, inSession)).toEqual(place);
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
])('isShared of %s: in the shared dir %s, in a home %s', (place, inShared, inHome) => {
  expect([isShared(layout, { place, through: 'shared' }), isShared(layout, { place, through: 'session' })]).toEqual([inShared, inHome]);
});
