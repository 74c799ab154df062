import { existsSync, renameSync, symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Files } from '../../../src/system/files/files.js';
import { realFiles } from '../../../src/system/files/real-files.js';
import { mergeAndClose } from '../../support/close.js';
import { countingFiles, interferingFiles } from '../../support/faulty-files.js';
import { quickFiles } from '../../support/quick-files.js';
import { createScratch, type Scratch } from '../../support/scratch.js';
import { openSession } from '../../support/session.js';

/** A session over the shared dir; `change` acts in its home, and `meanwhile` is what other writers do in the meantime. */
async function merged(
  scratch: Scratch,
  change: (home: string) => void,
  { files = quickFiles, meanwhile = () => undefined }: { files?: Files; meanwhile?: () => unknown } = {},
): Promise<void> {
  const { stateDir, paths, manifest, layout, lock } = openSession(scratch, 'anna000000', { branch: 'anna' });
  lock.release();
  change(paths.home);
  meanwhile();
  await mergeAndClose({ stateDir, paths, manifest, layout }, files).catch(() => mergeAndClose({ stateDir, paths, manifest, layout }));
}

/** All contents except those that the session itself still has. */
function contents(scratch: Scratch): string[] {
  return Object.entries(scratch.tree()).flatMap(([path, text]) => (path.startsWith('state/') ? [] : [text]));
}

describe('links that a session made', () => {
  it('are merged as links, wherever they lead: to a neighbour, above the folder, nowhere, to themselves', async () => {
    const scratch = createScratch();
    const links = { near: 'x/a.md', above: '../../outside', nowhere: '/nowhere/at all', loop: 'loop', 'x/up': '../near' };
    await merged(scratch, (home) => {
      scratch.write(`${home}/plans/x/a.md`, 'a\n');
      for (const [name, target] of Object.entries(links)) scratch.link(`${home}/plans/${name}`, target);
    });
    expect(scratch.tree('shared/plans')).toEqual({
      'x/a.md': 'a\n',
      ...Object.fromEntries(Object.entries(links).map(([name, target]) => [name, `-> ${target}`])),
    });
  });
});

describe("the user's links in the shared dir", () => {
  it('are followed to an existing file: it is merged in place, and stays behind its link', async () => {
    const scratch = createScratch();
    scratch.write('dotfiles/settings.json', '{"a":1}');
    scratch.link('shared/settings.json', '../dotfiles/settings.json');
    await merged(scratch, (home) => scratch.write(`${home}/settings.json`, '{"a":1,"ours":1}'), {
      meanwhile: () => scratch.write('dotfiles/settings.json', '{"a":1,"theirs":1}'),
    });
    expect(JSON.parse(scratch.read('dotfiles/settings.json') ?? '')).toEqual({ a: 1, ours: 1, theirs: 1 });
    expect(scratch.tree('shared')['settings.json']).toBe('-> ../dotfiles/settings.json');
  });

  it('do not make a file behind them the base of a session that never had it', async () => {
    const scratch = createScratch();
    scratch.write('notes/a.md', 'theirs\n');
    scratch.link('shared/plans/team', scratch.at('notes'));
    await merged(scratch, (home) => {
      realFiles.remove(`${home}/plans/team`);
      scratch.write(`${home}/plans/team/a.md`, 'ours\n');
    });
    expect(scratch.tree('notes')).toEqual({ 'a.md': 'theirs\n', 'a.conflict-anna-anna000000.md': 'ours\n' });
  });
});

describe('a folder of the shared dir becomes a link during a merge', () => {
  const outside = { 'a.md': 'outside\n', 'x/a.md': 'outside\n' };

  /** Runs the merge once for each of its calls, and moves a shared folder away just before that call. */
  async function atEveryCall(
    meanwhile: (scratch: Scratch) => unknown,
    folder: string,
    expectAfter: (scratch: Scratch, call: string) => void,
  ): Promise<void> {
    const run = async (scratch: Scratch, files: Files): Promise<void> => {
      for (const [path, text] of Object.entries(outside)) scratch.write(`outside/${path}`, text);
      await merged(scratch, (home) => scratch.write(`${home}/plans/x/a.md`, 'ours\n'), { files, meanwhile: () => meanwhile(scratch) });
    };
    const { calls, ...counting } = countingFiles(quickFiles);
    await run(createScratch(), counting);
    for (const [index, before] of calls.entries()) {
      const nth = calls.slice(0, index + 1).filter((call) => call === before).length;
      const scratch = createScratch();
      const act = (): void => {
        if (existsSync(scratch.at(folder))) renameSync(scratch.at(folder), scratch.at('moved'));
        symlinkSync(scratch.at('outside'), scratch.at(folder));
      };
      await run(scratch, interferingFiles(quickFiles, { before, nth, act }));
      expectAfter(scratch, `${before} ${nth}`);
    }
  }

  it('the folder of a conflict copy: nothing behind the link is overwritten, and the copy exists', async () => {
    const theirs = 'a file where the session has a folder\n';
    await atEveryCall(
      (scratch) => scratch.write('shared/plans/x', theirs),
      'shared/plans/x.conflict-anna-anna000000',
      (scratch, call) => {
        expect(scratch.tree('outside'), `before ${call}`).toMatchObject(outside);
        expect(contents(scratch), `before ${call}`).toEqual(expect.arrayContaining(['ours\n', theirs]));
      },
    );
  });

  it('the folder of a merged file: nothing behind the link is lost', async () => {
    await atEveryCall(
      (scratch) => scratch.write('shared/plans/x/a.md', 'theirs\n'),
      'shared/plans',
      (scratch, call) => {
        expect(scratch.tree('outside'), `before ${call}`).toMatchObject(outside);
        expect(contents(scratch), `before ${call}`).toEqual(expect.arrayContaining(['ours\n', 'theirs\n']));
      },
    );
  });
});
