import { isBlank, type Lines } from './lines.js';

/** A part of Markdown that must not be split. `blank` is a run of empty lines. */
export interface Unit {
  readonly kind: 'heading' | 'item' | 'fence' | 'table' | 'blank' | 'prose';
  /** 1 (the highest) to 6 for a heading, else `NO_HEADING`. */
  readonly level: number;
  readonly lines: Lines;
}

/** The level of a line that is not a heading. */
export const NO_HEADING = 7;

const HEADING = /^ {0,3}(#{1,6})(?:\s|$)/;
const ITEM = /^(?:[-*+]|\d{1,9}[.)])\s/;
const INDENTED = /^(?: {2,}|\t)\S/;

/**
 * Cuts lines into units: a heading, a list item with the lines indented below it, a whole code fence, a run of empty lines, a table, a
 * paragraph. Returns null when a code fence is still open at the end, because then it is unknown where units begin.
 */
export function cutUnits(lines: Lines): Unit[] | null {
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

/** Cuts tables out of the lines of a paragraph: the head, the rule below it, and all rows that follow. Rows alone are not a table. */
function withTables(unit: Unit): Unit[] {
  const { lines } = unit;
  const start = lines.findIndex((line, at) => ROW.test(line) && RULE.test(lines[at + 1] ?? ''));
  if (start === -1) {
    return [unit];
  }
  const length = lines.slice(start).findIndex((line) => !ROW.test(line));
  const end = length === -1 ? lines.length : start + length;
  const parts: Unit[] = [
    { ...unit, lines: lines.slice(0, start) },
    { ...unit, kind: 'table', lines: lines.slice(start, end) },
  ];
  return [
    ...parts.filter((part) => part.lines.length > 0),
    ...(end < lines.length ? withTables({ ...unit, lines: lines.slice(end) }) : []),
  ];
}

function kindOf(line: string, last: Unit | undefined): Unit['kind'] {
  if (isBlank(line)) {
    return 'blank';
  }
  if (isHeading(line)) {
    return 'heading';
  }
  return ITEM.test(line) || (last?.kind === 'item' && INDENTED.test(line)) ? 'item' : 'prose';
}

/** Returns the level of a heading; `NO_HEADING` for any other line. */
export function levelOf(line: string): number {
  return HEADING.exec(line)?.[1]?.length ?? NO_HEADING;
}

/** Whether a line is a heading. */
export function isHeading(line: string): boolean {
  return HEADING.test(line);
}

function grows(kind: Unit['kind'], line: string): boolean {
  return kind === 'blank' || kind === 'prose' || (kind === 'item' && !ITEM.test(line));
}

const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/;
const [SPACE, BACKTICK, TILDE] = [0x20, 0x60, 0x7e];

/**
 * Returns for each line of a Markdown text whether it is inside a code fence (an opening line is not, a closing one is); null when no line
 * opens one. Rules of CommonMark 0.31, section 4.5: a fence is closed by one of the same character that is at least as long and has nothing
 * after it.
 */
export function fenceStates(lines: Lines): boolean[] | null {
  let open: string | null = null;
  let any = false;
  const states = lines.map((line) => {
    const inside = open !== null;
    open = fenceAfter(line, open);
    any ||= open !== null;
    return inside;
  });
  return any ? states : null;
}

/** Returns the fence that is open after a line, given the one that was open before it (null: none). */
export function fenceAfter(line: string, open: string | null): string | null {
  const match = mayBeFence(line) ? FENCE.exec(line) : null;
  if (match === null) {
    return open;
  }
  const [, marks = '', rest = ''] = match;
  if (open === null) {
    return marks.startsWith('`') && rest.includes('`') ? null : marks;
  }
  return marks.startsWith(open) && rest.trim() === '' ? null : open;
}

/** A quick check first: most lines are not fences, and this is faster than a regular expression. */
function mayBeFence(line: string): boolean {
  const first = line.charCodeAt(0);
  return first === SPACE || first === BACKTICK || first === TILDE;
}

const FENCE_START = /^ {0,3}(?:```|~~~)/;
const ASCII = /[0-9A-Za-z]/;
const ANY = /[\p{L}\p{N}]/u;

/**
 * Whether a line is telling, which means that it shows where it belongs: it has a letter or digit and does not begin like a code fence.
 * Empty lines, rules and lone brackets occur everywhere.
 */
export function isTelling(line: string): boolean {
  return (ASCII.test(line) || ANY.test(line)) && !FENCE_START.test(line);
}

/** A text of fewer words may occur twice by intention: by itself it identifies nothing. */
export const MIN_WORDS = 3;

/** Counts the words of a text. */
export function countWords(text: string): number {
  return text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
}
