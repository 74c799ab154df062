import { renameSync, rmSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { realFiles } from '../../src/sync/files.js';
import type { Change, PushPolicy } from '../../src/sync/change.js';
import { push } from '../../src/sync/push.js';
import { brokenFiles, countingFiles, Crash, crashingFiles, failingFiles, interferingFiles } from '../support/faulty-files.js';
import { createScratch, type Scratch } from '../support/scratch.js';
import { layout } from '../support/session.js';

const COPY: PushPolicy = { drivers: layout.drivers, conflict: { keep: 'copy', branch: 'main', id: 'me' } };
const SESSION: PushPolicy = { drivers: layout.drivers, conflict: { keep: 'session' } };
const bytes = (text: string | null): Uint8Array | null => (text === null ? null : Buffer.from(text));

interface Scenario {
  readonly base: string | null;
  readonly ours: string | null;
  readonly theirs: string | null;
  readonly outcome: string;
  /** What the shared folder holds in the end. */
  readonly after: Readonly<Record<string, string>>;
  readonly place?: string;
}

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'nobody changed it': { base: 'a\n', ours: 'a\n', theirs: 'a\n', outcome: 'unchanged', after: { 'n.md': 'a\n' } },
  'only they changed it': { base: 'a\n', ours: 'a\n', theirs: 'b\n', outcome: 'unchanged', after: { 'n.md': 'b\n' } },
  'we changed it': { base: 'a\n', ours: 'b\n', theirs: 'a\n', outcome: 'merged', after: { 'n.md': 'b\n' } },
  'both changed it': { base: 'a\nb\nc\n', ours: 'A\nb\nc\n', theirs: 'a\nb\nC\n', outcome: 'merged', after: { 'n.md': 'A\nb\nC\n' } },
  'we made it': { base: null, ours: 'a\n', theirs: null, outcome: 'merged', after: { 'n.md': 'a\n' } },
  'we made it in a new folder': { base: null, ours: 'a\n', theirs: null, outcome: 'merged', place: 'x/y/n.md', after: { 'x/y/n.md': 'a\n' } },
  'we removed it': { base: 'a\n', ours: null, theirs: 'a\n', outcome: 'deleted', after: {} },
  'we removed what they changed': { base: 'a\n', ours: null, theirs: 'b\n', outcome: 'unchanged', after: { 'n.md': 'b\n' } },
  'they removed what we changed': { base: 'a\n', ours: 'b\n', theirs: null, outcome: 'merged', after: { 'n.md': 'b\n' } },
  'both made it': { base: null, ours: 'ours\n', theirs: 'theirs\n', outcome: 'conflict', after: { 'n.md': 'theirs\n', 'n.conflict-main-me.md': 'ours\n' } },
  'both changed the same line and we another': {
    base: 'a\nb\nc\nd\n',
    ours: 'ours\nb\nc\nD\n',
    theirs: 'theirs\nb\nc\nd\n',
    outcome: 'conflict',
    after: { 'n.md': 'theirs\nb\nc\nD\n', 'n.conflict-main-me.md': 'ours\nb\nc\nD\n' },
  },
};

const all = Object.entries(SCENARIOS).map(([name, scenario]) => [name, scenario] as const);

function prepare({ base, ours, theirs, place = 'n.md' }: Scenario): { scratch: Scratch; change: Change } {
  const scratch = createScratch();
  scratch.folder('shared');
  if (theirs !== null) scratch.write(`shared/${place}`, theirs);
  return { scratch, change: { place, target: scratch.at('shared', place), base: bytes(base), ours: bytes(ours) } };
}

