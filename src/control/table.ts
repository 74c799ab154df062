import { shorten } from '../platform/shorten.js';

/** A column of a table for people. */
export interface Column {
  readonly heading: string;
  /** It may be shortened where the terminal is narrow, but not to fewer characters than these. */
  readonly least?: number;
  /** It may be left out there. */
  readonly optional?: true;
}

const GAP = 2;

/**
 * Rows in aligned columns, under headings. With a `width` the cells that may be are shortened in the middle, until a line fits; columns
 * that find no room are left out. Without one, all is printed in full. Empty without rows.
 */
export function tableOf(columns: readonly Column[], rows: readonly (readonly string[])[], width?: number): string {
  if (rows.length === 0) return '';
  const table = [columns.map(({ heading }) => heading), ...rows];
  const natural = columns.map((_, at) => Math.max(...table.map((row) => row[at]?.length ?? 0)));
  const widths = width === undefined ? natural : fit(columns, natural, width);
  return table.map((row) => `${lineOf(row, widths)}\n`).join('');
}

function lineOf(row: readonly string[], widths: readonly (number | undefined)[]): string {
  const cells = row.flatMap((cell, at) => {
    const width = widths[at];
    return width === undefined ? [] : [shorten(cell, width).padEnd(width)];
  });
  return cells.join(' '.repeat(GAP)).trimEnd();
}

/** The width of each column; undefined for one that is left out. */
function fit(columns: readonly Column[], natural: readonly number[], width: number): (number | undefined)[] {
  const room = width - GAP * (columns.length - 1);
  const least = columns.map((column, at) => Math.min(natural[at] ?? 0, column.least ?? Infinity));
  const last = columns.findLastIndex(({ optional }) => optional === true);
  if (sum(least) > room && last >= 0) {
    const rest = fit(columns.toSpliced(last, 1), natural.toSpliced(last, 1), width);
    return rest.toSpliced(last, 0, undefined);
  }
  const widths = [...least];
  // Room is given out a character at a time, to the narrowest that still wants one: so short texts are whole first.
  for (let left = room - sum(least); left > 0; left--) {
    const wanting = widths.flatMap((own, at) => (own < (natural[at] ?? 0) ? [at] : []));
    const narrowest = wanting.toSorted((one, other) => (widths[one] ?? 0) - (widths[other] ?? 0))[0];
    if (narrowest === undefined) break;
    widths[narrowest] = (widths[narrowest] ?? 0) + 1;
  }
  return widths;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
