import type { Argument, Operand } from './operands.js';
import { headOf, type Piece, textOf, type Value } from '../words/piece.js';
import type { Program } from './program.js';
import { Unclear } from '../unclear.js';

/** What `find` does: with the folders that it searches, and with what it finds. */
export function readFind(args: readonly Argument[]): Partial<Program> {
  const texts = args.map(({ pieces }) => textOf(pieces));
  const options = texts.findIndex((text) => text === undefined || !/^-[HLP]$/.test(text));
  const from = options < 0 ? args.length : options;
  const to = args.findIndex(({ pieces }, index) => index >= from && /^[-(!]/.test(headOf(pieces).text));
  const folders = args.slice(from, to < 0 ? args.length : to);
  const expression = to < 0 ? [] : args.slice(to);
  const words = expression.map(({ pieces }) => textOf(pieces) ?? '');
  if (words.some((word) => /^-(?:ok|execdir|okdir|fprint0?|fprintf|fls|files0-from)$/.test(word))) throw new Unclear('an action of find');
  const execs = words.flatMap((word, index) => (word === '-exec' ? [index] : []));
  if (execs.length > 1) throw new Unclear('several actions of find');
  const role = words.includes('-delete') ? 'tree' : 'read';
  const [exec] = execs;
  return {
    operands: folders.map((folder): Operand => ({ ...folder, role })),
    loud: true,
    readsFolder: folders.length === 0,
    folderRole: exec === undefined ? role : 'tree',
    prints: words.includes('-printf') || exec !== undefined ? undefined : 'paths',
    inner: exec === undefined ? undefined : { over: 'operands', words: executed(expression, words, exec + 1) },
  };
}

function executed(expression: readonly Argument[], words: readonly string[], from: number): (path: Value) => Argument[] {
  const end = words.findIndex((word, index) => index > from && (word === ';' || word === '+'));
  if (end < 0) throw new Unclear('an action of find');
  return (path) => expression.slice(from, end).map((word) => withPath(word, '{}', path));
}

/** Options of `xargs` that take a value. */
const XARGS_VALUES = /^-[nPLsEd]$/;

/** What `xargs` does with what it reads. */
export function readXargs(args: readonly Argument[]): Partial<Program> {
  let replaced: string | undefined;
  let splits = true;
  let at = 0;
  for (; at < args.length; at++) {
    const text = textOf(args[at]?.pieces ?? []);
    if (text === undefined || !text.startsWith('-')) break;
    if (/^-a|^--arg-file/.test(text)) throw new Unclear('a list of paths');
    if (/^-[0d]|^--null|^--delimiter/.test(text)) splits = false;
    if (text === '-I') replaced = textOf(args[++at]?.pieces ?? []);
    else if (text.startsWith('-I')) replaced = text.slice(2);
    else if (XARGS_VALUES.test(text)) at++;
  }
  const words = args.slice(at);
  const [first] = words;
  // Without a program it prints what it reads.
  if (first === undefined) return { filter: true };
  const put = replaced;
  return {
    splits,
    inner: { over: 'input', words: (path) => (put === undefined ? [...words, alone(path)] : words.map((word) => withPath(word, put, path))) },
  };
}

/** A word that does not stand in the command. */
function alone(value: Value): Argument {
  const pieces: Piece[] = [{ value, start: 0, end: 0, quoting: 'bare', exact: false }];
  return { spelling: { pieces, start: 0, end: 0, before: 'bare' }, pieces };
}

/** The word with a value in the place of a text. */
function withPath(word: Argument, text: string, path: Value): Argument {
  const pieces = word.pieces.flatMap((piece): Piece[] => {
    if (piece.value.kind !== 'text' || !piece.value.text.includes(text)) return [piece];
    return piece.value.text.split(text).flatMap((part, index): Piece[] => {
      const literal: Piece[] = part === '' ? [] : [{ ...piece, value: { kind: 'text', text: part }, exact: false }];
      return index === 0 ? literal : [{ ...piece, value: path, exact: false }, ...literal];
    });
  });
  return { spelling: { ...word.spelling, pieces }, pieces };
}
