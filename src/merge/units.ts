import { fenceAfter } from './fences.js';

/** A piece of Markdown that must not be taken apart. `blank` is a run of empty lines. */
export interface Unit {
  readonly kind: 'heading' | 'item' | 'fence' | 'blank' | 'prose';
  /** 1 to 6 for a heading, else 0. */
  readonly level: number;
  readonly lines: readonly string[];
}

const HEADING = /^ {0,3}(#{1,6})(?:\s|$)/;
const ITEM = /^(?:[-*+]|\d{1,9}[.)])\s/;
const INDENTED = /^(?: {2,}|\t)\S/;

/**
 * Cuts lines into units: a heading, a list item with what is indented below it, a whole code fence, a run of empty lines,
 * a paragraph. Null when a code fence stays open at the end: then nothing is known about where a unit begins.
 */
export function cutUnits(lines: readonly string[]): Unit[] | null {
  const units: Unit[] = [];
  let fence: string | null = null;
  for (const line of lines) {
    const last = units.at(-1);
    const next = fenceAfter(line, fence);
    const kind = fence === null && next === null ? kindOf(line, last) : 'fence';
    const joins = last !== undefined && kind === last.kind && (fence !== null || grows(kind, line));
    if (joins) {
      units.splice(-1, 1, { ...last, lines: [...last.lines, line] });
    } else {
      units.push({ kind, level: HEADING.exec(line)?.[1]?.length ?? 0, lines: [line] });
    }
    fence = next;
  }
  return fence === null ? units : null;
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

function grows(kind: Unit['kind'], line: string): boolean {
  return kind === 'blank' || kind === 'prose' || (kind === 'item' && !ITEM.test(line));
}

/** The highest heading among units as a level (1 is the highest); 7 when there is none. */
export function highestLevel(units: readonly Unit[]): number {
  return Math.min(7, ...units.filter(({ kind }) => kind === 'heading').map(({ level }) => level));
}

/** The lines of units, in order. */
export function linesOf(units: readonly Unit[]): string[] {
  return units.flatMap(({ lines }) => lines);
}
