import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drivers, lines, run } from './support.js';

const RUNS = { numRuns: 3000 };

/** A unit that a session inserts. */
interface Insertion {
  readonly at: number;
  readonly kind: 'fence' | 'tildes' | 'table' | 'item' | 'text' | 'one line';
  readonly gap: 'above' | 'below' | 'both' | 'none';
  readonly repeats: boolean;
}

const COMMON = 'npm run build again';
const insertion: fc.Arbitrary<Insertion> = fc.record({
  at: fc.double({ min: 0, max: 0.99, noNaN: true }),
  kind: fc.constantFrom('fence', 'tildes', 'table', 'item', 'text', 'one line'),
  gap: fc.constantFrom('above', 'below', 'both', 'none'),
  repeats: fc.boolean(),
});

function unit({ kind, repeats }: Insertion, id: string): string[] {
  const common = repeats ? [COMMON] : [];
  return {
    fence: ['```js', ...common, `console.log("${id}")`, `run ${id} once more`, '```'],
    tildes: ['~~~', `run ${id}`, '', ...common, `run ${id} twice`, '~~~'],
    table: ['| name | what it is |', '|---|---|', `| ${id} | is a row |`, `| ${id} | is another |`],
    item: [`- an item ${id} of a list`, `  with more of ${id}`, ...common.map((line) => `  ${line}`), `  and the end of ${id}`],
    text: [`A paragraph ${id} of some words`, ...common, `that has two lines, ${id}.`],
    'one line': [repeats ? COMMON : `a single line of ${id}`],
  }[kind];
}

/** A text as parts between which a unit can be inserted. */
const old = fc
  .array(
    fc.constantFrom<readonly string[]>(
      ['## Old heading'],
      ['Old text that was there.'],
      ['', 'A paragraph by itself.', ''],
      ['```js', 'console.log("old")', '```'],
      ['- old item', '  with more'],
      [COMMON],
      ['```sh', COMMON, '```'],
      [''],
    ),
    { maxLength: 6 },
  )
  .map((parts) => [['# Notes'], ...parts.map((part, n) => part.map((line) => (/old|Old|itself|more/.test(line) ? `${line} ${n}` : line)))]);

function withUnits(base: readonly (readonly string[])[], inserted: readonly Insertion[], by: string): { text: string; units: string[][] } {
  const units = inserted.map((one, n) => unit(one, `${by}${n}`));
  const all = base.flatMap((part, at) => [
    ...part,
    ...inserted.flatMap((one, n) => {
      if (Math.floor(one.at * base.length) !== at) return [];
      const [above, below] = [one.gap === 'above' || one.gap === 'both' ? [''] : [], one.gap === 'below' || one.gap === 'both' ? [''] : []];
      return [...above, ...(units[n] ?? []), ...below];
    }),
  ]);
  return { text: lines(...all), units: units.filter((_, n) => inserted[n]?.kind !== 'one line' && inserted[n]?.kind !== 'text') };
}

function countOf(wanted: readonly string[], text: readonly string[]): number {
  return text.filter((_, at) => wanted.every((line, n) => text[at + n] === line)).length;
}

function file(...parts: string[]): string {
  return lines('# N', '', ...parts, '');
}

describe('units that two sessions insert', () => {
  it('are each there in one piece', () => {
    fc.assert(
      fc.property(
        old,
        fc.array(insertion, { minLength: 1, maxLength: 3 }),
        fc.array(insertion, { minLength: 1, maxLength: 3 }),
        (base, own, other) => {
          const [ours, theirs] = [withUnits(base, own, 'ours'), withUnits(base, other, 'theirs')];
          const { shared, copy } = run(lines(...base.flat()), ours.text, theirs.text, drivers.text);
          const now = (shared ?? '').split('\n');
          const due = copy === null ? [...ours.units, ...theirs.units] : theirs.units;
          expect(due.filter((one) => countOf(one, now) !== 1)).toEqual([]);
        },
      ),
      RUNS,
    );
  });
});

describe('old lines that a session puts into a code fence', () => {
  const wrap = fc.record({
    from: fc.nat({ max: 4 }),
    count: fc.integer({ min: 1, max: 4 }),
    place: fc.nat({ max: 8 }),
    gap: fc.boolean(),
    swapped: fc.boolean(),
  });
  const all = Array.from({ length: 8 }, (_, n) => `npm run step-${n}`);

  it('stay in one piece if the other session adds a line, which is outside, or a conflict', () => {
    fc.assert(
      fc.property(wrap, ({ from, count, place, gap, swapped }) => {
        const fence = ['```sh', ...all.slice(from, from + count), '```'];
        const wrapped = lines(...all.toSpliced(from, count, ...fence));
        const added = lines(...all.toSpliced(place, 0, ...(gap ? ['', 'a line that was added', ''] : ['a line that was added'])));
        const { shared, copy } = swapped
          ? run(lines(...all), added, wrapped, drivers.text)
          : run(lines(...all), wrapped, added, drivers.text);
        const between = place > from && place < from + count;
        const now = (shared ?? '').split('\n');
        expect(copy !== null).toBe(between);
        expect(countOf(fence, now)).toBe(between && !swapped ? 0 : 1);
        expect(countOf(['a line that was added'], now)).toBe(between && swapped ? 0 : 1);
      }),
      RUNS,
    );
  });

  it('are changed inside it if the other session changes one', () => {
    fc.assert(
      fc.property(wrap, ({ from, count, place, swapped }) => {
        const at = Math.min(place, all.length - 1);
        const change = (text: readonly string[]): string[] => text.map((line) => (line === all[at] ? `${line} --all` : line));
        const wrapped = all.toSpliced(from, count, '```sh', ...all.slice(from, from + count), '```');
        const [one, other] = [lines(...wrapped), lines(...change(all))];
        const merged = swapped ? run(lines(...all), other, one, drivers.text) : run(lines(...all), one, other, drivers.text);
        expect({ shared: merged.shared, copy: merged.copy }).toEqual({ shared: lines(...change(wrapped)), copy: null });
      }),
      RUNS,
    );
  });

  it('are each there once if both sessions do so', () => {
    const [ours, theirs] = [file('```js', 'console.log(2)', '```', 'npm run build'), file('```sh', 'npm run build', '```')];
    const merged = file('```js', 'console.log(2)', '```', '```sh', 'npm run build', '```');
    expect(run(file('npm run build'), ours, theirs, drivers.text).shared).toBe(merged);
    expect(run(file('npm run build'), theirs, ours, drivers.text).shared).toBe(merged);
    expect(run(file('npm run build'), theirs, file('npm run build', 'and more'), drivers.text).shared).toBe(
      file('```sh', 'npm run build', '```', 'and more'),
    );
  });
});