describe('push', () => {
  it.each(all)('%s', (_name, scenario) => {
    const { scratch, change } = prepare(scenario);
    expect(push(realFiles, change, COPY).outcome).toBe(scenario.outcome);
    expect(scratch.tree('shared')).toEqual(scenario.after);
    expect(scratch.temporaries()).toEqual([]);
  });

  it.each(all)('changes nothing when it is run again: %s', (_name, scenario) => {
    const { scratch, change } = prepare(scenario);
    push(realFiles, change, COPY);
    push(realFiles, change, COPY);
    expect(scratch.tree('shared')).toEqual(scenario.after);
  });

  it.each(all)('leaves the old or the new file when any call fails, and completes afterwards: %s', (_name, scenario) => {
    const { calls, start } = countCalls(scenario);
    for (let call = 1; call <= calls.length; call++) {
      const { scratch, change } = prepare(scenario);
      expect(() => push(failingFiles(realFiles, { call, error: 'ENOSPC' }), change, COPY)).toThrow('ENOSPC');
      expectOldOrNew(scratch, scenario, start);
      // Who may not remove cannot clean up; a full disk does not come to that.
      expect(calls[call - 1] === 'remove' ? [] : scratch.temporaries(), `after call ${call}, ${calls[call - 1]}`).toEqual([]);
      push(realFiles, change, COPY);
      expect(scratch.tree('shared')).toEqual(scenario.after);
    }
  });

  it.each(all)('loses nothing when it is killed before any call, and completes afterwards: %s', (_name, scenario) => {
    const { calls, start } = countCalls(scenario);
    for (let call = 1; call <= calls.length; call++) {
      const { scratch, change } = prepare(scenario);
      expect(() => push(crashingFiles(realFiles, call), change, COPY)).toThrow(Crash);
      expectOldOrNew(scratch, scenario, start);
      push(realFiles, change, COPY);
      expect(scratch.tree('shared')).toEqual(scenario.after);
    }
  });

  it('writes through a link to the file behind it', () => {
    const scratch = createScratch();
    scratch.write('dotfiles/n.md', 'a\n');
    const target = scratch.link('shared/n.md', '../dotfiles/n.md');
    push(realFiles, { place: 'n.md', target, base: bytes('a\n'), ours: bytes('b\n') }, COPY);
    expect(scratch.tree()).toEqual({ 'dotfiles/n.md': 'b\n', 'shared/n.md': '-> ../dotfiles/n.md' });
  });

  it('puts a conflict copy beside the link, where people look for it', () => {
    const scratch = createScratch();
    scratch.write('dotfiles/mine.md', 'theirs\n');
    const target = scratch.link('shared/n.md', '../dotfiles/mine.md');
    push(realFiles, { place: 'n.md', target, base: null, ours: bytes('ours\n') }, COPY);
    expect(scratch.tree()).toEqual({ 'dotfiles/mine.md': 'theirs\n', 'shared/n.md': '-> ../dotfiles/mine.md', 'shared/n.conflict-main-me.md': 'ours\n' });
  });

  it('does not touch a file that stands as it is', () => {
    const { scratch, change } = prepare({ base: 'a\n', ours: 'b\n', theirs: 'b\n', outcome: 'unchanged', after: {} });
    const before = statSync(change.target);
    push(realFiles, change, COPY);
    expect(statSync(scratch.at('shared/n.md'))).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs });
  });

  it('tells of a value that was given up, also when nothing was written', () => {
    const { change } = prepare({ base: '{}', ours: '{"a":1}', theirs: '{"a":[]}', place: 'n.json', outcome: 'merged', after: {} });
    expect(push(realFiles, change, COPY)).toEqual({ outcome: 'merged', decided: ['a'] });
  });

  it('makes no copy of a file with secrets', () => {
    const { scratch, change } = prepare({ base: null, ours: 'ours\n', theirs: 'theirs\n', outcome: 'conflict', after: {} });
    expect(push(realFiles, change, SESSION)).toEqual({ outcome: 'conflict', copy: null });
    expect(scratch.tree('shared')).toEqual({ 'n.md': 'theirs\n' });
  });

  it('keeps each of two versions that conflict under a name of its own', () => {
    const { scratch, change } = prepare({ base: null, ours: 'one\n', theirs: 'theirs\n', outcome: 'conflict', after: {} });
    push(realFiles, change, COPY);
    expect(push(realFiles, { ...change, ours: bytes('two\n') }, COPY)).toEqual({ outcome: 'conflict', copy: scratch.at('shared/n.conflict-main-me-2.md') });
    expect(scratch.tree('shared')).toEqual({ 'n.md': 'theirs\n', 'n.conflict-main-me.md': 'one\n', 'n.conflict-main-me-2.md': 'two\n' });
  });
});

