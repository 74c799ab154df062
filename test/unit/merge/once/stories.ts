import * as fc from 'fast-check';
import { type Block, blocks, kinds } from './blocks.js';

/** A block and the old section at whose end it is inserted. */
interface Insertion {
  readonly block: Block;
  readonly place: number;
}

/** What one version does with the text from which it was made. */
export interface Version {
  readonly inserts: readonly Insertion[];
  /** The position of the empty line that comes with a block; `lists`: above it, but none between items of a list. */
  readonly gaps: 'above' | 'below' | 'lists';
  readonly removes: readonly Block[];
  /** Old blocks of which one line gets more words. */
  readonly changes: readonly Block[];
  /** The first of the earlier merged versions that its writer has not read: 0 is the base. */
  readonly read: number;
}

/** Versions of one file that insert blocks from one pool. */
export interface Story {
  /** A file of single lines, without empty ones between. */
  readonly tight: boolean;
  readonly pool: readonly Block[];
  /** The blocks of the sections that the base has. */
  readonly old: readonly (readonly Block[])[];
  readonly versions: readonly Version[];
}

const PLACES = 4;
const place = fc.integer({ min: 0, max: PLACES - 1 });

/** Two to six versions of one file; with `edits` they also change and remove old blocks, but not those beside which they insert. */
export function stories(of: keyof typeof kinds, edits: boolean): fc.Arbitrary<Story> {
  const section = (n: number): fc.Arbitrary<Block[]> => blocks(kinds[of].leaves, 10 * n, { min: 0, max: 3 });
  const old = fc
    .integer({ min: 0, max: PLACES - 1 })
    .chain((count) => fc.tuple(...Array.from({ length: count }, (_, n) => section(n + 1))));
  const pool = blocks(kinds[of].any, 50, { min: 1, max: 6 });
  return fc.record({ old, pool, places: placing }).chain((file) =>
    fc
      .array(
        versionOf(
          file.pool,
          file.old.flatMap((all) => all.slice(0, -1)),
          file.places,
          edits,
        ),
        { minLength: 2, maxLength: 6 },
      )
      .map((versions) => ({ tight: of === 'lines', ...file, versions })),
  );
}

/** Gives a block its position: the same one for all, the same one for all of a version, or any. */
type Placing = fc.Arbitrary<fc.Arbitrary<number>>;

const placing: fc.Arbitrary<Placing> = fc.oneof(
  place.map((all): Placing => fc.constant(fc.constant(all))),
  fc.constant<Placing>(place.map((one) => fc.constant(one))),
  fc.constant<Placing>(fc.constant(place)),
);

function versionOf(pool: readonly Block[], old: readonly Block[], places: Placing, edits: boolean): fc.Arbitrary<Version> {
  const some = edits ? fc.subarray([...old], { maxLength: Math.min(2, old.length) }) : fc.constant([]);
  const inserts = fc
    .tuple(fc.shuffledSubarray([...pool], { minLength: 1 }), places)
    .chain(([chosen, one]) => fc.tuple(...chosen.map((block) => one.map((at): Insertion => ({ block, place: at })))));
  return fc.record({ inserts, gaps: fc.constantFrom('above', 'below', 'lists'), removes: some, changes: some, read: fc.nat({ max: 5 }) });
}
