import { describe, expect, it } from 'vitest';
import type { FileResult, MergePolicy } from '../../../../src/sync/change.js';
import { candidatesIn, copyLink } from '../../../../src/sync/collect/candidates.js';
import { countFiles, differencesIn } from '../../../../src/sync/collect/differences.js';
import { isLeftBehind } from '../../../../src/sync/unmergeable.js';
import type { Files } from '../../../../src/system/files/files.js';
import { realFiles } from '../../../../src/system/files/real-files.js';
import { countingFiles, Crash, crashingFiles } from '../../../support/faulty-files.js';
import { mergerIn, pushItems } from '../../../support/push-items.js';
import { createScratch, type Scratch } from '../../../support/scratch.js';
import { layout } from '../../../support/session.js';

/** The content of a file by its path; `-> target` makes a link, `folder` an empty folder. */
type Content = Readonly<Record<string, string>>;

interface Three {
  readonly base?: Content;
  readonly ours?: Content;
  readonly theirs?: Content;
}

/** A neighbour of all three trees, which a tree may reach only if the user's link leads there. */
const OUTSIDE: Content = { 'secret.md': 'secret\n' };

function prepare({ base = {}, ours = {}, theirs = {} }: Three): Scratch {
  const scratch = createScratch();
  for (const [folder, content] of Object.entries({ base, ours, theirs, outside: OUTSIDE })) {
    scratch.folder(folder);
    for (const [path, text] of Object.entries(content)) {
      if (text.startsWith('-> ')) scratch.link(`${folder}/${path}`, text.slice(3));
      else if (text === 'folder') scratch.folder(`${folder}/${path}`);
      else scratch.write(`${folder}/${path}`, text);
    }
  }
  return scratch;
}

async function pushIn(scratch: Scratch, files: Files = realFiles): Promise<FileResult[]> {
  const tree = { place: 't', ours: scratch.at('ours'), base: scratch.at('base'), target: scratch.at('theirs') };
  const items = candidatesIn(
    files,
    tree,
    { drivers: layout.drivers, conflict: { keep: 'copy', branch: 'main', id: 'me' } },
    differencesIn(files, tree),
  );
  // Of these it is only said where they stay.
  return pushItems(
    mergerIn(scratch.at('own'), files),
    items.filter((item) => item.status === 'fulfilled' || !isLeftBehind(item.reason)),
  );
}

/** How often each call is made for this many unchanged files. */
function callsFor(count: number): Record<string, number> {
  const content = Object.fromEntries(Array.from({ length: count }, (_, at) => [`deep/er/${at}.md`, 'same\n']));
  const scratch = prepare({ ours: content, base: content });
  const { calls, ...counting } = countingFiles(realFiles);
  const tree = { place: 't', ours: scratch.at('ours'), base: scratch.at('base'), target: scratch.at('theirs') };
  expect(candidatesIn(counting, tree, { drivers: layout.drivers, conflict: { keep: 'none' } }, differencesIn(counting, tree))).toEqual([]);
  expect(countFiles(counting, tree.base)).toBe(count);
  return Object.fromEntries([...new Set(calls)].map((call) => [call, calls.filter((each) => each === call).length]));
}

it('looks once at each version of an unchanged file, and reads it once, however many there are', () => {
  const [few, many] = [callsFor(10), callsFor(30)];
  const more = Object.entries(many).map(([call, count]): [string, number] => [call, (count - (few[call] ?? 0)) / 20]);
  expect(Object.fromEntries(more.filter(([, count]) => count !== 0))).toEqual({ stat: 2, read: 2 });
});

it('takes a file as it is now: one that was too large when it was found, and has been written since, is merged', () => {
  const scratch = prepare({ ours: { 'a.md': 'small\n' } });
  const tree = { place: 't', ours: scratch.at('ours'), base: scratch.at('base'), target: scratch.at('theirs') };
  const entry = { place: 't/a.md', ours: scratch.at('ours/a.md'), base: scratch.at('base/a.md'), target: scratch.at('theirs/a.md') };
  const found = candidatesIn(realFiles, tree, { drivers: layout.drivers, conflict: { keep: 'none' } }, [{ kind: 'large', entry }]);
  expect(found).toMatchObject([{ status: 'fulfilled', value: { change: { place: 't/a.md', base: null } } }]);
});

