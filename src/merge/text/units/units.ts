import { fenceAfter } from './fences.js';

/** A piece of Markdown that must not be taken apart. `blank` is a run of empty lines. */
export interface Unit {
  readonly kind: 'heading' | 'item' | 'fence' | 'table' | 'blank' | 'prose';
  /** 1 (the highest) to 6 for a heading, else `NO_HEADING`. */
  readonly level: number;
  readonly lines: readonly string[];
}

/** The level of what is no heading. */
export const NO_HEADING = 7;

const HEADING = /^ {0,3}(#{1,6})(?:\s|$)/;
const ITEM = /^(?:[-*+]|\d{1,9}[.)])\s/;
const INDENTED = /^(?: {2,}|\t)\S/;

/**
 * Cuts lines into units: a heading, a list item with what is indented below it, a whole code fence, a run of empty lines,
 * a table, a paragraph. Null when a code fence stays open at the end: then nothing is known about where a unit begins.
 */
export function cutUnits(lines: readonly string[]): Unit[] | null {
  const units: { kind: Unit['kind']; level: number; lines: string[] }[] = [];
  let fence: string | null = null;
  for (const line of lines) {
    const last = units.at(-1);
    const next = fenceAfter(line, fence);
    const kind = fence === null && next === null ? kindOf(line, last) : 'fence';
    if (last !== undefined && kind === last.kind && (fence !== null || grows(kind, line))) {
      last.lines.push(line);
    } else {
      units.push({ kind, level: kind === 'heading' ? levelOf(line) : NO_HEADING, lines: [line] });
    }
    fence = next;
  }
  return fence === null ? units.flatMap((unit) => (unit.kind === 'prose' ? withTables(unit) : [unit])) : null;
}

const ROW = /^ {0,3}\|/;
const RULE = /^ {0,3}\|[\s|:-]*-[\s|:-]*$/;

/** Cuts a table out of the lines of a paragraph: its head, the rule below, and all rows that follow. Rows alone are none. */
function withTables(unit: Unit): Unit[] {
  const { lines } = unit;
  const start = lines.findIndex((line, at) => ROW.test(line) && RULE.test(lines[at + 1] ?? ''));
  if (start === -1) {
    return [unit];
  }
  const length = lines.slice(start).findIndex((line) => !ROW.test(line));
  const end = length === -1 ? lines.length : start + length;
  const parts: Unit[] = [{ ...unit, lines: lines.slice(0, start) }, { ...unit, kind: 'table', lines: lines.slice(start, end) }];
  return [...parts.filter((part) => part.lines.length > 0), ...(end < lines.length ? withTables({ ...unit, lines: lines.slice(end) }) : [])];
}

function kindOf(line: string, last: Unit | undefined): Unit['kind'] {
  if (line.trim() === '') {
    return 'blank';
  }
  if (HEADING.test(line)) {
    return 'heading';
  }
  return ITEM.test(line) || (last?.kind === 'item' && INDENTED.test(line)) ? 'item' : 'prose';
}

/** The level of a heading; `NO_HEADING` for any other line. */
export function levelOf(line: string): number {
  return HEADING.exec(line)?.[1]?.length ?? NO_HEADING;
}

function grows(kind: Unit['kind'], line: string): boolean {
  return kind === 'blank' || kind === 'prose' || (kind === 'item' && !ITEM.test(line));
}
