import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Driver } from '../../../src/merge/drivers.js';
import { partOf } from '../../support/some-of.js';
import type { kinds } from './once/blocks.js';
import { mergeAll, mergeInTurn, notContained, notOnce, sureLines, versionsOf } from './once/checks.js';
import { stories } from './once/stories.js';
import { drivers } from './support.js';

const RUNS = { numRuns: partOf(2000) };

const files: { name: string; driver: Driver; of: keyof typeof kinds }[] = [
  { name: 'a note', driver: drivers.text, of: 'notes' },
  { name: 'a file of single lines', driver: drivers.text, of: 'lines' },
  { name: 'an index', driver: drivers.index, of: 'index' },
  { name: 'a log', driver: drivers.jsonl, of: 'lines' },
];

/**
 * The law: no block of a version is in the result more often than in the version that has it most often, and no line, except
 * common structure. Several versions that hold the same inserted blocks, in any order or only some of them, leave each block once.
 *
 * A block is a section with everything below its heading, up to the next heading of that level or a higher one; outside of a new
 * section a paragraph, a list item with what is indented below it, or a code fence; in a paragraph of the file a line. Common
 * structure is what different blocks share: empty lines, lines without a letter or digit, code fence markers, and any
 * line inside of two different blocks. It is in the result as often as the blocks that hold it. In these tests lines with a number belong
 * to one block each, all others are common.
 *
 * Outside of the law: a block without a heading, or with a lower one, behind a new section is part of that section; the
 * same block of less than three words at two places may be two; versions that change the last block of a section and add
 * blocks below it in one edit.
 */
describe.each(files)('in $name', ({ driver, of }) => {
  it('each block is there once, inserted or old, and a version that is contained in the file changes nothing', () => {
    fc.assert(
      fc.property(stories(of, false), (story) => {
        const merged = mergeAll(story, versionsOf(story), driver);
        expect(notOnce(story, merged)).toEqual([]);
        expect(notContained(story, merged, driver)).toEqual([]);
      }),
      RUNS,
    );
  });

  it('each block is there once if versions also change and remove old ones, and any order leaves the same lines', () => {
    fc.assert(
      fc.property(stories(of, true), fc.infiniteStream(fc.nat()), (story, random) => {
        const versions = versionsOf(story);
        const [one, other] = [mergeAll(story, versions, driver), mergeAll(story, shuffled(versions, random), driver)];
        expect(notOnce(story, one)).toEqual([]);
        expect(sureLines(story, other)).toEqual(sureLines(story, one));
      }),
      RUNS,
    );
  });

  it('each block is there once if versions were made from results of earlier merges', () => {
    fc.assert(
      fc.property(stories(of, true), (story) => {
        expect(notOnce(story, mergeInTurn(story, driver))).toEqual([]);
      }),
      RUNS,
    );
  });
});

function shuffled(texts: readonly string[], random: fc.Stream<number>): string[] {
  return texts
    .map((version) => ({ version, by: [...random.take(1)][0] ?? 0 }))
    .toSorted((a, b) => a.by - b.by)
    .map(({ version }) => version);
}
