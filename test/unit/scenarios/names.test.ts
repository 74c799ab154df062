import { lstatSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { adding, atOnce, createStory, inTurn, lines, MEMORY } from './story.js';

/** Names that a shell, a line of text or a careless program misreads; each at most 255 bytes long. */
const NAMES: readonly (readonly [what: string, name: string])[] = [
  ['a newline', 'two\nlines.md'],
  ['a tab and blanks at both ends', ' tab\tand blank '],
  ['a leading dash', '-rf.md'],
  ['leading dots', '...'],
  ['a leading dot dot', '..a.md'],
  ['a backslash and quotes', String.raw`a\b"c'd.md`],
  ['what means something in a pattern', '[*]?{a,b}$(x).md'],
  ['what means something in Markdown', '[a](b.md) `c`.md'],
  ['a name that JavaScript knows', '__proto__'],
  ['characters beyond the first plane', '🦊漢字.md'],
  ['an accent of its own', 'e\u0301.md'],
  ['255 bytes', `${'n'.repeat(252)}.md`],
  ['255 bytes and no extension', 'n'.repeat(255)],
  ['the look of a conflict copy', 'a.conflict-main-me.md'],
];

describe('a file whose name has %s', () => {
  it.each(NAMES)('can be made, changed, and removed by sessions like any other: %s', async (_what, name) => {
    const story = createStory({ 'agent-memory/other.md': 'other\n' });
    const maker = story.session('maker');
    maker.makes({ [`agent-memory/${name}`]: 'one\n' });
    await maker.ends();
    expect(story.shared('agent-memory')).toEqual({ 'other.md': 'other\n', [name]: 'one\n' });

    const changer = story.session('changer');
    changer.changes(`agent-memory/${name}`, adding('two'));
    await changer.ends();
    expect(story.shared('agent-memory')).toEqual({ 'other.md': 'other\n', [name]: 'one\ntwo\n' });

    const remover = story.session('remover');
    remover.removes(`agent-memory/${name}`);
    await remover.ends();
    expect(story.shared('agent-memory')).toEqual({ 'other.md': 'other\n' });
  });

  it.each(NAMES)('is a memory like any other, also if two sessions make it at once: %s', async (_what, name) => {
    const story = createStory({ [`${MEMORY}/MEMORY.md`]: '# Memory\n' });
    const [anna, ben] = [story.session('anna'), story.session('ben')];
    await atOnce(anna.writes(name, 'from Anna\n'), ben.writes(name, 'from Ben\n'));

    const { [name]: first, 'MEMORY.md': index, ...others } = story.memory();
    expect(first).toBe('from Anna\n');
    expect(Object.values(others)).toEqual(['from Ben\n']);
    // One line, whatever is in the name; it names the copy once.
    expect(index).toMatch(/^# Memory\n- \[Conflict: [^\n]*\n$/);

    await story.settle('theirs');
    expect(story.memory()).toEqual({ [name]: 'from Anna\n', 'MEMORY.md': '# Memory\n' });
  });
});

describe('names that are nearly the same', () => {
  it('after a rename that changes only case, the new name exists, and nothing of the old one remains if the disk distinguishes case', async () => {
    const story = createStory({ 'agent-memory/Readme.md': lines('one') });
    const anna = story.session('anna');
    const home = anna.home('agent-memory');
    renameSync(`${home}/Readme.md`, `${home}/README.md`);
    writeFileSync(`${home}/README.md`, lines('one', 'two'));
    await anna.ends();
    expect(story.shared('agent-memory')).toEqual({ 'README.md': lines('one', 'two') });
  });

  it('names that differ in case, or in how an accent is written, are two if the disk has two', async () => {
    const story = createStory({});
    const names = ['Readme.md', 'README.md', '\u00e9.md', 'e\u0301.md'];
    const anna = story.session('anna');
    for (const name of names) anna.makes({ [`agent-memory/${name}`]: `${name}\n` });
    const made = readdirSync(anna.home('agent-memory'));
    await anna.ends();
    expect(Object.keys(story.shared('agent-memory')).toSorted()).toEqual(made.toSorted());
    for (const name of made) expect(story.scratch.read(`shared/agent-memory/${name}`)).toContain('.md\n');
  });

  it('a name that is not UTF-8 blocks nothing, and stays in the session', async () => {
    const story = createStory({});
    const anna = story.session('anna');
    anna.makes({ 'agent-memory/a.md': 'a\n' });
    const strange = Buffer.concat([Buffer.from(`${anna.home('agent-memory')}/`), Buffer.from([0x62, 0xff])]);
    writeFileSync(strange, 'strange\n');
    await anna.ends();
    expect(story.shared('agent-memory')).toEqual({ 'a.md': 'a\n' });
    expect(lstatSync(strange).isFile()).toBe(true);
  });
});

describe('a memory in a folder', () => {
  it('may be named by any path that leads to it', async () => {
    const story = createStory({});
    const anna = story.session('anna');
    await inTurn(anna.writes('x/../x//./deep/a.md', 'a\n'));
    expect(story.memory()).toEqual({ 'x/deep/a.md': 'a\n' });
  });
});
