import * as fc from 'fast-check';

/** What a session does with one old line: what replaces it, and what it adds below. */
export interface LineEdit {
  readonly kind: 'keep' | 'remove' | 'change';
  readonly adds: boolean;
}

/** How many lines a file has, what each session does with each of them, and the order in which sessions are merged. */
export interface Edits {
  readonly sides: readonly (readonly LineEdit[])[];
  readonly order: readonly number[];
}

const lineEdit: fc.Arbitrary<LineEdit> = fc.record({
  kind: fc.constantFrom('keep' as const, 'keep' as const, 'keep' as const, 'remove' as const, 'change' as const),
  adds: fc.constantFrom(false, false, false, false, false, true),
});

/** Two to four sessions' edits of one list of up to ten lines. */
export const edits: fc.Arbitrary<Edits> = fc
  .tuple(fc.integer({ min: 2, max: 4 }), fc.integer({ min: 1, max: 10 }))
  .chain(([sessions, length]) =>
    fc.record({
      sides: fc.array(fc.array(lineEdit, { minLength: length, maxLength: length }), { minLength: sessions, maxLength: sessions }),
      order: fc.shuffledSubarray(
        Array.from({ length: sessions }, (_, index) => index),
        { minLength: sessions },
      ),
    }),
  );

/** Orders of two to four sessions and, for each, how often each of five lines is in its log, and in the base. */
export const counts: fc.Arbitrary<{ base: number[]; sides: number[][]; order: number[] }> = fc
  .integer({ min: 2, max: 4 })
  .chain((sessions) => {
    const five = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 5, maxLength: 5 });
    return fc.record({
      base: five,
      sides: fc.array(five, { minLength: sessions, maxLength: sessions }),
      order: fc.shuffledSubarray(
        Array.from({ length: sessions }, (_, index) => index),
        { minLength: sessions },
      ),
    });
  });
