import type { DoubleQuotedChild, DoubleQuotedPart, HereDocBody, LiteralPart, SingleQuotedPart, Word, WordPart } from 'unbash';
import { braceTexts } from './braces.js';
import { merged } from '../paths/mention.js';
import { expanded, open, type Reader } from './expansion.js';
import { flowsOf, type Piece, type Spelling, textOf, UNKNOWN, type Value } from './piece.js';
import type { Scope, Setting } from '../walk/scope.js';
import { flowOf, type Shell } from '../walk/shell.js';
import { valueOf } from './variables.js';

/** Takes a word apart, and reads the commands in it. Throws `Unclear` as they do. */
export function spell(scope: Scope, word: Word, shell: Shell, setting: Setting): Spelling {
  const reader = readerOf(scope, shell, setting);
  const parts = word.parts ?? [{ type: 'Literal', pos: word.pos, end: word.end, value: word.value, text: word.text } as const];
  const pieces = parts.flatMap((part, index) => (index === 0 && part.type === 'Literal' ? opening(reader, part, parts.length === 1) : piecesOf(reader, part)));
  return { pieces, start: word.pos, end: word.end, before: 'bare' };
}

/** What is put into the text of a here-document. */
export function bodyPieces(scope: Scope, { parts = [] }: HereDocBody, shell: Shell, setting: Setting): Piece[] {
  const reader = readerOf(scope, shell, setting);
  return parts.flatMap((part) => (isTextPart(part) ? [expanded(reader, part, 'double')] : piecesOf(reader, part)));
}

function readerOf(scope: Scope, shell: Shell, setting: Setting): Reader {
  return { scope, shell, setting, evaluate: (inner) => assigned(spell(scope, inner, shell, setting)) };
}

function isTextPart(part: WordPart): part is DoubleQuotedChild {
  return ['Literal', 'SimpleExpansion', 'ParameterExpansion', 'CommandExpansion', 'ArithmeticExpansion'].includes(part.type);
}

/** The value that a variable has after `name=word`. */
export function assigned({ pieces }: Spelling): Value {
  const text = textOf(pieces.map((piece) => (piece.value.kind === 'glob' ? { ...piece, value: { kind: 'text', text: piece.value.text } } : piece)));
  if (text !== undefined) return { kind: 'text', text };
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1 && only.value.kind !== 'glob' && only.value.kind !== 'brace') return only.value;
  return { kind: 'any', nature: pieces.every(isName) ? 'name' : 'unclear', flow: merged(flowsOf(pieces)) };
}

function isName({ value }: Piece): boolean {
  return value.kind === 'any' ? value.nature === 'name' : value.kind === 'text' && !/[/~]|^\.+$/.test(value.text);
}

/** The unquoted start of a word, in which `~` means something; also behind the `=` of `of=~/file`. */
function opening(reader: Reader, part: LiteralPart, only: boolean): Piece[] {
  const name = /^[A-Za-z_]\w*=(?=~)/.exec(part.text)?.[0] ?? '';
  const rest = part.text.slice(name.length);
  if (!rest.startsWith('~')) return piecesOf(reader, part);
  const start = part.pos + name.length;
  const before: Piece[] = name === '' ? [] : [{ value: { kind: 'text', text: name }, start: part.pos, end: start, quoting: 'bare', exact: true }];
  const home = valueOf('HOME', reader.shell, reader.scope.places);
  const isHome = rest === '~' ? only : rest.startsWith('~/');
  const value: Value = isHome && home.kind === 'text' ? { kind: 'text', text: home.text + part.value.slice(name.length + 1) } : UNKNOWN;
  return [...before, { value, start, end: part.end, quoting: 'bare', exact: false }];
}

function piecesOf(reader: Reader, part: WordPart): Piece[] {
  if (part.type === 'SingleQuoted') return [{ value: { kind: 'text', text: part.value }, start: part.pos + 1, end: part.end - 1, quoting: 'single', exact: true }];
  if (part.type === 'DoubleQuoted') return inDoubleQuotes(reader, part);
  if (isTextPart(part)) return [expanded(reader, part, 'bare')];
  return [{ value: valueIn(reader, part), start: part.pos, end: part.end, quoting: 'bare', exact: false }];
}

function inDoubleQuotes(reader: Reader, { pos, parts }: DoubleQuotedPart): Piece[] {
  if (parts.length > 0) return parts.map((part) => expanded(reader, part, 'double'));
  return [{ value: { kind: 'text', text: '' }, start: pos + 1, end: pos + 1, quoting: 'double', exact: true }];
}

function valueIn(reader: Reader, part: Exclude<WordPart, DoubleQuotedChild | DoubleQuotedPart | SingleQuotedPart>): Piece['value'] {
  if (part.type === 'AnsiCQuoted') return { kind: 'text', text: part.value };
  if (part.type === 'Glob') return { kind: 'glob', text: part.text };
  if (part.type === 'BraceExpansion') {
    const texts = braceTexts(part.text);
    return texts === undefined ? open(reader, part) : { kind: 'brace', texts };
  }
  if (part.type !== 'ProcessSubstitution') return open(reader, part);
  const setting: Setting = { ...reader.setting, detached: reader.setting.detached || part.operator === '>' };
  return { kind: 'any', nature: 'elsewhere', flow: flowOf(reader.scope.substitute(part.script, reader.shell, setting)) };
}
