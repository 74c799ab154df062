import { styleText } from 'node:util';
import { shorten } from '../system/shorten.js';

/** A column of a table for people. */
export interface Column {
  readonly heading: string;
  /** It may be shortened where the terminal is narrow, but not to fewer characters than these. */
  readonly least?: number;
  /** It may be left out there. */
  readonly optional?: true;
  /** What a cell looks like at a terminal with colours; undefined: as it is. */
  readonly style?: (cell: string) => Style | undefined;
}

export type Style = Parameters<typeof styleText>[0];

const GAP = 2;

/**
 * Rows in aligned columns, under headings. With a `width` the cells that may be are shortened in the middle, until a line fits; columns
 * that find no room are left out. Without one, all is printed in full. Empty without rows.
 */
export function tableOf(columns: readonly Column[], rows: readonly (readonly string[])[], width?: number, colors = false): string {
  if (rows.length === 0) return '';
  const table = [columns.map(({ heading }) => heading), ...rows];
  const natural = columns.map((_, at) => Math.max(...table.map((row) => row[at]?.length ?? 0)));
  const widths = width === undefined ? natural : fit(columns, natural, width);
  return table.map((row, at) => `${lineOf(row, widths, (cell, column) => (colors && at > 0 ? columns[column]?.style?.(cell) : undefined))}\n`).join('');
}

function lineOf(row: readonly string[], widths: readonly (number | undefined)[], styleOf: (cell: string, column: number) => Style | undefined): string {
  const cells = row.flatMap((cell, at) => {
    const width = widths[at];
    if (width === undefined) return [];
    const padded = shorten(cell, width).padEnd(width);
    const style = styleOf(cell, at);
    return [style === undefined ? padded : styleText(style, padded, { validateStream: false })];
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