it('takes nothing from behind a link that has replaced a folder since its content was found', () => {
  const scratch = prepare({});
  scratch.link('outside/l', '/nowhere');
  scratch.link('ours/x', scratch.at('outside'));
  const tree = { place: 't', ours: scratch.at('ours'), base: scratch.at('base'), target: scratch.at('theirs') };
  const entry = { place: 't/x/l', ours: scratch.at('ours/x/l'), base: scratch.at('base/x/l'), target: scratch.at('theirs/x/l') };
  const policy: MergePolicy = { drivers: layout.drivers, conflict: { keep: 'none' } };
  for (const kind of ['link', 'changed', 'removed', 'large'] as const)
    expect(candidatesIn(realFiles, tree, policy, [{ kind, entry }])).toEqual([]);
  expect(scratch.tree('theirs')).toEqual({});
});

const CASES: readonly (readonly [name: string, three: Three, after: Content])[] = [
  ['a new file in a new folder', { ours: { 'x/y/a.md': 'a\n' } }, { 'x/y/a.md': 'a\n' }],
  [
    'deleted by ours, unchanged by theirs',
    { base: { 'a.md': 'a\n', 'x/b.md': 'b\n' }, theirs: { 'a.md': 'a\n', 'x/b.md': 'b\n', 'x/c.md': 'c\n' } },
    { 'x/c.md': 'c\n' },
  ],
  ['deleted by ours, changed by theirs', { base: { 'a.md': 'a\n' }, theirs: { 'a.md': 'b\n' } }, { 'a.md': 'b\n' }],
  ['deleted by theirs, changed by ours', { base: { 'a.md': 'a\n' }, ours: { 'a.md': 'b\n' } }, { 'a.md': 'b\n' }],
  ['deleted by theirs, unchanged by ours', { base: { 'a.md': 'a\n' }, ours: { 'a.md': 'a\n' } }, {}],
  [
    'made by both',
    { ours: { 'a.md': 'ours\n' }, theirs: { 'a.md': 'theirs\n' } },
    { 'a.md': 'theirs\n', 'a.conflict-main-me.md': 'ours\n' },
  ],
  ['theirs alone', { theirs: { 'a.md': 'a\n' } }, { 'a.md': 'a\n' }],
  ['a link of the session', { ours: { l: '-> /nowhere', 'x/l': '-> ../a' } }, { l: '-> /nowhere', 'x/l': '-> ../a' }],
  [
    'a link that was there before',
    { base: { l: '-> /nowhere' }, ours: { l: '-> /nowhere' }, theirs: { l: '-> ../elsewhere' } },
    { l: '-> ../elsewhere' },
  ],
  ['a link that theirs has removed', { base: { l: '-> /nowhere' }, ours: { l: '-> /nowhere' } }, {}],
  [
    'a link of the session with a new target, which theirs has removed',
    { base: { l: '-> /nowhere' }, ours: { l: '-> /new' } },
    { l: '-> /new' },
  ],
  ['a link of the session with the name of a file of theirs', { ours: { l: '-> /nowhere' }, theirs: { l: 'theirs\n' } }, { l: 'theirs\n' }],
  [
    'a link of the session in a folder that is a file of theirs',
    { ours: { 'x/l': '-> /nowhere' }, theirs: { x: 'theirs\n' } },
    { x: 'theirs\n' },
  ],
  ['a link of the session to a file outside', { ours: { l: '-> ../outside/secret.md' } }, { l: '-> ../outside/secret.md' }],
  ['a link of the session to a folder outside', { ours: { l: '-> ../outside' } }, { l: '-> ../outside' }],
  [
    'a folder that ours has replaced with a link',
    { base: { 'x/a.md': 'a\n' }, ours: { x: '-> ../outside' }, theirs: { 'x/a.md': 'a\n' } },
    { 'x/a.md': 'a\n' },
  ],
  [
    'a folder with the name of a link in base and theirs: ours does not delete files behind the link',
    { base: { x: '-> ../outside' }, ours: { 'x/a.md': 'a\n' }, theirs: { x: '-> ../outside' } },
    { x: '-> ../outside' },
  ],
  [
    'a file with the name of a link in base and theirs: the file behind the link is not a base',
    { base: { 'l.md': '-> ../outside/secret.md' }, ours: { 'l.md': 'ours\n' }, theirs: { 'l.md': '-> ../outside/secret.md' } },
    { 'l.md': '-> ../outside/secret.md', 'l.conflict-main-me.md': 'ours\n' },
  ],
  [
    'a file that became a folder',
    { base: { x: 'x\n' }, ours: { 'x/a.md': 'a\n' }, theirs: { x: 'x\n' } },
    { x: 'x\n', 'x.conflict-main-me/a.md': 'a\n' },
  ],
  [
    'a folder that became a file',
    { base: { 'x/a.md': 'a\n' }, ours: { x: 'x\n' }, theirs: { 'x/a.md': 'a\n' } },
    { 'x/a.md': 'a\n', 'x.conflict-main-me': 'x\n' },
  ],
  [
    'a file of the session, a folder of theirs',
    { ours: { x: 'x\n' }, theirs: { 'x/a.md': 'a\n' } },
    { 'x/a.md': 'a\n', 'x.conflict-main-me': 'x\n' },
  ],
  [
    'a folder of the session, a file of theirs',
    { ours: { 'x/a.md': 'a\n', 'x/y/b.md': 'b\n' }, theirs: { x: 'x\n' } },
    { x: 'x\n', 'x.conflict-main-me/a.md': 'a\n', 'x.conflict-main-me/y/b.md': 'b\n' },
  ],
];

