import { renameSync, rmSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Files } from '../../../../src/system/files/files.js';
import { realFiles } from '../../../../src/system/files/real-files.js';
import type { Change, FileOutcome, MergePolicy } from '../../../../src/sync/change.js';
import { resumeIfNeeded } from '../../../../src/sync/apply/resume-if-needed.js';
import {
  brokenFiles,
  countingFiles,
  Crash,
  crashingFiles,
  failingFiles,
  interferingFiles,
  withMounts,
  withoutExchange,
  withoutLinks,
} from '../../../support/faulty-files.js';
import { mergerIn, pushOne } from '../../../support/push-items.js';
import { createScratch, type Scratch } from '../../../support/scratch.js';
import { layout } from '../../../support/session.js';

const COPY: MergePolicy = { drivers: layout.drivers, conflict: { keep: 'copy', branch: 'main', id: 'me' } };
const SESSION: MergePolicy = { drivers: layout.drivers, conflict: { keep: 'session' } };
const bytes = (text: string | null): Uint8Array | null => (text === null ? null : Buffer.from(text));

interface Scenario {
  readonly base: string | null;
  readonly ours: string | null;
  readonly theirs: string | null;
  readonly outcome: string;
  /** The final content of the shared folder. */
  readonly after: Readonly<Record<string, string>>;
  readonly place?: string;
}

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'no side changed it': { base: 'a\n', ours: 'a\n', theirs: 'a\n', outcome: 'unchanged', after: { 'n.md': 'a\n' } },
  'only theirs changed it': { base: 'a\n', ours: 'a\n', theirs: 'b\n', outcome: 'unchanged', after: { 'n.md': 'b\n' } },
  'ours changed it': { base: 'a\n', ours: 'b\n', theirs: 'a\n', outcome: 'merged', after: { 'n.md': 'b\n' } },
  'both changed it': { base: 'a\nb\nc\n', ours: 'A\nb\nc\n', theirs: 'a\nb\nC\n', outcome: 'merged', after: { 'n.md': 'A\nb\nC\n' } },
  'ours made it': { base: null, ours: 'a\n', theirs: null, outcome: 'merged', after: { 'n.md': 'a\n' } },
  'ours made it in a new folder': {
    base: null,
    ours: 'a\n',
    theirs: null,
    outcome: 'merged',
    place: 'x/y/n.md',
    after: { 'x/y/n.md': 'a\n' },
  },
  'ours removed it': { base: 'a\n', ours: null, theirs: 'a\n', outcome: 'deleted', after: {} },
  'ours removed it, theirs changed it': { base: 'a\n', ours: null, theirs: 'b\n', outcome: 'unchanged', after: { 'n.md': 'b\n' } },
  'theirs removed it, ours changed it': { base: 'a\n', ours: 'b\n', theirs: null, outcome: 'merged', after: { 'n.md': 'b\n' } },
  'both made it': {
    base: null,
    ours: 'ours\n',
    theirs: 'theirs\n',
    outcome: 'conflict',
    after: { 'n.md': 'theirs\n', 'n.conflict-main-me.md': 'ours\n' },
  },
  'both counted': {
    base: '{"numStartups":10}',
    ours: '{"numStartups":11}',
    theirs: '{"numStartups":15}',
    outcome: 'merged',
    place: '.claude.json',
    after: { '.claude.json': '{"numStartups":16}' },
  },
  'both changed the same line, and ours another line': {
    base: 'a\nb\nc\nd\n',
    ours: 'ours\nb\nc\nD\n',
    theirs: 'theirs\nb\nc\nd\n',
    outcome: 'conflict',
    after: { 'n.md': 'theirs\nb\nc\nD\n', 'n.conflict-main-me.md': 'ours\nb\nc\nD\n' },
  },
};

const all = Object.entries(SCENARIOS).map(([name, scenario]) => [name, scenario] as const);

/** A file that cannot be replaced cannot be removed either. */
const KEEPING = 'files that keep their places';

