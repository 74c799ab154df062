import { existsSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sessionPaths } from '../../../../src/session/paths.js';
import { findChanges } from '../../../../src/sync/collect/changes.js';
import type { Files } from '../../../../src/system/files/files.js';
import { noLocks } from '../../../../src/sync/locks/locks.js';
import { mergeChanges } from '../../../../src/sync/merge-session.js';
import { mergerOf } from '../../../../src/sync/merger.js';
import { quickFiles } from '../../../support/quick-files.js';
import { interferingFiles } from '../../../support/faulty-files.js';
import { createScratch, type Scratch } from '../../../support/scratch.js';
import { layout, manifestOf } from '../../../support/session.js';

/** Files that no process may bring into the shared dir through a session. Their names are those of files that the session also has. */
const OUTSIDE: Readonly<Record<string, string>> = {
  'a.md': 'outsider\n',
  'x/a.md': 'outsider\n',
  'plans/x/a.md': 'outsider\n',
  'settings.json': '{"outsider":1}',
};

const SHARED: Readonly<Record<string, string>> = { 'settings.json': '{"a":1}', 'plans/x/a.md': 'plan\n', 'plans/x/kept.md': 'kept\n' };

/** The changes of a session in its home. */
const HOME: Readonly<Record<string, string>> = { ...SHARED, 'settings.json': '{"a":2}', 'plans/x/a.md': 'our plan\n' };

/** The entries of a session that may be replaced by a link, and the entry of that name outside to which the link leads. */
const IN_HOME: readonly (readonly [path: string, target: string])[] = [
  ['.claude/settings.json', 'outside/settings.json'],
  ['.claude/plans/x/a.md', 'outside/x/a.md'],
  ['.claude/plans/x', 'outside/x'],
  ['.claude/plans', 'outside/plans'],
  ['.claude', 'outside'],
];

interface Prepared {
  readonly scratch: Scratch;
  readonly own: (path: string) => string;
  /** Merges all changes of the session; resolves to the error if a file could not be merged. */
  readonly merge: (files?: Files) => Promise<unknown>;
}

/** A session that changed what is in its home, while no other writer changed anything. */
function prepare(): Prepared {
  const scratch = createScratch();
  const paths = sessionPaths(scratch.at('state'), 'me');
  const manifest = manifestOf(scratch, 'me');
  const write = (folder: string, content: Readonly<Record<string, string>>): void => {
    for (const [path, text] of Object.entries(content)) scratch.write(`${folder}/${path}`, text);
  };
  write('outside', OUTSIDE);
  write('shared', SHARED);
  write(paths.homeBase, SHARED);
  write(paths.home, HOME);
  const merge = async (files = quickFiles): Promise<unknown> => {
    try {
      const session = { stateDir: scratch.at('state'), paths, manifest, layout };
      const changes = findChanges(files, session);
      if (changes) await mergeChanges(files, session, changes, noLocks(mergerOf(files, session)));
      return undefined;
    } catch (error) {
      return error;
    }
  };
  return { scratch, own: (path) => `${paths.root}/${path}`, merge };
}

/** Puts a link in the place of a file or folder, which is kept elsewhere. Returns a function that undoes it. */
function replaceByLink({ scratch, own }: Prepared, path: string, target: string): () => void {
  if (!existsSync(own(path))) return () => undefined;
  renameSync(own(path), scratch.at('aside'));
  symlinkSync(scratch.at(target), own(path));
  return () => {
    rmSync(own(path), { force: true });
    // The merge may have removed its folder.
    if (existsSync(dirname(own(path)))) renameSync(scratch.at('aside'), own(path));
  };
}

const CALLS: readonly (keyof Files)[] = [
  ...(['read', 'readInside', 'kind', 'list', 'realPath', 'linkTarget', 'size', 'mode', 'makeFolder', 'writeNew', 'forceAll'] as const),
  ...([
    'writePrivate',
    'append',
    'hardLink',
    'copy',
    'overwrite',
    'exchange',
    'symlink',
    'rename',
    'remove',
    'removeFolder',
    'syncFolder',
  ] as const),
];

