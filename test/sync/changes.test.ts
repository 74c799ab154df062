import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findChanges } from '../../src/sync/changes.js';
import { realFiles } from '../../src/sync/files.js';
import { createScratch, type Scratch } from '../support/scratch.js';
import { openSession, type OpenSession } from '../support/session.js';

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

  it.each<readonly [name: string, act: (home: string, scratch: Scratch) => unknown, names: readonly string[] | undefined]>([
    ['a changed file', (home, scratch) => scratch.write(`${home}/settings.json`, '{"a":1}'), ['settings.json']],
    ['a new file', (home, scratch) => scratch.write(`${home}/new.md`, 'x'), ['new.md']],
    ['a new folder', (home, scratch) => scratch.write(`${home}/new/x.md`, 'x'), ['new']],
    ['an empty folder', (home, scratch) => scratch.folder(`${home}/new`), undefined],
    ['a changed file in a folder', (home, scratch) => scratch.write(`${home}/plans/p.md`, 'x'), ['plans']],
    ['a new file in a folder', (home, scratch) => scratch.write(`${home}/plans/q.md`, 'x'), ['plans']],
    ['a file removed from a folder', (home) => rmSync(`${home}/plans/p.md`), ['plans']],
    ['a link removed from a folder', (home) => rmSync(`${home}/plans/l`), ['plans']],
    ['a link that leads elsewhere', (home, scratch) => (rmSync(`${home}/plans/l`), scratch.link(`${home}/plans/l`, '/elsewhere')), ['plans']],
    ['a link of the session\'s own', (home, scratch) => scratch.link(`${home}/mine`, '/nowhere'), ['mine']],
    ['a file in the place of a link of ours', (home, scratch) => (rmSync(`${home}/history.jsonl`), scratch.write(`${home}/history.jsonl`, 'x')), ['history.jsonl']],
    ['a private file', (home, scratch) => scratch.write(`${home}/x.lock`, 'x'), undefined],
    ['a private folder', (home, scratch) => scratch.write(`${home}/debug/x`, 'x'), undefined],
    ['a private link', (home, scratch) => scratch.link(`${home}/x.lock`, 'host:1'), undefined],
    ['a removed file: not believed', (home) => rmSync(`${home}/settings.json`), undefined],
    ['the state file last', (home, scratch) => (scratch.write(`${home}/.claude.json`, '{"a":1}'), scratch.write(`${home}/settings.json`, '{"a":1}')), ['settings.json', '.claude.json']],
  ])('%s', (_name, act, expected) => {
    const { scratch, session, names } = prepare();
    act(session.paths.home, scratch);
    expect(names()).toEqual(expected);
  });

  it('finds memory that a call has written', () => {
    const { scratch, session } = prepare();
    scratch.write(`${session.paths.memory}/call/a.md`, 'x');
    expect(findChanges(realFiles, session)).toMatchObject({ names: [], calls: ['call'] });
    expect(findChanges(realFiles, { ...session, manifest: { ...session.manifest, memoryFolder: null } })).toBeUndefined();
  });
});
