import * as fc from 'fast-check';
import { lstatSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { recoverSession } from '../../../src/sync/close/recover-session.js';
import { candidatesIn } from '../../../src/sync/collect/candidates.js';
import { differencesIn } from '../../../src/sync/collect/differences.js';
import { isLeftBehind } from '../../../src/sync/unmergeable.js';
import { realFiles } from '../../../src/system/files/real-files.js';
import { mergeAndClose } from '../../support/close.js';
import { mergerIn, pushItems } from '../../support/push-items.js';
import { quickFiles } from '../../support/quick-files.js';
import { createScratch, type Scratch } from '../../support/scratch.js';
import { layout, openSession } from '../../support/session.js';
import { leaveUnverified } from '../../support/unverified.js';

/** A file with this text, a link to this target, or a folder with these entries. */
type Entry = { readonly text: string } | { readonly target: string } | Folder;
interface Folder {
  readonly folder: Readonly<Record<string, Entry>>;
}

/** Few names and few lines, so that the three trees have much in common, and a name is a file in one and a folder in another. */
const NAMES = ['a.md', 'b.md', 'c.json', 'd.jsonl', 'MEMORY.md', 'x', 'y'];
const LINES = [
  '# Notes\n',
  '- [A](a.md)\n',
  '- [B](b.md) — more\n',
  'one\n',
  'two\n',
  '\n',
  '{"a":1}\n',
  '{"a":2,"b":[1]}\n',
  'no end',
  '\0',
];

const texts = fc.array(fc.constantFrom(...LINES), { maxLength: 5 }).map((lines) => ({ text: lines.join('') }));
const links = fc.constantFrom('a.md', '/nowhere', '../../outside', '../../outside/secret.md').map((target) => ({ target }));

function folders(depth: number): fc.Arbitrary<Folder> {
  return fc.dictionary(fc.constantFrom(...NAMES), entries(depth), { maxKeys: 5 }).map((folder) => ({ folder }));
}

function entries(depth: number): fc.Arbitrary<Entry> {
  const all = [
    { arbitrary: texts, weight: 6 },
    { arbitrary: links, weight: 1 },
  ];
  return depth === 0 ? fc.oneof(...all) : fc.oneof(...all, { arbitrary: folders(depth - 1), weight: 3 });
}

/** A version of a folder: for each name the old entry, another one, or none. */
function versionsOf({ folder }: Folder, depth: number): fc.Arbitrary<Folder> {
  const version = (entry: Entry | undefined): fc.Arbitrary<Entry | null> => {
    const changed = entry && 'folder' in entry && depth > 0 ? versionsOf(entry, depth - 1) : entries(depth);
    const before = fc.constant(entry ?? null);
    return fc.oneof({ arbitrary: before, weight: 4 }, { arbitrary: changed, weight: 2 }, { arbitrary: fc.constant(null), weight: 1 });
  };
  const all = fc.record(Object.fromEntries(NAMES.map((name) => [name, version(folder[name])])));
  return all.map((named) => ({
    folder: Object.fromEntries(Object.entries(named).flatMap(([name, entry]) => (entry ? [[name, entry]] : []))),
  }));
}

const threeTrees = folders(2).chain((base) =>
  fc.record({ base: fc.constant(base), ours: versionsOf(base, 2), theirs: versionsOf(base, 2) }),
);

function make(path: string, entry: Entry): void {
  if ('text' in entry) writeFileSync(path, entry.text);
  else if ('target' in entry) symlinkSync(entry.target === basename(path) ? '/nowhere' : entry.target, path);
  else {
    mkdirSync(path);
    for (const [name, inside] of Object.entries(entry.folder)) make(join(path, name), inside);
  }
}

/** Merges `ours` in a folder into `theirs`. */
async function pushIn(folder: string): Promise<void> {
  const tree = { place: 'plans', ours: join(folder, 'ours'), base: join(folder, 'base'), target: join(folder, 'theirs') };
  await pushItems(
    mergerIn(createScratch().root, quickFiles),
    candidatesIn(
      quickFiles,
      tree,
      { drivers: layout.drivers, conflict: { keep: 'copy', branch: 'main', id: 'me' } },
      differencesIn(quickFiles, tree),
    ),
  );
}

/** Values that change if anything is written below a folder, even the same bytes once more. */
function marks(folder: string): string[] {
  const inside = readdirSync(folder, { withFileTypes: true });
  return [
    mark(folder),
    ...inside.flatMap((entry) => (entry.isDirectory() ? marks(join(folder, entry.name)) : [mark(join(folder, entry.name))])),
  ];
}

function mark(path: string): string {
  const { ino, mode, nlink, mtimeNs, ctimeNs } = lstatSync(path, { bigint: true });
  return [path, ino, mode, nlink, mtimeNs, ctimeNs].join(' ');
}

describe('a second sync changes nothing in the shared dir', () => {
  it('of any tree', async () => {
    const scratch = createScratch();
    // Outside the compared folder: a sync also records that it found a conflict again.
    const own = createScratch();
    let run = 0;
    await fc.assert(
      fc.asyncProperty(threeTrees, async (trees) => {
        run += 1;
        const number = String(run);
        const at = (...parts: string[]): string => scratch.at(number, ...parts);
        mkdirSync(at());
        for (const [name, tree] of Object.entries({ ...trees, outside: { folder: { 'secret.md': { text: 'secret\n' } } } }))
          make(at(name), tree);
        const tree = { place: 'plans', ours: at('ours'), base: at('base'), target: at('theirs') };
        const sync = async (): Promise<unknown> => {
          const found = candidatesIn(
            quickFiles,
            tree,
            { drivers: layout.drivers, conflict: { keep: 'copy', branch: 'main', id: 'me' } },
            differencesIn(quickFiles, tree),
          );
          // What cannot be merged is named each time, and nothing else is done about it.
          return pushItems(
            mergerIn(own.at(number), quickFiles),
            found.filter((each) => each.status === 'fulfilled' || !isLeftBehind(each.reason)),
          );
        };

        await sync();
        const before = marks(at());
        await sync();
        expect(marks(at())).toEqual(before);
        expect([...scratch.temporaries(), ...own.temporaries()]).toEqual([]);
        for (const folder of [at(), own.at(number)]) rmSync(folder, { recursive: true, force: true });
      }),
      { numRuns: 500 },
    );
    expect(run).toBeGreaterThanOrEqual(500);
  });

  it('if the session has a folder in the place of a link: it does not repeat a change that another writer undid behind the link', async () => {
    const scratch = createScratch();
    scratch.folder('outside');
    for (const folder of ['base', 'theirs']) scratch.link(`${folder}/x`, '../outside');
    scratch.write('ours/x/a.md', 'ours\n');
    await pushIn(scratch.root);
    expect(scratch.tree('outside')).toEqual({ 'a.md': 'ours\n' });
    realFiles.remove(scratch.at('outside/a.md'));
    const before = marks(scratch.root);
    await pushIn(scratch.root);
    expect(marks(scratch.root)).toEqual(before);
  });

  it('if the first one ended before it moved the base: the same merge leaves the same files', async () => {
    const scratch = createScratch();
    const trees = {
      base: {
        'a.md': 'one\ntwo\nthree\n',
        'b.json': '{"a":1}',
        'c.jsonl': '{"n":1}\n',
        'MEMORY.md': '# M\n',
        'd.md': 'one\n',
        'e.md': 'one\n',
      },
      ours: {
        'a.md': 'ONE\ntwo\nthree\n',
        'b.json': '{"a":1,"b":2}',
        'c.jsonl': '{"n":1}\n{"n":2}\n',
        'MEMORY.md': '# M\n- [A](a.md)\n',
        'd.md': 'ours\n',
      },
      theirs: {
        'a.md': 'one\ntwo\nTHREE\n',
        'b.json': '{"a":1,"c":3}',
        'c.jsonl': '{"n":1}\n{"n":3}\n',
        'MEMORY.md': '# M\n- [B](b.md)\n',
        'd.md': 'theirs\n',
        'e.md': 'one\n',
      },
    };
    for (const [folder, files] of Object.entries(trees))
      for (const [path, text] of Object.entries(files)) scratch.write(`${folder}/${path}`, text);
    await pushIn(scratch.root);
    const before = marks(scratch.at('theirs'));
    for (const [path, text] of Object.entries(trees.base)) scratch.write(`base/${path}`, text);
    await pushIn(scratch.root);
    expect(marks(scratch.at('theirs'))).toEqual(before);
  });

  it('of a whole session: settings, state, a conflict in each kind of file, notes, links', async () => {
    const { scratch, merge } = session();
    await merge();
    const before = marks(scratch.at('shared'));
    expect(scratch.tree('shared')).toMatchObject({
      '.claude.json': '{"numStartups":12}',
      'plans/a.conflict-main-me.md': 'ours\n',
      'plans/l': '-> a.md',
    });
    for (let time = 0; time < 2; time++) {
      await merge();
      expect(marks(scratch.at('shared'))).toEqual(before);
    }
  });
});

/** A session that has ended and differs from the shared dir in many ways. */
function session(): { scratch: Scratch; merge: () => Promise<unknown> } {
  const scratch = createScratch();
  const files = {
    '.claude.json': '{"numStartups":10}',
    'settings.json': '{"a":1}',
    'plans/a.md': 'a\n',
    'plans/gone.md': 'gone\n',
    'agent-memory/MEMORY.md': '# M\n',
  };
  const versions = {
    ours: {
      '.claude.json': '{"numStartups":11}',
      'settings.json': 'broken',
      'keybindings.json': '{"k":1}',
      'plans/a.md': 'ours\n',
      'plans/new/b.md': 'b\n',
      'agent-memory/MEMORY.md': '# M\n- [A](a.md)\n',
    },
    theirs: {
      '.claude.json': '{"numStartups":11}',
      'settings.json': '{"a":2}',
      'plans/a.md': 'theirs\n',
      'agent-memory/MEMORY.md': '# M\n- [B](b.md)\n',
      'projects/p/memory/m.md': 'theirs\n',
    },
  };
  for (const [path, text] of Object.entries(files)) scratch.write(`shared/${path}`, text);
  const { stateDir, paths, manifest, lock } = openSession(scratch, 'me');
  leaveUnverified(scratch, { paths, manifest }, 'call', 'm.md', 'ours\n');
  for (const [path, text] of Object.entries(versions.ours)) scratch.write(`${paths.home}/${path}`, text);
  for (const [path, text] of Object.entries(versions.theirs)) scratch.write(`shared/${path}`, text);
  realFiles.remove(`${paths.home}/plans/gone.md`);
  scratch.link(`${paths.home}/plans/l`, 'a.md');
  lock.release();
  let times = 0;
  const merge = async (): Promise<unknown> =>
    times++ === 0 ? mergeAndClose({ stateDir, paths, manifest, layout }) : recoverSession(realFiles, { stateDir, layout }, 'me');
  return { scratch, merge };
}
