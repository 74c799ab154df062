import type { Lines } from './lines.js';
import { cutUnits, fenceStates, isTelling, NO_HEADING, type Unit } from './markdown.js';

/** A heading, or a unit of text without one, with the empty lines around it. */
interface Piece {
  /** 'line': the piece continues a paragraph of the file. */
  readonly kind: Unit['kind'] | 'line';
  readonly lines: Lines;
  /** The empty lines above and below it, as far as they were added with it. */
  readonly before: Lines;
  readonly after: Lines;
  /** The piece that it follows. */
  readonly previous: Piece | null;
}

/**
 * The unit of an insertion, added as a whole or not at all: a section with all blocks below its heading, up to the next heading of its
 * level or a higher one; outside a section, a paragraph, a list item with the lines indented below it, a code fence, a table, or a single
 * line.
 */
export interface Block {
  /** Equal for two blocks that are the same: the heading of a section, or all lines of any other block. */
  readonly name: string;
  /** The level of its heading, else `NO_HEADING`. */
  readonly level: number;
  readonly head: Piece;
  readonly body: readonly Block[];
}

/** The lines of a version between which lines were added; undefined at the start and the end of a file. */
export interface Surroundings {
  readonly above: string | undefined;
  readonly below: string | undefined;
}

/** Returns the lines around the lines `start..end` (end exclusive) of a version. */
export function surroundingsOf(lines: Lines, start: number, end: number): Surroundings {
  return { above: lines[start - 1], below: lines[end] };
}

/**
 * Splits lines that were added at one position into blocks. No block is deeper than the one before it, because it would be a part of that.
 * Lines that continue a paragraph of the file are not a paragraph of their own: each is a block, unless some are indented, as in code,
 * where a single line means nothing. Returns null when a code fence stays open, because then it is unknown where blocks begin.
 */
export function readBlocks(added: Lines, around: Surroundings): Block[] | null {
  const units = cutUnits(added);
  return units && nest(toPieces(units.flatMap((unit, at) => (continues(units, at, around) ? singleLines(unit.lines) : [unit]))));
}

function continues(units: readonly Unit[], at: number, { above, below }: Surroundings): boolean {
  const unit = units[at];
  const touches = (at === 0 && isProse(above)) || (at === units.length - 1 && isProse(below));
  return touches && unit?.kind === 'prose' && !unit.lines.some((line) => /^\s/.test(line));
}

function isProse(line: string | undefined): boolean {
  return line !== undefined && !/^\s/.test(line) && fenceStates([line]) === null && cutUnits([line])?.[0]?.kind === 'prose';
}

/** Splits a unit into lines. A line without a letter or digit belongs to the line above it. */
function singleLines(lines: Lines): Part[] {
  const parts: string[][] = [];
  for (const line of lines) {
    const last = parts.at(-1);
    if (last === undefined || isTelling(line)) {
      parts.push([line]);
    } else {
      last.push(line);
    }
  }
  return parts.map((part) => ({ kind: 'line', level: NO_HEADING, lines: part }));
}

/** A unit, or a line of one. */
interface Part {
  readonly kind: Piece['kind'];
  readonly level: number;
  readonly lines: Lines;
}

interface Leveled {
  readonly piece: Piece;
  readonly level: number;
}

function toPieces(units: readonly Part[]): Leveled[] {
  const blanks = (at: number): Lines => (units[at]?.kind === 'blank' ? units[at].lines : []);
  let previous: Piece | null = null;
  return units.flatMap((unit, at) => {
    if (unit.kind === 'blank') {
      return [];
    }
    const piece: Piece = { kind: unit.kind, lines: unit.lines, before: blanks(at - 1), after: blanks(at + 1), previous };
    previous = piece;
    return [{ piece, level: unit.level }];
  });
}

function nest(pieces: readonly Leveled[]): Block[] {
  const top: Block[] = [];
  const open: { level: number; body: Block[] }[] = [{ level: 0, body: top }];
  for (const { piece, level } of pieces) {
    while ((open.at(-1)?.level ?? 0) >= level) {
      open.pop();
    }
    const body: Block[] = [];
    open.at(-1)?.body.push({ name: piece.lines.join('\n'), level, head: piece, body });
    if (level < NO_HEADING) {
      open.push({ level, body });
    }
  }
  return top;
}

/** Returns the pieces of blocks, in order. */
export function piecesOf(blocks: readonly Block[]): Piece[] {
  return blocks.flatMap(({ head, body }) => [head, ...piecesOf(body)]);
}

/**
 * Joins the lines of pieces. Two pieces that did not follow each other are separated by the empty lines that one of them had there; items
 * of a list, by those that both had. Two paragraphs do not become one, unless no piece has an empty line; a table does not absorb a line.
 */
export function linesOf(pieces: readonly Piece[]): string[] {
  const blank = pieces.find(({ before }) => before.length > 0)?.before.slice(0, 1) ?? [];
  return pieces.flatMap((piece, at) => {
    const last = pieces[at - 1];
    const gap = last === undefined || piece.previous === last ? piece.before : gapBetween(last, piece, blank);
    return [...gap, ...piece.lines, ...(at === pieces.length - 1 ? piece.after : [])];
  });
}

function gapBetween(above: Piece, below: Piece, blank: Lines): Lines {
  const [shorter, longer] = above.after.length < below.before.length ? [above.after, below.before] : [below.before, above.after];
  if (above.kind === 'item' && below.kind === 'item') {
    return shorter;
  }
  if (longer.length === 0 && (above.kind === 'table' || below.kind === 'table')) {
    return [''];
  }
  return longer.length === 0 && above.kind === 'prose' && below.kind === 'prose' ? blank : longer;
}
