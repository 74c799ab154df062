import type { Figure, Row } from './rows.js';

/** By how much a ratio may grow before `--check` fails. */
export const TOLERANCE = 0.15;

/** How a figure compares with the one in docs/benchmarks.json. `change` is relative: 0.1 is a tenth more. */
export type Comparison = {
  readonly id: string;
  readonly what: string;
} & (
  | { readonly verdict: 'same' | 'slower' | 'faster'; readonly was: number; readonly is: number; readonly change: number }
  /** docs/benchmarks.json has no figure of this row. */
  | { readonly verdict: 'unknown' }
  /** This machine cannot measure it. */
  | { readonly verdict: 'unmeasured' }
);

/** Compares the rows that are checked. */
export function compare(
  rows: readonly Row[],
  before: readonly Pick<Figure, 'id' | 'value'>[],
  now: readonly Pick<Figure, 'id' | 'value'>[],
  tolerance: number = TOLERANCE,
): Comparison[] {
  return rows
    .filter(({ checked }) => checked)
    .map(({ id, what }) => ({ id, what, ...verdictOf(valueOf(id, before), valueOf(id, now), tolerance) }));
}

/** Whether the check has failed. A figure that became better is no failure, but worth a new `--write`. */
export function fails({ verdict }: Comparison): boolean {
  return verdict === 'slower' || verdict === 'unknown' || verdict === 'unmeasured';
}

function verdictOf(was: number | undefined, is: number | undefined, tolerance: number) {
  if (was === undefined) return { verdict: 'unknown' } as const;
  if (is === undefined) return { verdict: 'unmeasured' } as const;
  const change = is / was - 1;
  const verdict = change > tolerance ? 'slower' : change < -tolerance ? 'faster' : 'same';
  return { verdict, was, is, change } as const;
}

function valueOf(id: string, figures: readonly Pick<Figure, 'id' | 'value'>[]): number | undefined {
  return figures.find((figure) => figure.id === id)?.value;
}