const DISKS: readonly (readonly [name: string, on: (files: Files) => Files])[] = [
  ['names exchanged in one step', (files) => files],
  ['in several', withoutExchange],
  ['without hard links', withoutLinks],
  [KEEPING, (files) => withMounts(files, (path) => /\/shared\/[^.][^/]*$/.test(path) && files.kind(path) !== null)],
];
const onDisks = all
  .flatMap(([name, scenario]) => DISKS.map(([disk, on]) => [name, disk, scenario, on] as const))
  .filter(([name, disk]) => name !== 'ours removed it' || disk !== KEEPING);

/** One file of a session, merged as a sync does it. */
interface Prepared {
  readonly scratch: Scratch;
  readonly push: (files?: Files, policy?: MergePolicy) => Promise<FileOutcome>;
  /** The same with a base that does not move: as if the first merge had never happened. */
  readonly pushAgain: () => Promise<FileOutcome>;
}

function prepare({ base, ours, theirs, place = 'n.md' }: Pick<Scenario, 'base' | 'ours' | 'theirs' | 'place'>): Prepared {
  const scratch = createScratch();
  scratch.folder('shared');
  if (theirs !== null) scratch.write(`shared/${place}`, theirs);
  const root = scratch.folder('own/base');
  if (base !== null) scratch.write(`own/base/${place}`, base);
  const merger = mergerIn(scratch.at('own'));
  const change = { place, target: scratch.at('shared', place), ours: bytes(ours) };
  return {
    scratch,
    async push(files = realFiles, policy = COPY) {
      await resumeIfNeeded(merger);
      const path = scratch.at('own/base', place);
      return pushOne({ ...merger, files }, { ...change, base: realFiles.read(path) }, policy, { path, root });
    },
    pushAgain: async () => pushOne(merger, { ...change, base: bytes(base) }, COPY),
  };
}

/** Nothing remains of a merge except its result. */
function expectClean(scratch: Scratch): void {
  expect(scratch.temporaries()).toEqual([]);
  expect(scratch.read('own/intent.json')).toBeUndefined();
}

