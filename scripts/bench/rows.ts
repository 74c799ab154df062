import { median, quantile } from './measure.js';

/** What one run of a case has measured, by name. */
export type Reading = Readonly<Record<string, number>>;

/** The readings of each case, one of each round. */
export type Readings = ReadonlyMap<string, readonly Reading[]>;

/** A measured value, as `case.name`. */
type Term = `${string}.${string}`;

/** A row of a table in docs/benchmarks.md: which of the measured values it shows. */
export interface Row {
  /** Its name in docs/benchmarks.json. */
  readonly id: string;
  readonly what: string;
  readonly unit: 'ratio' | 'ms' | 'percent' | 'count';
  readonly goal?: string;
  /** `--check` compares it. Only for ratios that hardly depend on the machine and its load. */
  readonly checked?: true;
  readonly of: Term;
  /** Subtracted from `of`. */
  readonly less?: Term;
  /** What the value is divided by. */
  readonly per?: Term;
  /** Subtracted from `per`. */
  readonly perLess?: Term;
  /** Of how many: 4 of 63. */
  readonly outOf?: Term;
}

/** The value of a row. */
export interface Figure {
  readonly id: string;
  /** The ratio (or difference) of the medians. */
  readonly value: number;
  /** The middle half of the rounds lies between these. */
  readonly low: number;
  readonly high: number;
  readonly rounds: number;
  readonly outOf?: number | undefined;
}

/** The figure of a row; undefined when this machine cannot measure one of its values. Throws when a case has no readings. */
export function figureOf(row: Row, readings: Readings): Figure | undefined {
  const of = series(row.of, readings);
  const less = row.less && series(row.less, readings);
  const per = row.per && series(row.per, readings);
  const perLess = row.perLess && series(row.perLess, readings);
  const outOf = row.outOf && series(row.outOf, readings);
  if ([of, less, per, perLess, outOf].some((values) => values?.some((value) => !Number.isFinite(value)))) return undefined;
  const ratio = (at: (values: readonly number[]) => number): number =>
    (at(of) - (less ? at(less) : 0)) / (per ? at(per) - (perLess ? at(perLess) : 0) : 1);
  const each = of.map((_, round) => ratio((values) => values[round] ?? Number.NaN));
  return {
    id: row.id,
    value: rounded(ratio(median)),
    low: rounded(quantile(each, 0.25)),
    high: rounded(quantile(each, 0.75)),
    rounds: of.length,
    ...(outOf && { outOf: rounded(median(outOf)) }),
  };
}

/** The names of the cases that a row needs. */
export function casesOf({ of, less, per, perLess, outOf }: Row): string[] {
  return [of, less, per, perLess, outOf].flatMap((term) => (term === undefined ? [] : [split(term)[0]]));
}

function series(term: Term, readings: Readings): number[] {
  const [name, value] = split(term);
  const found = readings.get(name);
  if (found === undefined || found.length === 0) throw new Error(`nothing was measured for ${term}`);
  return found.map((reading) => reading[value] ?? Number.NaN);
}

function split(term: Term): readonly [string, string] {
  const at = term.indexOf('.');
  return [term.slice(0, at), term.slice(at + 1)];
}

/** To five digits: more are noise, and make each change of the JSON larger. */
function rounded(value: number): number {
  return Number(value.toPrecision(5));
}
