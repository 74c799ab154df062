import { after, headOf, type Piece, type Spelling, spread, textOf } from '../words/piece.js';
import type { Behaviour, OperandRole, ProgramRow } from './table.js';
import { Unclear } from '../unclear.js';

/** One word of a command, without braces. */
export interface Argument {
  /** As it stands in the command; with braces it is that of several arguments. */
  readonly spelling: Spelling;
  readonly pieces: readonly Piece[];
}

/** A word, or the value of an option, and what is done with it. */
export interface Operand extends Argument {
  readonly role: OperandRole;
}

/** The words of a command as its program takes them. */
export interface Operands {
  readonly operands: readonly Operand[];
  /** Those that are neither options nor belong to one. */
  readonly plain: readonly Operand[];
  readonly behaviour: Behaviour;
  /** What is added to the names of files that are kept before they are changed. */
  readonly backup: string;
  /** Some text among them may be program text, or name a file in a way that is not understood. */
  readonly doubtful: readonly Argument[];
}

export function toArguments(spellings: readonly Spelling[]): Argument[] {
  return spellings.flatMap((spelling) => spread(spelling.pieces).map((pieces) => ({ spelling, pieces })));
}

/** Tells options from operands, as most programs do, and says what is done with each. */
export function readOperands(row: ProgramRow, args: readonly Argument[]): Operands {
  const given = new Set<string>();
  const values: Operand[] = [];
  const plain: Argument[] = [];
  const doubtful: Argument[] = [];
  let backup = '';
  let pending: readonly OperandRole[] = [];
  let onlyPlain = false;
  let mayBeSuffix = false;
  for (const arg of args) {
    const head = headOf(arg.pieces).text;
    const [role, ...others] = pending;
    if (role !== undefined) {
      values.push({ ...arg, role });
      pending = others;
      continue;
    }
    const assignment = /^[a-z]+=/.exec(head)?.[0];
    const assigned = assignment === undefined ? undefined : row.options.get(assignment);
    if (assigned !== undefined) {
      values.push(...tail(arg, assignment?.length ?? 0, assigned, doubtful));
    } else if (onlyPlain || !head.startsWith('-') || head === '-') {
      // BSD's `sed -i ''`.
      if (!(mayBeSuffix && textOf(arg.pieces) === '')) plain.push(arg);
    } else if (head === '--') {
      onlyPlain = true;
    } else {
      const option = head.startsWith('--') ? readLong(row, head) : readShort(row, head);
      for (const name of option.names) given.add(name);
      if (option.value === undefined) pending = option.roles;
      else if (option.roles[0] !== undefined) values.push(...tail(arg, option.value, option.roles[0], doubtful));
      else if (row.backup.includes(option.names.at(-1) ?? '')) backup = suffix(arg, option.value);
      mayBeSuffix = row.backup.includes(option.names.at(-1) ?? '');
      continue;
    }
    mayBeSuffix = false;
  }
  const behaviour = behaviourWith(row, given);
  return { ...withRoles(row, given, behaviour, plain, values), behaviour, backup, doubtful };
}

interface Option {
  readonly names: readonly string[];
  /** Where its value starts in the word; undefined when it is in the next words, if anywhere. */
  readonly value: number | undefined;
  /** What is done with its value, or values. */
  readonly roles: readonly OperandRole[];
}

function readLong(row: ProgramRow, head: string): Option {
  const equals = head.indexOf('=');
  const name = equals < 0 ? head : head.slice(0, equals);
  const role = row.options.get(name);
  if (equals < 0) return { names: [name], value: undefined, roles: row.attached.includes(name) ? [] : rolesOf(role) };
  const unknown = head.slice(equals).includes('/') ? 'read' : 'text';
  return { names: [name], value: equals + 1, roles: row.attached.includes(name) ? [] : [role ?? unknown] };
}

/** Several letters may stand behind one dash; what follows one that takes a value is its value. */
function readShort(row: ProgramRow, head: string): Option {
  const names: string[] = [];
  for (let at = 1; at < head.length; at++) {
    const name = `-${head[at] ?? ''}`;
    names.push(name);
    const role = row.options.get(name);
    const value = at + 1 < head.length ? at + 1 : undefined;
    if (row.attached.includes(name)) return { names, value, roles: [] };
    if (role !== undefined) return { names, value, roles: rolesOf(role) };
  }
  return { names, value: undefined, roles: [] };
}

function rolesOf(role: OperandRole | undefined): OperandRole[] {
  if (role === undefined) return [];
  return role === 'pair' ? ['text', 'read'] : [role];
}

function tail(arg: Argument, length: number, role: OperandRole, doubtful: Argument[]): Operand[] {
  const spelling = after(arg.spelling, length);
  const pieces = after({ ...arg.spelling, pieces: arg.pieces }, length)?.pieces;
  if (spelling !== undefined && pieces !== undefined) return [{ spelling, pieces, role }];
  doubtful.push(arg);
  return [];
}

function suffix(arg: Argument, start: number): string {
  const text = textOf(arg.pieces);
  if (text === undefined || /[*/]/.test(text.slice(start))) throw new Unclear('the name of a kept file');
  return text.slice(start);
}

function behaviourWith(row: ProgramRow, given: ReadonlySet<string>): Behaviour {
  let behaviour: Behaviour = row;
  for (const { options, change } of row.when) {
    if (options.some((option) => given.has(option))) behaviour = { ...behaviour, ...change };
  }
  return behaviour;
}

function withRoles(row: ProgramRow, given: ReadonlySet<string>, { operands: every, first, last }: Behaviour, plain: readonly Argument[], values: readonly Operand[]): Pick<Operands, 'operands' | 'plain'> {
  const leading = row.firstUnless.some((option) => given.has(option)) ? [] : first;
  const hasTarget = values.some(({ role }) => role === 'destination');
  const named = plain.map((arg, index): Operand => {
    const isLast = !hasTarget && index > 0 && index === plain.length - 1;
    if (textOf(arg.pieces) === '-') return { ...arg, role: 'text' };
    return { ...arg, role: leading[index] ?? (isLast ? (last ?? every) : every) };
  });
  return { operands: [...values, ...named], plain: named.slice(leading.length) };
}
