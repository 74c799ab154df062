import { type DoubleQuotedChild, forEachChild, type LiteralPart, type ParameterExpansionPart, type SyntaxNode, type Word } from 'unbash';
import { hasHint } from './hints.js';
import { NOTHING } from '../paths/mention.js';
import { type Piece, UNKNOWN, type Value } from './piece.js';
import type { Quoting } from './quote.js';
import { shortened } from './removal.js';
import type { Scope, Setting } from '../walk/scope.js';
import { flowOf, type Shell } from '../walk/shell.js';
import { Unclear } from '../unclear.js';
import { valueOf } from './variables.js';

/** What the parts of a word are read with. */
export interface Reader {
  readonly scope: Scope;
  readonly shell: Shell;
  readonly setting: Setting;
  readonly evaluate: (word: Word) => Value;
}

/** A literal, or something that the shell puts a text in the place of. */
export function expanded(reader: Reader, part: DoubleQuotedChild, quoting: Quoting): Piece {
  const stretch = { start: part.pos, end: part.end, quoting };
  if (part.type === 'Literal') return { ...stretch, value: { kind: 'text', text: part.value }, exact: part.value === part.text };
  return { ...stretch, value: split(reader, valueIn(reader, part, quoting), quoting), exact: false };
}

function valueIn(reader: Reader, part: Exclude<DoubleQuotedChild, LiteralPart>, quoting: Quoting): Value {
  if (part.type === 'SimpleExpansion') return variable(reader, part.text.slice(1));
  if (part.type === 'ParameterExpansion') return parameter(reader, part, quoting);
  if (part.type === 'CommandExpansion' && part.text.startsWith('$((')) throw new Unclear('two parentheses');
  if (part.type === 'CommandExpansion') return reader.scope.substitute(part.script, reader.shell, withBackquotes(reader.setting, part));
  if (/\+\+|--|(?<![=!<>])=(?!=)/.test(part.text)) throw new Unclear('an assignment in a word');
  readInside(reader, part);
  return { kind: 'any', nature: 'name', flow: NOTHING };
}

function variable({ scope, shell }: Reader, name: string): Value {
  if (name === 'PWD' && !shell.variables.has(name)) scope.survey.told.push({ cwd: shell.cwd, command: undefined });
  return valueOf(name, shell, scope.places);
}

/** Between backquotes a backslash means something even in single quotes. */
function withBackquotes(setting: Setting, { text }: { readonly text: string }): Setting {
  return text.startsWith('`') ? { ...setting, backquoted: true } : setting;
}

/** Something whose meaning is left open; the commands in it are read. */
export function open(reader: Reader, node: SyntaxNode): Value {
  readInside(reader, node);
  return UNKNOWN;
}

/** Reads all commands that stand somewhere in a node. */
export function readInside(reader: Pick<Reader, 'scope' | 'shell' | 'setting'>, node: SyntaxNode): void {
  forEachChild(node, (child) => {
    if (child.type === 'CommandExpansion' || child.type === 'ProcessSubstitution' || child.type === 'ArithmeticCommandExpansion') {
      reader.scope.substitute(child.script, reader.shell, withBackquotes(reader.setting, child));
    } else if (child.type !== 'Script') {
      readInside(reader, child);
    }
  });
}

/** Without quotes a text becomes several words, and may become the names of files. */
function split(reader: Reader, value: Value, quoting: Quoting): Value {
  if (quoting !== 'bare') return value;
  reader.scope.survey.split.push(...flowOf(value).mentions);
  const texts = value.kind === 'text' ? [value.text] : value.kind === 'choice' ? value.items.map(({ text }) => text) : [];
  if (!texts.some((text) => text === '' || /[\s*?[\]\\{}]/.test(text))) return value;
  if (texts.some((text) => hasHint(text, reader.scope.places.hints))) throw new Unclear('a path that is split into words');
  return { kind: 'any', nature: 'unclear', flow: flowOf(value) };
}

function parameter(reader: Reader, part: ParameterExpansionPart, quoting: Quoting): Value {
  const { operation } = part;
  if (part.prefix === '#') return { kind: 'any', nature: 'name', flow: NOTHING };
  const value = variable(reader, part.parameter);
  if (part.index !== undefined && operation === undefined && part.prefix === undefined) {
    readInside(reader, part);
    return { kind: 'any', nature: 'unclear', flow: flowOf(value) };
  }
  if (operation === undefined && part.prefix === undefined) return value;
  if (operation?.type === 'Default' && part.prefix === undefined) {
    const { operator, operand } = operation;
    // In double quotes `~` means nothing.
    const other = quoting === 'double' && operand.text.startsWith('~') ? UNKNOWN : reader.evaluate(operand);
    if (value.kind === 'text' && (value.text !== '' || !operator.startsWith(':'))) return operator.endsWith('+') ? other : value;
    if (value.kind === 'text' && operator.endsWith('=')) throw new Unclear('an assignment in a word');
    if (value.kind === 'text' && operator.endsWith('-')) return other;
    return { kind: 'any', nature: 'unclear', flow: flowOf(value) };
  }
  readInside(reader, part);
  const short = operation?.type === 'Remove' && part.prefix === undefined ? shortened(value, operation.operator, operation.operand.text) : undefined;
  if (short !== undefined) return short;
  if (value.kind === 'text' && hasHint(value.text, reader.scope.places.hints)) throw new Unclear('a part of a path');
  return { kind: 'any', nature: 'unclear', flow: { ...flowOf(value), paths: false } };
}