describe('mergeCandidates with one file', () => {
  it.each(all)('%s', async (_name, scenario) => {
    const { scratch, push } = prepare(scenario);
    expect((await push()).outcome).toBe(scenario.outcome);
    expect(scratch.tree('shared')).toEqual(scenario.after);
    expectClean(scratch);
  });

  it.each(all)('changes nothing if it is run again: %s', async (_name, scenario) => {
    const { scratch, push } = prepare(scenario);
    await push();
    await push();
    expect(scratch.tree('shared')).toEqual(scenario.after);
  });

  it.each(all.filter(([name]) => name !== 'both counted'))(
    'changes nothing if it is run again with a base that has not moved: %s',
    async (_name, scenario) => {
      const { scratch, push, pushAgain } = prepare(scenario);
      await push();
      await pushAgain();
      expect(scratch.tree('shared')).toEqual(scenario.after);
    },
  );

  it.each(onDisks)(
    'leaves the old file or the new one if any call fails, and completes afterwards: %s, %s',
    async (_name, _disk, scenario, on) => {
      const { calls, start } = await countCalls(scenario, on);
      for (let call = 1; call <= calls.length; call++) {
        const { scratch, push } = prepare(scenario);
        const pushing = push(on(failingFiles(realFiles, { call, error: 'ENOSPC' })));
        await expect(pushing, `call ${call}, ${calls[call - 1]}`).rejects.toThrow('ENOSPC');
        expectOldOrNew(scratch, scenario, start);
        await push();
        expect(scratch.tree('shared'), `after call ${call}, ${calls[call - 1]}`).toEqual(scenario.after);
        expectClean(scratch);
      }
    },
  );

  it.each(onDisks)(
    'loses nothing if it is killed before any call, and completes afterwards: %s, %s',
    async (_name, _disk, scenario, on) => {
      const { calls, start } = await countCalls(scenario, on);
      for (let call = 1; call <= calls.length; call++) {
        const { scratch, push } = prepare(scenario);
        await expect(push(on(crashingFiles(realFiles, call)))).rejects.toThrow(Crash);
        expectOldOrNew(scratch, scenario, start);
        await push();
        expect(scratch.tree('shared'), `killed before call ${call}, ${calls[call - 1]}`).toEqual(scenario.after);
        expectClean(scratch);
      }
    },
  );

  it('writes through a link to the file behind it', async () => {
    const scratch = createScratch();
    scratch.write('dotfiles/n.md', 'a\n');
    const target = scratch.link('shared/n.md', '../dotfiles/n.md');
    await pushIn(scratch, { place: 'n.md', target, base: bytes('a\n'), ours: bytes('b\n') });
    expect(scratch.tree('dotfiles')).toEqual({ 'n.md': 'b\n' });
    expect(scratch.tree('shared')).toEqual({ 'n.md': '-> ../dotfiles/n.md' });
  });

  it('puts a conflict copy beside the link, where users look for it', async () => {
    const scratch = createScratch();
    scratch.write('dotfiles/mine.md', 'theirs\n');
    const target = scratch.link('shared/n.md', '../dotfiles/mine.md');
    await pushIn(scratch, { place: 'n.md', target, base: null, ours: bytes('ours\n') });
    expect(scratch.tree('dotfiles')).toEqual({ 'mine.md': 'theirs\n' });
    expect(scratch.tree('shared')).toEqual({ 'n.md': '-> ../dotfiles/mine.md', 'n.conflict-main-me.md': 'ours\n' });
  });

  it('does not write an unchanged file', async () => {
    const { scratch, push } = prepare({ base: 'a\n', ours: 'b\n', theirs: 'b\n' });
    const before = statSync(scratch.at('shared/n.md'));
    await push();
    expect(statSync(scratch.at('shared/n.md'))).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs });
  });

  it('reports a value that lost, even if nothing was written', async () => {
    const { push } = prepare({ base: '{}', ours: '{"a":1}', theirs: '{"a":[]}', place: 'n.json' });
    expect(await push()).toEqual({ outcome: 'merged', decided: ['a'] });
  });

  it('makes no copy of a file with secrets', async () => {
    const { scratch, push } = prepare({ base: null, ours: 'ours\n', theirs: 'theirs\n' });
    expect(await push(realFiles, SESSION)).toEqual({ outcome: 'conflict', copy: null });
    expect(scratch.tree('shared')).toEqual({ 'n.md': 'theirs\n' });
  });

  it('keeps each of two versions that conflict under its own name', async () => {
    const scratch = createScratch();
    const target = scratch.write('shared/n.md', 'theirs\n');
    await pushIn(scratch, { place: 'n.md', target, base: null, ours: bytes('one\n') });
    expect(await pushIn(scratch, { place: 'n.md', target, base: null, ours: bytes('two\n') })).toEqual({
      outcome: 'conflict',
      copy: scratch.at('shared/n.conflict-main-me-2.md'),
    });
    expect(scratch.tree('shared')).toEqual({ 'n.md': 'theirs\n', 'n.conflict-main-me.md': 'one\n', 'n.conflict-main-me-2.md': 'two\n' });
  });
});

describe('mergeCandidates with an obstacle', () => {
  it.each<readonly [name: string, arrange: (scratch: Scratch) => unknown, place: string, after: Record<string, string>]>([
    ['a folder', (scratch) => scratch.write('shared/n.md/x', 'x'), 'n.md', { 'n.md/x': 'x', 'n.conflict-main-me.md': 'ours\n' }],
    [
      'a link that leads nowhere',
      (scratch) => scratch.link('shared/n.md', 'unmounted/n.md'),
      'n.md',
      { 'n.md': '-> unmounted/n.md', 'n.conflict-main-me.md': 'ours\n' },
    ],
    [
      'a file in the place of a folder',
      (scratch) => scratch.write('shared/x', 'x'),
      'x/y/n.md',
      { x: 'x', 'x.conflict-main-me/y/n.md': 'ours\n' },
    ],
    [
      'a link that leads nowhere in the place of a folder',
      (scratch) => scratch.link('shared/x', 'unmounted'),
      'x/n.md',
      { x: '-> unmounted', 'x.conflict-main-me/n.md': 'ours\n' },
    ],
  ])('%s', async (_name, arrange, place, after) => {
    const scratch = createScratch();
    scratch.folder('shared');
    arrange(scratch);
    const target = scratch.at('shared', place);
    for (const base of [null, bytes('base\n'), null])
      expect((await pushIn(scratch, { place: 'n.md', target, base, ours: bytes('ours\n') })).outcome).toBe('conflict');
    expect(scratch.tree('shared')).toEqual(after);
    for (const ours of [null, bytes('base\n')])
      expect(await pushIn(scratch, { place: 'n.md', target, base: bytes('base\n'), ours })).toEqual({ outcome: 'unchanged' });
    expect(scratch.tree('shared')).toEqual(after);
  });
});

