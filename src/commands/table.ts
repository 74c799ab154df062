import { styleText } from 'node:util';
import { shorten } from '../system/text.js';

/** A column of a table for people. */
export interface Column {
  readonly heading: string;
  /** On a narrow terminal it may be shortened, but not to fewer characters than this. */
  readonly least?: number;
  /** On a narrow terminal it may be left out. */
  readonly optional?: true;
  /** The style of a cell at a terminal with colours; undefined for the normal one. */
  readonly style?: (cell: string) => Style | undefined;
}

export type Style = Parameters<typeof styleText>[0];

const GAP = 2;

/**
 * Rows in aligned columns, under headings. With a `width`, cells are shortened in the middle until a line fits, if their column allows it;
 * optional columns that still do not fit are left out. Without a `width`, everything is printed in full. Empty without rows.
 */
export function tableOf(columns: readonly Column[], rows: readonly (readonly string[])[], width?: number, colors = false): string {
  if (rows.length === 0) return '';
  const table = [columns.map(({ heading }) => heading), ...rows];
  const natural = columns.map((_, at) => Math.max(...table.map((row) => row[at]?.length ?? 0)));
  const widths = width === undefined ? natural : fit(columns, natural, width);
  return table
    .map((row, at) => `${lineOf(row, widths, (cell, column) => (colors && at > 0 ? columns[column]?.style?.(cell) : undefined))}\n`)
    .join('');
}

function lineOf(
  row: readonly string[],
  widths: readonly (number | undefined)[],
  styleOf: (cell: string, column: number) => Style | undefined,
): string {
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
  // Room is distributed one character at a time, to the narrowest column that still needs one. So short texts are complete first.
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