describe('candidatesIn, merged', () => {
  it.each(CASES)('%s', async (_name, three, after) => {
    const scratch = prepare(three);
    await pushIn(scratch);
    expect(scratch.tree('theirs')).toEqual(after);
    await pushIn(scratch);
    expect(scratch.tree('theirs')).toEqual(after);
    const added = after['x'] === '-> ../outside' ? { 'a.md': 'a\n' } : {};
    expect(scratch.tree('outside')).toEqual({ ...OUTSIDE, ...added });
  });

  it.each(CASES)('if it is killed before any call, it completes afterwards: %s', async (_name, three, after) => {
    const files = countingFiles(realFiles);
    await pushIn(prepare(three), files);
    for (let call = 1; call <= files.calls.length; call++) {
      const scratch = prepare(three);
      await expect(pushIn(scratch, crashingFiles(realFiles, call))).rejects.toThrow(Crash);
      await pushIn(scratch);
      expect(scratch.tree('theirs')).toEqual(after);
    }
  });

  it('returns the outcome of each file', async () => {
    const scratch = prepare({
      base: { 'gone.md': 'a\n' },
      ours: { 'new.md': 'a\n', 'x/both.md': 'ours\n' },
      theirs: { 'gone.md': 'a\n', 'x/both.md': 'theirs\n' },
    });
    expect(await pushIn(scratch)).toEqual([
      ['t/gone.md', { outcome: 'deleted' }],
      ['t/new.md', { outcome: 'merged', decided: [] }],
      ['t/x/both.md', { outcome: 'conflict', copy: scratch.at('theirs/x/both.conflict-main-me.md') }],
    ]);
  });

  it('does not repeat a change that another writer has undone since', async () => {
    const scratch = prepare({
      base: { 'a.md': 'a\n', 'gone.md': 'a\n' },
      ours: { 'a.md': 'b\n' },
      theirs: { 'a.md': 'a\n', 'gone.md': 'a\n' },
    });
    await pushIn(scratch);
    const undone = { 'a.md': 'a\n', 'gone.md': 'a\n' };
    for (const [name, content] of Object.entries(undone)) scratch.write(`theirs/${name}`, content);
    await pushIn(scratch);
    expect(scratch.tree('theirs')).toEqual(undone);
  });
});

describe('copyLink', () => {
  it('copies nothing but a link', () => {
    const scratch = createScratch();
    copyLink(
      realFiles,
      { place: 'ours', ours: scratch.write('ours', 'x'), base: scratch.at('base/l'), target: scratch.at('theirs') },
      scratch.at('base'),
    );
    expect(scratch.tree()).toEqual({ ours: 'x' });
  });
});