describe('push where something stands in the way', () => {
  it.each<readonly [name: string, arrange: (scratch: Scratch) => unknown, place: string, after: Record<string, string>]>([
    ['a folder', (scratch) => scratch.write('shared/n.md/x', 'x'), 'n.md', { 'n.md/x': 'x', 'n.conflict-main-me.md': 'ours\n' }],
    ['a link that leads nowhere', (scratch) => scratch.link('shared/n.md', 'unmounted/n.md'), 'n.md', { 'n.md': '-> unmounted/n.md', 'n.conflict-main-me.md': 'ours\n' }],
    ['a file in the place of a folder', (scratch) => scratch.write('shared/x', 'x'), 'x/y/n.md', { x: 'x', 'x.conflict-main-me/y/n.md': 'ours\n' }],
    ['a link that leads nowhere in the place of a folder', (scratch) => scratch.link('shared/x', 'unmounted'), 'x/n.md', { x: '-> unmounted', 'x.conflict-main-me/n.md': 'ours\n' }],
  ])('%s', (_name, arrange, place, after) => {
    const scratch = createScratch();
    scratch.folder('shared');
    arrange(scratch);
    const target = scratch.at('shared', place);
    for (const base of [null, bytes('base\n'), null]) expect(push(realFiles, { place: 'n.md', target, base, ours: bytes('ours\n') }, COPY).outcome).toBe('conflict');
    expect(scratch.tree('shared')).toEqual(after);
    for (const ours of [null, bytes('base\n')]) expect(push(realFiles, { place: 'n.md', target, base: bytes('base\n'), ours }, COPY)).toEqual({ outcome: 'unchanged' });
    expect(scratch.tree('shared')).toEqual(after);
  });
});