describe('mergeCandidates while an external writer writes', () => {
  const mixed = { base: 'a\nb\nc\n', ours: 'A\nb\nc\n', theirs: 'a\nb\nc\n' };
  const counted = { base: '{"numStartups":10}', ours: '{"numStartups":11}', theirs: '{"numStartups":10}', place: '.claude.json' };
  const theirs = 'a\nb\nC\n';

  const MOMENTS: readonly (readonly [name: string, before: 'read' | 'exchange', nth: number])[] = [
    ['before the merge reads the file', 'read', 1],
    ['before the merge compares the file', 'read', 2],
    ['just before the merge replaces the file', 'exchange', 1],
  ];

  it.each(MOMENTS)('in place, %s: both changes are there', async (_name, before, nth) => {
    const { scratch, push } = prepare(mixed);
    const files = interferingFiles(realFiles, { before, nth, act: () => scratch.write('shared/n.md', theirs) });
    expect(await push(files)).toEqual({ outcome: 'merged', decided: [] });
    expect(scratch.tree('shared')).toEqual({ 'n.md': 'A\nb\nC\n' });
    expectClean(scratch);
  });

  it.each(MOMENTS)('by a rename, %s: both changes are there', async (_name, before, nth) => {
    const { scratch, push } = prepare(mixed);
    const act = (): void => renameSync(scratch.write('stranger', theirs), scratch.at('shared/n.md'));
    await push(interferingFiles(realFiles, { before, nth, act }));
    expect(scratch.tree('shared')).toEqual({ 'n.md': 'A\nb\nC\n' });
    expectClean(scratch);
  });

  it.each(MOMENTS)('a counter, %s: each counts once', async (_name, before, nth) => {
    const { scratch, push } = prepare(counted);
    await push(interferingFiles(realFiles, { before, nth, act: () => scratch.write('shared/.claude.json', '{"numStartups":20}') }));
    expect(scratch.tree('shared')).toEqual({ '.claude.json': '{"numStartups":21}' });
  });

  const ENDS = DISKS.flatMap(([disk, on]) => [
    ['a crash', disk, on, (files: Files, call: number) => crashingFiles(files, call)] as const,
    ['a fault', disk, on, (files: Files, call: number) => failingFiles(files, { call, error: 'EIO' })] as const,
  ]);

  /** An external writer counts just before pclaude's version replaces the file. */
  const interfere = (): { prepared: Prepared; interfering: Files; wrote: () => boolean } => {
    const prepared = prepare(counted);
    let done = false;
    const act = (): void => {
      prepared.scratch.write('shared/.claude.json', '{"numStartups":20}');
      done = true;
    };
    const interfering = interferingFiles(interferingFiles(realFiles, { before: 'exchange', act }), { before: 'hardLink', act });
    return { prepared, interfering, wrote: () => done };
  };

  it.each(ENDS)('a counter at the last moment, and %s before any call (%s): each counts once', async (_end, _disk, on, faulty) => {
    const whole = interfere();
    const { calls, ...counting } = countingFiles(whole.interfering);
    await whole.prepared.push(on(counting));
    for (let call = 1; call <= calls.length; call++) {
      const { prepared, interfering, wrote } = interfere();
      await expect(prepared.push(on(faulty(interfering, call)))).rejects.toThrow(/killed|EIO/);
      await prepared.push();
      expect(prepared.scratch.tree('shared'), `call ${call}, ${calls[call - 1]}`).toEqual({
        '.claude.json': wrote() ? '{"numStartups":21}' : '{"numStartups":11}',
      });
      expectClean(prepared.scratch);
    }
  });

  it.each<readonly [name: string, ours: string | null, before: 'exchange' | 'rename', after: Record<string, string>]>([
    ['changed', 'A\nb\nc\n', 'exchange', { 'n.md/x.md': 'x\n', 'n.conflict-main-me.md': 'A\nb\nc\n' }],
    ['removed', null, 'rename', { 'n.md/x.md': 'x\n' }],
  ])(
    'makes a folder in the place of a file that the session %s, and a crash comes before any call: it stays there',
    async (_name, ours, before, after) => {
      let killed = true;
      for (let call = 1; killed; call++) {
        const { scratch, push } = prepare({ ...mixed, ours });
        let wrote = false;
        const act = (): void => {
          rmSync(scratch.at('shared/n.md'));
          scratch.write('shared/n.md/x.md', 'x\n');
          wrote = true;
        };
        const error: unknown = await push(crashingFiles(interferingFiles(realFiles, { before, act }), call)).catch(
          (reason: unknown) => reason,
        );
        killed = error instanceof Crash;
        await push();
        const without = ours === null ? {} : { 'n.md': ours };
        expect(scratch.tree('shared'), `call ${call}`).toEqual(wrote ? after : without);
        expectClean(scratch);
      }
    },
  );

  it('keeps the conflict copy of a file that an external writer changed at the last moment, and reports it', async () => {
    const { scratch, push } = prepare(mixed);
    const files = interferingFiles(realFiles, { before: 'exchange', act: () => scratch.write('shared/n.md', 'stranger\nb\nc\n') });
    expect(await push(files)).toEqual({ outcome: 'conflict', copy: scratch.at('shared/n.conflict-main-me.md') });
    expect(scratch.tree('shared')).toEqual({ 'n.md': 'A\nb\nc\n', 'n.conflict-main-me.md': 'stranger\nb\nc\n' });
    expectClean(scratch);
  });

  it('still reports a conflict if the later version could be merged', async () => {
    const { scratch, push } = prepare({ base: 'a\nb\nc\nd\n', ours: 'ours\nb\nc\nD\n', theirs: 'theirs\nb\nc\nd\n' });
    const files = interferingFiles(realFiles, { before: 'exchange', act: () => scratch.write('shared/n.md', 'theirs\nb\nC\nd\n') });
    expect(await push(files)).toEqual({ outcome: 'conflict', copy: scratch.at('shared/n.conflict-main-me.md') });
    expect(scratch.tree('shared')).toEqual({ 'n.md': 'theirs\nb\nC\nD\n', 'n.conflict-main-me.md': 'ours\nb\nc\nD\n' });
  });

  it('half of a file with secrets: the half is kept, and is no conflict of the session', async () => {
    const { scratch, push } = prepare({ base: '{"a":1}', ours: '{"a":2}', theirs: '{"a":1}', place: 'settings.json' });
    const files = interferingFiles(realFiles, {
      before: 'exchange',
      act: () => scratch.write('shared/settings.json', '{"a":1,"mine":"prec'),
    });
    expect(await push(files, SESSION)).toEqual({
      outcome: 'merged',
      decided: [],
      quarantined: expect.stringContaining('settings.json.corrupt.'),
    });
    const { 'settings.json': settings, ...asides } = scratch.tree('shared');
    expect([settings, Object.keys(asides), Object.values(asides)]).toEqual([
      '{"a":2}',
      [expect.stringContaining('settings.json.corrupt.')],
      ['{"a":1,"mine":"prec'],
    ]);
    expectClean(scratch);
  });

  it('makes the same new file: the larger of the two stays', async () => {
    const { scratch, push } = prepare({ base: null, ours: 'a\nb\n', theirs: null });
    const files = interferingFiles(realFiles, { before: 'hardLink', act: () => scratch.write('shared/n.md', 'b\n') });
    expect(await push(files)).toEqual({ outcome: 'merged', decided: [] });
    expect(scratch.tree('shared')).toEqual({ 'n.md': 'a\nb\n' });
    expectClean(scratch);
  });

  it.each<readonly [name: string, before: 'read' | 'rename', nth: number]>([
    ['before the merge compares the file', 'read', 2],
    ['just before the merge removes the file', 'rename', 1],
  ])('changes a file that pclaude is about to remove, %s: the file stays', async (_name, before, nth) => {
    const { scratch, push } = prepare({ ...mixed, ours: null });
    await push(interferingFiles(realFiles, { before, nth, act: () => scratch.write('shared/n.md', 'stranger\n') }));
    expect(scratch.tree('shared')).toEqual({ 'n.md': 'stranger\n' });
    expectClean(scratch);
  });

  it("removes a file that pclaude changes: the session's version stays", async () => {
    const { scratch, push } = prepare(mixed);
    await push(interferingFiles(realFiles, { before: 'exchange', act: () => rmSync(scratch.at('shared/n.md')) }));
    expect(scratch.tree('shared')).toEqual({ 'n.md': 'A\nb\nc\n' });
    expectClean(scratch);
  });

  it.each<readonly [name: string, content: string, after: Record<string, string>]>([
    ['that merges', theirs, { 'n.md': 'A\nb\nC\n' }],
    ['that conflicts', 'stranger\nb\nc\n', { 'n.md': 'A\nb\nc\n', 'n.conflict-main-me.md': 'stranger\nb\nc\n' }],
  ])('something %s, and the disk is full then: it is kept, and merged when there is space', async (_name, content, after) => {
    const { scratch, push } = prepare(mixed);
    const stranger = interferingFiles(realFiles, { before: 'exchange', act: () => scratch.write('shared/n.md', content) });
    // The first two writes are the result and the new base.
    await expect(push(brokenFiles(stranger, { call: 'writeNew', from: 3, error: 'ENOSPC' }))).rejects.toThrow('ENOSPC');
    expect(scratch.tree('shared')).toEqual({ 'n.md': 'A\nb\nc\n' });
    await push();
    expect(scratch.tree('shared')).toEqual(after);
    expectClean(scratch);
  });

  it("writes again and again: the merge gives up, with the last external version and nothing of the session's in the file", async () => {
    const { scratch, push } = prepare(mixed);
    let round = 0;
    const act = (): void => {
      round += 1;
      scratch.write('shared/n.md', `${theirs}${round}\n`);
    };
    await expect(push(interferingFiles(realFiles, { before: 'forceAll', nth: 'every', act }))).rejects.toThrow('changed 50 times');
    expect(scratch.tree('shared')).toEqual({ 'n.md': `${theirs}50\n` });
    expectClean(scratch);
  });
});

async function pushIn(scratch: Scratch, change: Change): Promise<FileOutcome> {
  return pushOne(mergerIn(scratch.at('own')), change, COPY);
}

async function countCalls(
  scenario: Scenario,
  on: (files: Files) => Files,
): Promise<{ calls: readonly string[]; start: string | undefined }> {
  const prepared = prepare(scenario);
  const start = prepared.scratch.read(`shared/${scenario.place ?? 'n.md'}`);
  const files = countingFiles(realFiles);
  await prepared.push(on(files));
  return { calls: files.calls, start };
}

/** Every file is there as a whole: the old or the new shared file, and the copy or none. */
function expectOldOrNew(scratch: Scratch, { after, place = 'n.md' }: Scenario, start: string | undefined): void {
  const { [place]: shared, ...others } = scratch.tree('shared');
  expect([start, after[place]]).toContain(shared);
  const whole = Object.entries(others).filter(([, content]) => content !== 'folder');
  expect(after).toMatchObject(Object.fromEntries(whole));
}