/** Calls `act` with the number of each call, before the call. */
function numbered(act: (call: number) => void): Files {
  let call = 0;
  return CALLS.reduce((files, before) => interferingFiles(files, { before, nth: 'every', act: () => act((call += 1)) }), quickFiles);
}

async function countCalls(): Promise<number> {
  let total = 0;
  await prepare().merge(numbered((call) => void (total = call)));
  expect(total).toBeGreaterThan(20);
  return total;
}

/** Secrets at new paths, other changes outside, and files that are no longer shared. Links are not followed. */
function harm({ scratch }: Prepared): string[] {
  const all = Object.entries(scratch.tree());
  const leaked = all.filter(([path, text]) => text.includes('outsider') && OUTSIDE[path.replace(/^outside\//, '')] === undefined);
  const moved = all.filter(([path, text]) => path.startsWith('outside/') && OUTSIDE[path.slice('outside/'.length)] !== text);
  const gone = [...Object.keys(OUTSIDE).map((path) => `outside/${path}`), ...Object.keys(SHARED).map((path) => `shared/${path}`)].filter(
    (path) => scratch.read(path) === undefined,
  );
  return [...[...leaked, ...moved].map(([path]) => path), ...gone];
}

describe('a link in the place of an entry that a session had', () => {
  it.each(IN_HOME)('is not followed, and blocks nothing: %s', async (path, target) => {
    const prepared = prepare();
    replaceByLink(prepared, path, target);
    for (let time = 0; time < 2; time++) expect(await prepared.merge()).toBeUndefined();
    expect(harm(prepared)).toEqual([]);
  });

  it.each(IN_HOME)('is not followed if it is put there before any call of a merge: %s', async (path, target) => {
    const total = await countCalls();
    for (let moment = 1; moment <= total; moment++) {
      const prepared = prepare();
      let restore: (() => void) | undefined;
      await prepared.merge(numbered((call) => void (call === moment && (restore = replaceByLink(prepared, path, target)))));
      await prepared.merge();
      expect(harm(prepared), `before call ${moment}`).toEqual([]);
      // Once the link is removed, the files that it hid are merged as if it had never been there.
      restore?.();
      await prepared.merge();
      expect(prepared.scratch.tree('shared'), `before call ${moment}`).toEqual(HOME);
    }
  });

  it.each(IN_HOME)('is not followed if it is there for a single call: %s', async (path, target) => {
    const total = await countCalls();
    for (let moment = 1; moment <= total; moment++) {
      const prepared = prepare();
      let restore: (() => void) | undefined;
      const flip = (call: number): void => {
        if (call === moment) restore = replaceByLink(prepared, path, target);
        if (call === moment + 1) restore?.();
      };
      await prepared.merge(numbered(flip));
      expect(harm(prepared), `before call ${moment}`).toEqual([]);
    }
  });
});

describe('a file of a session', () => {
  it('is read if the user keeps the state dir behind a link', () => {
    const scratch = createScratch();
    scratch.write('disk/state/home/x/a.md', 'a\n');
    scratch.link('state', 'disk/state');
    expect(Buffer.from(quickFiles.readInside(scratch.at('state/home'), 'x/a.md') ?? '').toString()).toBe('a\n');
  });

  it('is null if it is missing, and an error if something else has its name', () => {
    const scratch = createScratch();
    scratch.write('home/x/a.md', 'a\n');
    for (const place of ['missing', 'missing/a.md', 'x/a.md/b.md']) expect(quickFiles.readInside(scratch.at('home'), place)).toBeNull();
    expect(quickFiles.readInside(scratch.at('gone'), 'a.md')).toBeNull();
    expect(() => quickFiles.readInside(scratch.at('home'), 'x')).toThrow('ELOOP');
  });
});
