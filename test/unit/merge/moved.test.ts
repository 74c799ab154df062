import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drivers, lines, run, type Outcome } from './support.js';

const RUNS = { numRuns: 2000 };

/** A section: its lines name it, so that a line below the wrong heading is detected. */
interface Part {
  readonly id: string;
  readonly level: number;
  readonly lines: readonly string[];
}

type Document = readonly Part[];

/** What one session does with a line. */
type Edit = 'keep' | 'change' | 'add below' | 'remove';

interface Story {
  readonly base: Document;
  /** Where each chapter of the mover's version was, and what it does with the lines. */
  readonly order: readonly number[];
  readonly mover: readonly Edit[];
  readonly editor: readonly Edit[];
  /** The chapter to which the editor adds a section. */
  readonly grows: number;
  readonly kinds: 'items' | 'paragraphs';
}

const edit = fc.constantFrom<Edit>('keep', 'keep', 'keep', 'change', 'add below', 'remove');
const chapter = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 });

const stories: fc.Arbitrary<Story> = fc.array(chapter, { minLength: 2, maxLength: 6 }).chain((sizes) => {
  const base = sizes.flatMap((parts, n) => parts.map((size, k): Part => part(`${n}.${k}`, k === 0 ? 2 : 3, size)));
  const count = base.flatMap((one) => one.lines).length;
  const edits = fc.array(edit, { minLength: count, maxLength: count });
  return fc.record({
    base: fc.constant(base),
    order: fc.shuffledSubarray([...sizes.keys()], { minLength: sizes.length }),
    mover: fc.oneof(edits, fc.constant([])),
    editor: edits,
    grows: fc.nat({ max: sizes.length }),
    kinds: fc.constantFrom('items', 'paragraphs'),
  });
});

function part(id: string, level: number, size: number): Part {
  return { id, level, lines: Array.from({ length: size }, (_, n) => `section ${id} says number ${n}`) };
}

function moved({ base, order }: Story): Document {
  return order.flatMap((n) => base.filter(({ id }) => id.startsWith(`${n}.`)));
}

/** The document with lines edited, in the order of the base's lines. */
function edited(document: Document, base: Document, edits: readonly Edit[], by: string): Document {
  const all = base.flatMap((one) => one.lines);
  const what = new Map(all.map((line, n) => [line, edits[n] ?? 'keep']));
  return document.map((one) => ({ ...one, lines: one.lines.flatMap((line) => written(line, what.get(line) ?? 'keep', by)) }));
}

function written(line: string, what: Edit, by: string): string[] {
  return { keep: [line], change: [`${line}, changed by ${by}`], 'add below': [line, `${line}, more by ${by}`], remove: [] }[what];
}

function grown(document: Document, chapterAt: number): Document {
  const last = document.findLastIndex(({ id }) => id.startsWith(`${chapterAt}.`));
  return last === -1 ? document : document.toSpliced(last + 1, 0, part(`${chapterAt}.new`, 3, 2));
}

function render(document: Document, kinds: Story['kinds']): string {
  const body = (one: Part): string[] =>
    (kinds === 'items' ? one.lines.map((line) => `- ${line}`) : one.lines.flatMap((line) => [line, ''])).slice(
      0,
      kinds === 'items' ? undefined : -1,
    );
  return lines(
    '# Notes',
    ...document.flatMap((one) => ['', `${'#'.repeat(one.level)} Section ${one.id}`, ...(one.lines.length > 0 ? ['', ...body(one)] : [])]),
  );
}

/** The lines that should be in the result and are not there once below their heading, and those that should not be there. */
function wrong(shared: string, due: ReadonlySet<string>): string[] {
  const found = new Map<string, number>();
  let heading = '';
  const wrongs: string[] = [];
  for (const line of shared
    .split('\n')
    .map((one) => one.replace(/^- /, ''))
    .filter((one) => /\d/.test(one))) {
    heading = /^#+ Section (.*)$/.exec(line)?.[1] ?? heading;
    found.set(line, (found.get(line) ?? 0) + 1);
    if (!line.startsWith('#') && !line.startsWith(`section ${heading} `)) {
      wrongs.push(`${line}, below ${heading}`);
    }
    if (!line.startsWith('#') && !due.has(line)) {
      wrongs.push(`${line}, though it is not due`);
    }
  }
  return [
    ...wrongs,
    ...[...due].filter((line) => found.get(line) !== 1),
    ...[...found].filter(([, count]) => count > 1).map(([line]) => `${line}, more than once`),
  ];
}

