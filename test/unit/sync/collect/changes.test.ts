import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../../../src/session/manifest.js';
import { findChanges } from '../../../../src/sync/collect/changes.js';
import { realFiles } from '../../../../src/system/files/real-files.js';
import { createScratch, type Scratch } from '../../../support/scratch.js';
import { openSession, type OpenSession } from '../../../support/session.js';
import { leaveUnverified } from '../../../support/unverified.js';

function prepare(): { scratch: Scratch; session: OpenSession; names: () => readonly string[] | undefined } {
  const scratch = createScratch();
  scratch.write('shared/.claude.json', '{}');
  scratch.write('shared/settings.json', '{}');
  scratch.write('shared/plans/p.md', 'p\n');
  scratch.link('shared/plans/l', '/nowhere');
  const session = openSession(scratch, 'one');
  session.lock.release();
  return { scratch, session, names: () => findChanges(realFiles, session)?.names };
}

describe('findChanges', () => {
  it('finds nothing in a session that has only begun', () => {
    expect(prepare().names()).toBeUndefined();
  });

  it('finds a file that takes the place of a link after the folder was listed, and no link that is removed then', () => {
    const { scratch, session } = prepare();
    const link = `${session.paths.home}/history.jsonl`;
    const names = (act: () => void): readonly string[] | undefined => {
      const linkTarget = (path: string): string => {
        if (path === link) act();
        return realFiles.linkTarget(path);
      };
      return findChanges({ ...realFiles, linkTarget }, session)?.names;
    };
    expect(names(() => (rmSync(link), scratch.write(link, 'x')))).toEqual(['history.jsonl']);
    rmSync(link);
    scratch.link(link, '/elsewhere');
    expect(names(() => rmSync(link))).toBeUndefined();
  });

  it('reads each file of the home once', () => {
    const { session } = prepare();
    const reads: string[] = [];
    const read = (path: string): Uint8Array | null => {
      reads.push(path);
      return realFiles.read(path);
    };
    expect(findChanges({ ...realFiles, read }, session)).toBeUndefined();
    expect(reads.filter((path) => path.startsWith(`${session.paths.home}/`)).toSorted()).toEqual(
      ['.claude.json', 'plans/p.md', 'settings.json'].map((name) => `${session.paths.home}/${name}`),
    );
  });

  it.each<readonly [name: string, act: (home: string, scratch: Scratch) => unknown, names: readonly string[] | undefined]>([
    ['a changed file', (home, scratch) => scratch.write(`${home}/settings.json`, '{"a":1}'), ['settings.json']],
    ['a new file', (home, scratch) => scratch.write(`${home}/new.md`, 'x'), ['new.md']],
    ['a new folder', (home, scratch) => scratch.write(`${home}/new/x.md`, 'x'), ['new']],
    ['an empty folder', (home, scratch) => scratch.folder(`${home}/new`), undefined],
    ['a changed file in a folder', (home, scratch) => scratch.write(`${home}/plans/p.md`, 'x'), ['plans']],
    ['a new file in a folder', (home, scratch) => scratch.write(`${home}/plans/q.md`, 'x'), ['plans']],
    ['a file removed from a folder', (home) => rmSync(`${home}/plans/p.md`), ['plans']],
    ['a link removed from a folder: it stays shared', (home) => rmSync(`${home}/plans/l`), undefined],
    [
      'a link that leads elsewhere',
      (home, scratch) => (rmSync(`${home}/plans/l`), scratch.link(`${home}/plans/l`, '/elsewhere')),
      ['plans'],
    ],
    ["a link of the session's own", (home, scratch) => scratch.link(`${home}/mine`, '/nowhere'), ['mine']],
    [
      "a file in the place of one of pclaude's links",
      (home, scratch) => (rmSync(`${home}/history.jsonl`), scratch.write(`${home}/history.jsonl`, 'x')),
      ['history.jsonl'],
    ],
    ['a private file', (home, scratch) => scratch.write(`${home}/x.lock`, 'x'), undefined],
    ['a private folder', (home, scratch) => scratch.write(`${home}/debug/x`, 'x'), undefined],
    ['a private link', (home, scratch) => scratch.link(`${home}/x.lock`, 'host:1'), undefined],
    ['a removed file: not accepted', (home) => rmSync(`${home}/settings.json`), undefined],
    [
      'the state file last',
      (home, scratch) => (scratch.write(`${home}/.claude.json`, '{"a":1}'), scratch.write(`${home}/settings.json`, '{"a":1}')),
      ['settings.json', '.claude.json'],
    ],
  ])('%s', (_name, act, expected) => {
    const { scratch, session, names } = prepare();
    act(session.paths.home, scratch);
    expect(names()).toEqual(expected);
  });

  it('finds writes that are not verified, also if memory is elsewhere or held back', () => {
    const { scratch, session } = prepare();
    leaveUnverified(scratch, session, 'call', 'a.md', 'x');
    for (const changes of [{}, { memoryFolder: null }, { sync: 'exit' }] as const) {
      const manifest = { ...session.manifest, ...changes };
      expect(findChanges(realFiles, { ...session, manifest })).toMatchObject({ names: [], unverified: ['call'] });
    }
  });

  it.each<readonly [what: string, act: (notes: string, scratch: Scratch) => unknown, memory: boolean]>([
    ['nothing', () => {}, false],
    ['a changed note', (notes, scratch) => scratch.write(`${notes}/a.md`, 'b\n'), true],
    ['a new note', (notes, scratch) => scratch.write(`${notes}/x/b.md`, 'b\n'), true],
    ['a removed note', (notes) => rmSync(`${notes}/a.md`), true],
    ['that they are removed as a whole: not accepted', (notes) => rmSync(notes, { recursive: true }), false],
  ])('finds in the notes of a session that is held back %s', (_what, act, memory) => {
    const scratch = createScratch();
    scratch.write('shared/projects/p/memory/a.md', 'a\n');
    const session = openSession(scratch, 'one', { sync: 'exit' });
    session.lock.release();
    act(session.paths.notes, scratch);
    expect((findChanges(realFiles, session)?.notes ?? []).length > 0).toBe(memory);
    const closed: Manifest = { ...session.manifest, state: { name: 'closed', at: 1 } };
    expect(findChanges(realFiles, { ...session, manifest: closed })).toBeUndefined();
  });

  it('finds nothing in a session that was discarded', () => {
    const { scratch, session } = prepare();
    scratch.write(`${session.paths.home}/settings.json`, '{"a":1}');
    const closed: Manifest = { ...session.manifest, state: { name: 'closed', at: 1 } };
    expect(findChanges(realFiles, { ...session, manifest: closed })?.names).toEqual(['settings.json']);
    expect(
      findChanges(realFiles, { ...session, manifest: { ...closed, state: { name: 'closed', at: 1, discarded: true } } }),
    ).toBeUndefined();
  });
});