describe('push while a stranger writes', () => {
  const mixed: Scenario = { base: 'a\nb\nc\n', ours: 'A\nb\nc\n', theirs: 'a\nb\nc\n', outcome: 'merged', after: { 'n.md': 'A\nb\nC\n' } };
  const theirs = 'a\nb\nC\n';

  it.each<readonly [name: string, before: 'read' | 'hardLink' | 'rename', nth: number]>([
    ['before we read', 'read', 1],
    ['before we compare', 'read', 2],
    ['after we compared', 'hardLink', 1],
    ['just before we replace it', 'rename', 1],
  ])('in place, %s: both changes are there', (_name, before, nth) => {
    const { scratch, change } = prepare(mixed);
    const files = interferingFiles(realFiles, { before, nth, act: () => scratch.write('shared/n.md', theirs) });
    expect(push(files, change, COPY)).toEqual({ outcome: 'merged', decided: [] });
    expect(scratch.tree('shared')).toEqual(mixed.after);
    expect(scratch.temporaries()).toEqual([]);
  });

  it.each<readonly [name: string, before: 'read' | 'hardLink', nth: number]>([
    ['before we compare', 'read', 2],
    ['after we compared', 'hardLink', 1],
  ])('by a rename, %s: both changes are there', (_name, before, nth) => {
    const { scratch, change } = prepare(mixed);
    const act = (): void => renameSync(scratch.write('stranger', theirs), change.target);
    push(interferingFiles(realFiles, { before, nth, act }), change, COPY);
    expect(scratch.tree('shared')).toEqual(mixed.after);
  });

  it('keeps the conflict copy of what a stranger changed in the last moment, and says so', () => {
    const { scratch, change } = prepare(mixed);
    const files = interferingFiles(realFiles, { before: 'rename', act: () => scratch.write('shared/n.md', 'stranger\nb\nc\n') });
    expect(push(files, change, COPY)).toEqual({ outcome: 'conflict', copy: scratch.at('shared/n.conflict-main-me.md') });
    expect(scratch.tree('shared')).toEqual({ 'n.md': 'A\nb\nc\n', 'n.conflict-main-me.md': 'stranger\nb\nc\n' });
    expect(scratch.temporaries()).toEqual([]);
  });

  it('still tells of a conflict when what came after it could be merged', () => {
    const { scratch, change } = prepare({ ...mixed, base: 'a\nb\nc\nd\n', ours: 'ours\nb\nc\nD\n', theirs: 'theirs\nb\nc\nd\n' });
    const files = interferingFiles(realFiles, { before: 'rename', act: () => scratch.write('shared/n.md', 'theirs\nb\nC\nd\n') });
    expect(push(files, change, COPY)).toEqual({ outcome: 'conflict', copy: scratch.at('shared/n.conflict-main-me.md') });
    expect(scratch.tree('shared')['n.conflict-main-me.md']).toBe('ours\nb\nc\nD\n');
  });

  it('half of a file with secrets: what it wrote is kept, and is no conflict of ours', () => {
    const { scratch, change } = prepare({ base: '{"a":1}', ours: '{"a":2}', theirs: '{"a":1}', place: 'settings.json', outcome: 'merged', after: {} });
    const files = interferingFiles(realFiles, { before: 'rename', act: () => scratch.write('shared/settings.json', '{"a":1,"mine":"prec') });
    expect(push(files, change, SESSION)).toEqual({ outcome: 'merged', decided: [] });
    const { 'settings.json': settings, ...asides } = scratch.tree('shared');
    expect([settings, Object.keys(asides), Object.values(asides)]).toEqual(['{"a":2}', [expect.stringContaining('settings.json.corrupt.')], ['{"a":1,"mine":"prec']]);
    expect(scratch.temporaries()).toEqual([]);
  });

  it('makes the same new file: the larger of the two stands', () => {
    const { scratch, change } = prepare({ ...mixed, base: null, ours: 'a\nb\n', theirs: null });
    const files = interferingFiles(realFiles, { before: 'hardLink', act: () => scratch.write('shared/n.md', 'b\n') });
    expect(push(files, change, COPY)).toEqual({ outcome: 'merged', decided: [] });
    expect(scratch.tree('shared')).toEqual({ 'n.md': 'a\nb\n' });
  });

  it.each<readonly [name: string, before: 'read' | 'rename', nth: number]>([
    ['before we compare', 'read', 2],
    ['just before we remove it', 'rename', 1],
  ])('what we are about to remove, %s: it stays', (_name, before, nth) => {
    const { scratch, change } = prepare({ ...mixed, ours: null });
    push(interferingFiles(realFiles, { before, nth, act: () => scratch.write('shared/n.md', 'stranger\n') }), change, COPY);
    expect(scratch.tree('shared')).toEqual({ 'n.md': 'stranger\n' });
    expect(scratch.temporaries()).toEqual([]);
  });

  it('removes what we change: our version stands', () => {
    const { scratch, change } = prepare(mixed);
    push(interferingFiles(realFiles, { before: 'hardLink', act: () => rmSync(change.target) }), change, COPY);
    expect(scratch.tree('shared')).toEqual({ 'n.md': 'A\nb\nc\n' });
  });

  it.each<readonly [name: string, content: string]>([
    ['that would merge', theirs],
    ['that would conflict', 'stranger\nb\nc\n'],
  ])('something %s, and the disk is full then: it is back in its place', (_name, content) => {
    const { scratch, change } = prepare(mixed);
    const stranger = interferingFiles(realFiles, { before: 'rename', act: () => scratch.write('shared/n.md', content) });
    expect(() => push(brokenFiles(stranger, { call: 'writeTemporary', from: 2, error: 'ENOSPC' }), change, COPY)).toThrow('ENOSPC');
    expect(scratch.tree('shared')).toEqual({ 'n.md': content });
    expect(scratch.temporaries()).toEqual([]);
  });

  it('in a loop: gives up, with the last of theirs and nothing of ours in the file', () => {
    const { scratch, change } = prepare(mixed);
    let round = 0;
    const act = (): void => {
      round += 1;
      scratch.write('shared/n.md', `${theirs}${round}\n`);
    };
    expect(() => push(interferingFiles(realFiles, { before: 'writeTemporary', nth: 'every', act }), change, COPY)).toThrow('changed 50 times');
    expect(scratch.tree('shared')).toEqual({ 'n.md': `${theirs}50\n` });
  });
});

function countCalls(scenario: Scenario): { calls: readonly string[]; start: string | undefined } {
  const { scratch, change } = prepare(scenario);
  const start = scratch.read(change.target);
  const files = countingFiles(realFiles);
  push(files, change, COPY);
  return { calls: files.calls, start };
}

/** Every file is there as a whole: the old or the new shared file, and the copy or none. */
function expectOldOrNew(scratch: Scratch, { after, place = 'n.md' }: Scenario, start: string | undefined): void {
  const { [place]: shared, ...others } = scratch.tree('shared');
  expect([start, after[place]]).toContain(shared);
  const whole = Object.entries(others).filter(([, content]) => content !== 'folder');
  expect(after).toMatchObject(Object.fromEntries(whole));
}
