/** Whether long tables are tested completely: `PCLAUDE_TEST_EXHAUSTIVE=1 npm test`. */
export const isExhaustive = process.env['PCLAUDE_TEST_EXHAUSTIVE'] === '1';

/** All cases of a long test, or every third one from `shift` on. */
export function someOf<T>(all: readonly T[], shift = 0): T[] {
  return isExhaustive ? [...all] : all.filter((_, at) => (at + shift) % 3 === 0);
}

/** All cells of a table, or one in `share` of each row, in columns that shift from row to row. `width`: the number of cells in a row. */
export function someCells<T>(cells: readonly T[], width: number, share: number): T[] {
  return isExhaustive ? [...cells] : cells.filter((_, at) => (at + Math.floor(at / width)) % share === 0);
}

/** How many of `all` random cases or moments are tried: a share of them, at least one. */
export function partOf(all: number, share = 3): number {
  return isExhaustive ? all : Math.ceil(all / share);
}
