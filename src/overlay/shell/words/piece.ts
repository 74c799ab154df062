import { type Flow, type Mention, NOTHING } from '../paths/mention.js';
import { Unclear } from '../unclear.js';
import type { Quoting } from './quote.js';

/** What is known of a text: of a variable's value, or of one part of a word. */
export type Value =
  | { readonly kind: 'text'; readonly text: string }
  /** One of these: the words of a loop. A word that names shared files has its mention. */
  | { readonly kind: 'choice'; readonly items: readonly Item[] }
  /** `name`: without a slash, not empty, not `..`. `elsewhere`: a path that is not shared. */
  | { readonly kind: 'any'; readonly nature: 'name' | 'elsewhere' | 'unclear'; readonly flow: Flow };

export interface Item {
  readonly text: string;
  readonly mention: Mention | undefined;
}

/** A stretch of a word, without its quotes. */
export interface Piece {
  readonly value: Value | { readonly kind: 'glob'; readonly text: string } | { readonly kind: 'brace'; readonly texts: readonly string[] };
  readonly start: number;
  readonly end: number;
  readonly quoting: Quoting;
  /** Each character of its text stands for itself. */
  readonly exact: boolean;
}

/** A word, or the end of one: what follows the `=` of an option. */
export interface Spelling {
  readonly pieces: readonly Piece[];
  readonly start: number;
  readonly end: number;
  /** How the characters in front of `start` are quoted. */
  readonly before: Quoting;
}

/** The text when all of it is known. */
export function textOf(pieces: readonly Piece[]): string | undefined {
  const head = headOf(pieces);
  return head.count === pieces.length ? head.text : undefined;
}

/** The known text at the start, and of how many pieces it is. */
export function headOf(pieces: readonly Piece[]): { readonly text: string; readonly count: number } {
  let text = '';
  let count = 0;
  for (const { value } of pieces) {
    if (value.kind !== 'text') break;
    text += value.text;
    count++;
  }
  return { text, count };
}

/** Whether the shell puts the names of files in its place. */
export function isPattern(pieces: readonly Piece[]): boolean {
  return pieces.some(({ value }) => value.kind === 'glob');
}

/** What follows the first `length` characters; undefined where that is inside something that cannot be taken apart. */
export function after(spelling: Spelling, length: number): Spelling | undefined {
  let left = length;
  for (const [index, piece] of spelling.pieces.entries()) {
    if (left === 0) {
      const previous = spelling.pieces[index - 1];
      return { ...spelling, pieces: spelling.pieces.slice(index), start: previous?.end ?? spelling.start, before: previous?.quoting ?? spelling.before };
    }
    if (piece.value.kind !== 'text') return undefined;
    const { text } = piece.value;
    if (left < text.length) {
      if (!piece.exact) return undefined;
      const start = piece.start + left;
      const rest: Piece = { ...piece, value: { kind: 'text', text: text.slice(left) }, start };
      return { ...spelling, pieces: [rest, ...spelling.pieces.slice(index + 1)], start, before: piece.quoting };
    }
    left -= text.length;
  }
  return undefined;
}

const MOST_WORDS = 256;

/** What brace expansion makes of it: one word or several, each without braces. Throws `Unclear` where they are very many. */
export function spread(pieces: readonly Piece[]): Piece[][] {
  let words: Piece[][] = [[]];
  for (const piece of pieces) {
    const { value } = piece;
    const choices = value.kind === 'brace' ? value.texts.map((text): Piece => ({ ...piece, value: { kind: 'text', text }, exact: false })) : [piece];
    if (words.length * choices.length > MOST_WORDS) throw new Unclear('too many words');
    words = words.flatMap((word) => choices.map((choice) => [...word, choice]));
  }
  return words;
}

/** Whatever may have come into the text from elsewhere. */
export function flowsOf(pieces: readonly Piece[]): Flow[] {
  return pieces.flatMap(({ value }) => {
    if (value.kind === 'any') return [value.flow];
    return value.kind === 'choice' ? [{ ...NOTHING, mentions: value.items.flatMap(({ mention }) => mention ?? []) }] : [];
  });
}

export const UNKNOWN: Value = { kind: 'any', nature: 'unclear', flow: NOTHING };