function headings(file: string): string[] {
  return file.split('\n').filter((line) => /^#+ Section .*\d$/.test(line));
}

/** The lines of a text with its chapters in another order; empty lines left out. */
function inOrder(file: string, order: readonly number[]): string[] {
  const all = file.split('\n').filter((line) => line !== '');
  const starts = [...all.keys()].filter((at) => all[at]?.startsWith('## ')).concat(all.length);
  const chapters = order.map((n) => starts.findIndex((at) => all[at]?.startsWith(`## Section ${n}.`)));
  return [...all.slice(0, starts[0]), ...chapters.flatMap((n) => all.slice(starts[n], starts[n + 1]))];
}

/** Of some edits, those that are apart from the edits with another `rest`. */
function apart(edits: readonly Edit[], rest: number): Edit[] {
  return edits.map((what, n) => (n % 4 === rest && what === 'change' ? what : 'keep'));
}

function text(...parts: readonly (readonly string[])[]): string {
  return lines('# Notes', '', ...parts.flat());
}

/** The merges in which the mover is ours, and theirs. */
function both(base: string, mover: string, editor: string): Outcome[] {
  return [run(base, mover, editor, drivers.text), run(base, editor, mover, drivers.text)];
}

describe.each(['ours moves', 'theirs moves'])('sections of which one session moves some and the other edits the text, %s', (who) => {
  const merged = (base: string, mover: string, editor: string) =>
    who === 'ours moves' ? run(base, mover, editor, drivers.text) : run(base, editor, mover, drivers.text);

  it('are there once, edited, at the moved position', () => {
    fc.assert(
      fc.property(stories, (story) => {
        const editor = grown(edited(story.base, story.base, story.editor, 'editor'), story.grows);
        const mover = render(moved(story), story.kinds);
        const result = merged(render(story.base, story.kinds), mover, render(editor, story.kinds));
        const shared = result.shared ?? '';
        const due = new Set(editor.flatMap((one) => one.lines));
        expect({ outcome: result.outcome === 'conflict', wrong: wrong(shared, due), order: headings(shared) }).toEqual({
          outcome: false,
          wrong: [],
          order: headings(mover),
        });
      }),
      RUNS,
    );
  });

  it('get the result that they would have without the move, including conflicts, and are then moved', () => {
    fc.assert(
      // The result for a line that one side removed and below which the other added depends on the lines around it.
      fc.property(
        stories.filter(({ mover, editor }) => ![...mover, ...editor].includes('remove')),
        (story) => {
          const editor = render(edited(story.base, story.base, story.editor, 'editor'), story.kinds);
          const [still, mover] = [story.base, moved(story)].map((document) =>
            render(edited(document, story.base, story.mover, 'mover'), story.kinds),
          );
          const base = render(story.base, story.kinds);
          const [without, result] = [merged(base, still ?? '', editor), merged(base, mover ?? '', editor)];
          expect(inOrder(result.shared ?? '', story.order)).toEqual((result.shared ?? '').split('\n').filter((line) => line !== ''));
          expect(result.shared?.split('\n').filter((line) => line !== '')).toEqual(inOrder(without.shared ?? '', story.order));
          expect(result.copy === null).toBe(without.copy === null);
        },
      ),
      RUNS,
    );
  });
});

describe('sections that both sessions moved and edited', () => {
  it('are there once each, with the edits of both', () => {
    fc.assert(
      fc.property(stories, fc.infiniteStream(fc.nat()), (story, random) => {
        const other = story.order
          .map((n) => ({ n, by: [...random.take(1)][0] ?? 0 }))
          .toSorted((a, b) => a.by - b.by)
          .map(({ n }) => n);
        const [own, others] = [apart(story.mover, 0), apart(story.editor, 2)];
        const ours = edited(moved(story), story.base, own, 'mover');
        const theirs = edited(moved({ ...story, order: other }), story.base, others, 'editor');
        const result = run(render(story.base, story.kinds), render(ours, story.kinds), render(theirs, story.kinds), drivers.text);
        const due = edited(edited(story.base, story.base, own, 'mover'), story.base, others, 'editor').flatMap((one) => one.lines);
        expect({ copy: result.copy, wrong: wrong(result.shared ?? '', new Set(due)) }).toEqual({ copy: null, wrong: [] });
      }),
      RUNS,
    );
  });
});

describe('a moved section', () => {
  const a = ['## Alpha', 'alpha is the first', 'alpha has two lines', ''];
  const b = ['## Beta', 'beta is the second', 'beta has two lines', ''];
  const c = ['## Gamma', 'gamma is the third', ''];
  const more = ['## Alpha', 'alpha is the first, and was changed', 'alpha has two lines', ''];

  it.each([
    ['that the other edited', [b, c, a], [more, b, c], [b, c, more]],
    ['that the other renamed', [b, c, a], [['## First', ...a.slice(1)], b, c], [b, c, ['## First', ...a.slice(1)]]],
    [
      'that the mover renamed, and the other edited',
      [b, c, ['## First', ...a.slice(1)]],
      [more, b, c],
      [b, c, ['## First', ...more.slice(1)]],
    ],
    [
      'to which the other added a section of a lower level',
      [b, c, a],
      [a, ['### Sub', 'of alpha', ''], b, c],
      [b, c, a, ['### Sub', 'of alpha', '']],
    ],
    [
      'beside which the other added a section',
      [b, c, a],
      [more, ['## New', 'beside alpha', ''], b, c],
      [['## New', 'beside alpha', ''], b, c, more],
    ],
    [
      'that the mover edited elsewhere',
      [b, c, [...a.slice(0, 2), 'alpha has TWO lines', '']],
      [more, b, c],
      [b, c, [...more.slice(0, 2), 'alpha has TWO lines', '']],
    ],
    [
      'among other edits',
      [['## Beta', 'beta was changed', 'beta has two lines', ''], c, a],
      [more, b, c, ['## Delta', 'delta is new', '']],
      [['## Beta', 'beta was changed', 'beta has two lines', ''], c, more, ['## Delta', 'delta is new', '']],
    ],
    ['whose level the mover changed', [b, c, ['### Alpha', ...a.slice(1)]], [more, b, c], [b, c, ['### Alpha', ...more.slice(1)]]],
    ['that the other removed, as it is', [b, c, a], [b, c], [b, c, a]],
  ])('%s', (_name, mover, editor, merged) => {
    const all = text(...merged);
    expect(both(text(a, b, c), text(...mover), text(...editor)).map(({ shared, copy }) => ({ shared, copy }))).toEqual([
      { shared: all, copy: null },
      { shared: all, copy: null },
    ]);
  });

  it('that both edited in different ways is a conflict, and is there once', () => {
    const [mover, editor] = [text(b, c, ['## Alpha', 'alpha is now last', 'alpha has two lines', '']), text(more, b, c)];
    expect(run(text(a, b, c), mover, editor, drivers.text)).toMatchObject({ outcome: 'conflict', shared: text(b, c, more), copy: mover });
    expect(run(text(a, b, c), editor, mover, drivers.text)).toMatchObject({ outcome: 'conflict', shared: mover, copy: editor });
  });

  it('that both moved has the position of theirs, with the edits of both', () => {
    const [ours, theirs] = [text(b, more, c), text(b, c, [...a.slice(0, 2), 'alpha has TWO lines', ''])];
    expect(run(text(a, b, c), ours, theirs, drivers.text)).toMatchObject({
      outcome: 'write',
      shared: text(b, c, [...more.slice(0, 2), 'alpha has TWO lines', '']),
    });
  });

  it('in a file with headings in a code fence', () => {
    const fence = ['```sh', '## Alpha', '## Beta', '```', ''];
    expect(run(text(a, b, fence, c), text(b, fence, c, a), text(more, b, fence, c), drivers.text)).toMatchObject({
      outcome: 'write',
      shared: text(b, fence, c, more),
    });
  });
});

describe('text that one moved and the other changed, without a heading that identifies it', () => {
  const item = '- the cache is kept for an hour';
  const base = lines('## A', item, '- a second item', '', '## B', '- the third item of all');
  const inB = lines('## A', '- a second item', '', '## B', '- the third item of all', item);
  const aDay = base.replace('an hour', 'a day');

  it('is a conflict: the shared file is theirs, and has it once', () => {
    expect(run(base, inB, aDay, drivers.text)).toEqual({ outcome: 'conflict', shared: aDay, copy: inB, decided: [] });
    expect(run(base, aDay, inB, drivers.text)).toEqual({ outcome: 'conflict', shared: inB, copy: aDay, decided: [] });
  });

  it('is a conflict, and the other changes of both are merged', () => {
    const more = lines('# Title').concat(inB);
    expect(run(base, more, aDay, drivers.text)).toMatchObject({ outcome: 'conflict', shared: lines('# Title').concat(aDay), copy: more });
  });
});

it('two sections with one heading, one of which was moved and edited by the other, are a conflict', () => {
  const [one, two, three] = [
    ['## Notes', 'the first of the notes'],
    ['## Other', 'what is between'],
    ['## Notes', 'the last of the notes'],
  ];
  const [base, ours, theirs] = [
    [one, two, three],
    [two, three, one],
    [['## Notes', 'it was rewritten whole'], two, three],
  ].map((parts) => lines(...parts.flat()));
  expect(run(base ?? '', ours ?? '', theirs ?? '', drivers.text)).toMatchObject({ outcome: 'conflict', shared: theirs, copy: ours });
});
