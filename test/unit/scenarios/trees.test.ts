import { lstatSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { adding, createStory, lines, replacing, type Session } from './story.js';

const PICTURE = 'plans/picture.png';
const picture = (tint: number): Buffer => Buffer.alloc(3 * 1024 * 1024, Buffer.from([0x89, 0, 0xff, tint]));

/** Lines of a text; a number stands for this many equal ones. */
const rows = (...parts: readonly (number | string)[]): string =>
  parts.map((part) => (typeof part === 'number' ? 'same\n'.repeat(part) : `${part}\n`)).join('');

/** The two orders in which two sessions can end. */
const ORDERS = ['first', 'last'] as const;

async function end(order: (typeof ORDERS)[number], one: Session, other: Session): Promise<void> {
  for (const session of order === 'first' ? [one, other] : [other, one]) await session.ends();
}

// Skills themselves are linked, not merged; an index is merged the same way in every merged folder.
describe('two sessions share an _index.md', () => {
  it('each registers a skill: both rows are in the table', async () => {
    const table = ['# Skills', '', '| skill | for |', '|---|---|', '| lint | code style |'];
    const story = createStory({ 'agent-memory/skills/_index.md': lines(...table) });
    const [anna, ben] = [story.session('anna'), story.session('ben')];

    anna.changes('agent-memory/skills/_index.md', adding('| deploy | releases |'));
    anna.makes({ 'agent-memory/skills/deploy.md': 'deploy\n' });
    ben.changes('agent-memory/skills/_index.md', adding('| backup | the database |'));
    ben.makes({ 'agent-memory/skills/backup.md': 'backup\n' });
    await end('first', anna, ben);

    expect(story.shared('agent-memory/skills')).toEqual({
      '_index.md': lines(...table, '| deploy | releases |', '| backup | the database |'),
      'deploy.md': 'deploy\n',
      'backup.md': 'backup\n',
    });
  });
});

describe('two sessions share a folder of notes', () => {
  it.each(ORDERS)('one deletes a note that the other changes: the changed note stays (the deleting session ends %s)', async (order) => {
    const story = createStory({ 'agent-memory/db.md': lines('Use SQLite.'), 'agent-memory/old.md': lines('Old.') });
    const [anna, ben] = [story.session('anna'), story.session('ben')];

    anna.removes('agent-memory/db.md');
    anna.removes('agent-memory/old.md');
    ben.changes('agent-memory/db.md', adding('In WAL mode.'));
    await end(order, anna, ben);

    expect(story.shared('agent-memory')).toEqual({ 'db.md': lines('Use SQLite.', 'In WAL mode.') });
  });

  it.each(ORDERS)(
    'one renames and edits a note that the other edits: both edits are there, under one name each (the renaming session ends %s)',
    async (order) => {
      const story = createStory({ 'agent-memory/x.md': lines('one', 'two', 'three') });
      const [anna, ben] = [story.session('anna'), story.session('ben')];

      anna.makes({ 'agent-memory/y.md': lines('ONE', 'two', 'three') });
      anna.removes('agent-memory/x.md');
      ben.changes('agent-memory/x.md', replacing('three', 'THREE'));
      await end(order, anna, ben);

      expect(story.shared('agent-memory')).toEqual({ 'x.md': lines('one', 'two', 'THREE'), 'y.md': lines('ONE', 'two', 'three') });
    },
  );

  it('one renames a note that the other leaves alone: it has only the new name', async () => {
    const story = createStory({ 'agent-memory/x.md': lines('one'), 'agent-memory/z.md': lines('z') });
    const [anna, ben] = [story.session('anna'), story.session('ben')];

    anna.makes({ 'agent-memory/y.md': lines('one') });
    anna.removes('agent-memory/x.md');
    ben.changes('agent-memory/z.md', adding('more'));
    await end('first', anna, ben);

    expect(story.shared('agent-memory')).toEqual({ 'y.md': lines('one'), 'z.md': lines('z', 'more') });
  });

  it('one replaces a file that the other edits with a folder: the file stays, and the folder is beside it', async () => {
    const story = createStory({ 'plans/api': lines('Use REST.') });
    const [anna, ben] = [story.session('anna'), story.session('ben')];

    anna.removes('plans/api');
    anna.makes({ 'plans/api/rest.md': lines('Use REST.'), 'plans/api/rpc.md': lines('No RPC.') });
    ben.changes('plans/api', adding('With JSON.'));
    await end('last', anna, ben);

    expect(story.shared('plans')).toEqual({
      api: lines('Use REST.', 'With JSON.'),
      'api.conflict-anna-anna000000/rest.md': lines('Use REST.'),
      'api.conflict-anna-anna000000/rpc.md': lines('No RPC.'),
    });
  });

  it('one replaces a folder in which the other edits with a file: the folder stays, and the file is beside it', async () => {
    const story = createStory({ 'plans/api/rest.md': lines('Use REST.') });
    const [anna, ben] = [story.session('anna'), story.session('ben')];

    anna.removes('plans/api');
    anna.makes({ 'plans/api': lines('All in one file.') });
    ben.changes('plans/api/rest.md', adding('With JSON.'));
    await end('last', anna, ben);

    expect(story.shared('plans')).toEqual({
      'api/rest.md': lines('Use REST.', 'With JSON.'),
      'api.conflict-anna-anna000000': lines('All in one file.'),
    });
  });
});

describe('two sessions share a large binary file', () => {
  it('both change it: both versions are there, byte for byte', async () => {
    const story = createStory({ [PICTURE]: picture(1) });
    const [anna, ben] = [story.session('anna'), story.session('ben')];

    anna.makes({ [PICTURE]: picture(2) });
    ben.makes({ [PICTURE]: picture(3) });
    await end('first', anna, ben);

    expect(Object.keys(story.shared('plans')).toSorted()).toEqual(['picture.conflict-ben-ben0000000.png', 'picture.png']);
    expect(story.bytes(PICTURE).equals(picture(2))).toBe(true);
    expect(story.bytes('plans/picture.conflict-ben-ben0000000.png').equals(picture(3))).toBe(true);
  });

  it('neither changes it: it is not written, while a note beside it is merged', async () => {
    const story = createStory({ [PICTURE]: picture(1), 'plans/note.md': lines('one') });
    const before = lstatSync(story.scratch.at('shared', PICTURE));
    const [anna, ben] = [story.session('anna'), story.session('ben')];

    anna.changes('plans/note.md', adding('two'));
    ben.changes('plans/note.md', adding('three'));
    await end('first', anna, ben);

    const { ino, mtimeMs, ctimeMs } = lstatSync(story.scratch.at('shared', PICTURE));
    expect({ ino, mtimeMs, ctimeMs }).toEqual({ ino: before.ino, mtimeMs: before.mtimeMs, ctimeMs: before.ctimeMs });
    expect(Object.keys(story.shared('plans'))).toEqual(['note.md', 'picture.png']);
  });
});

describe('two sessions share a long file', () => {
  it('of 50,000 equal lines, into which both insert something: nothing is lost', async () => {
    const story = createStory({ 'plans/long.md': rows(50_000) });
    const [anna, ben] = [story.session('anna'), story.session('ben')];

    anna.makes({ 'plans/long.md': rows(10_000, 'from Anna', 40_000) });
    ben.makes({ 'plans/long.md': rows(40_000, 'from Ben', 10_000) });
    await end('first', anna, ben);

    expect(story.shared('plans')).toEqual({ 'long.md': rows(10_000, 'from Anna', 30_000, 'from Ben', 10_000) });
  });
});
