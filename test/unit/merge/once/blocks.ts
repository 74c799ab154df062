import * as fc from 'fast-check';

/** A block of the pool that versions insert from. No line with a number is in two blocks. */
export interface Block {
  /** The level of its heading; 7 for a block without one. */
  readonly level: number;
  readonly lines: readonly string[];
}

type Render = (id: number) => Block;

/** A line that many sections contain, and the lines that open and close code fences, do not show that two blocks are one. */
const COMMON = 'See the README for more.';

const paragraph = fc.integer({ min: 1, max: 3 }).map(
  (count): Render =>
    (id) =>
      leaf(...Array.from({ length: count }, (_, n) => `Paragraph ${id} line ${n} says so.`)),
);
const item = fc.boolean().map(
  (more): Render =>
    (id) =>
      leaf(`- item number ${id} of a list`, ...(more ? [`  and more of item ${id}`] : [])),
);
const entry = fc.boolean().map(
  (more): Render =>
    (id) =>
      leaf(`- [Memory ${id}](memory_${id}.md) — hook ${id}`, ...(more ? [`  and more of entry ${id}`] : [])),
);
const fence = fc.boolean().map(
  (commented): Render =>
    (id) =>
      leaf('```sh', ...(commented ? [`# step ${id}`] : []), `npm run task-${id}`, '}', '```'),
);
const line: fc.Arbitrary<Render> = fc.constant((id) => leaf(`a single line, number ${id}`));

function section(level: number, leaves: fc.Arbitrary<Render>): fc.Arbitrary<Render> {
  return fc.tuple(fc.array(leaves, { maxLength: 3 }), fc.boolean()).map(
    ([bodies, common]): Render =>
      (id) => {
        const parts = [...bodies.map((body, n) => body(100 * id + n).lines), ...(common ? [[COMMON]] : [])];
        return { level, lines: [`${'#'.repeat(level)} Section ${id} is new`, ...parts.flatMap((part) => ['', ...part])] };
      },
  );
}

function leaf(...lines: readonly string[]): Block {
  return { level: 7, lines };
}

/** The kinds of blocks that a file of a driver contains: some of one kind each, and all kinds in one file. */
function kindsOf(...leaves: readonly fc.Arbitrary<Render>[]): readonly fc.Arbitrary<Render>[] {
  const any = fc.oneof(...leaves);
  const sections = [section(2, any), section(3, any)];
  return [...leaves, ...sections, fc.oneof(...leaves, ...sections)];
}

export const kinds = {
  notes: { leaves: [paragraph, item, fence], any: kindsOf(paragraph, item, fence) },
  index: { leaves: [entry, paragraph, item], any: kindsOf(entry, paragraph, item) },
  lines: { leaves: [line], any: [line] },
};

/** Blocks of the kinds in `of`, numbered from `first` on. */
export function blocks(of: readonly fc.Arbitrary<Render>[], first: number, count: { min: number; max: number }): fc.Arbitrary<Block[]> {
  return fc
    .constantFrom(...of)
    .chain((kind) => fc.array(kind, { minLength: count.min, maxLength: count.max }))
    .map((renders) => renders.map((render, n) => render(first + n)));
}

/** The lines that identify their block. */
export function numbered(lines: readonly string[]): string[] {
  return lines.filter((text) => /\d/.test(text));
}

/** The first position at which lines are in a text in sequence; -1 if there is none. */
export function placeOf(wanted: readonly string[], lines: readonly string[]): number {
  return lines.findIndex((_, at) => wanted.every((text, n) => lines[at + n] === text));
}

/** How often lines are in a text in sequence. */
export function countOf(wanted: readonly string[], lines: readonly string[]): number {
  return lines.filter((_, at) => wanted.every((text, n) => lines[at + n] === text)).length;
}
