import { readFind, readXargs } from './find-xargs.js';
import { type Argument, type Operand, readOperands } from './operands.js';
import { after, headOf, isPattern, textOf, UNKNOWN, type Value } from '../words/piece.js';
import { type Behaviour, programRow } from './table.js';
import { lastName } from '../paths/resolve.js';
import { testOperands } from './test-operands.js';
import { Unclear } from '../unclear.js';

/** What one program is about to do with its words. */
export interface Program {
  readonly operands: readonly Operand[];
  /** Words that are not understood. */
  readonly doubtful: readonly Argument[];
  /** Nothing is known of it but its words. */
  readonly unheard: boolean;
  readonly loud: boolean;
  readonly readsFolder: boolean;
  /** What it does with the current folder when it reads it. */
  readonly folderRole: Behaviour['bareRole'];
  readonly prints: Behaviour['prints'];
  readonly filter: boolean;
  readonly keeps: boolean;
  /** It takes program text from a pipe. */
  readonly code: boolean;
  readonly apart: boolean;
  readonly everything: boolean;
  /** It is not expected to fail. */
  readonly always: boolean;
  /** It takes what it reads from a pipe apart where there are blanks. */
  readonly splits: boolean;
  readonly backup: string;
  /** The names that its destination gets; undefined for those that are not known. */
  readonly names: readonly (string | undefined)[];
  /** What it runs for each path that it finds (`operands`) or reads (`input`). */
  readonly inner: Inner | undefined;
}

interface Inner {
  readonly over: 'operands' | 'input';
  /** Its words, with `path` in the place of the path. */
  readonly words: (path: Value) => readonly Argument[];
}

/** Reads the words of a command, its name first. Throws `Unclear` for what no reading fits. */
export function readProgram([name, ...args]: readonly Argument[]): Program {
  const word = name === undefined ? undefined : textOf(name.pieces);
  const known = word === undefined ? undefined : systemName(word);
  if (known === 'find') return withInner({ ...QUIET, ...readFind(args) });
  if (known === 'xargs') return withInner({ ...QUIET, ...readXargs(args) });
  if (known === 'test' || known === '[') return { ...QUIET, operands: testOperands(args) };
  const row = known === undefined ? undefined : programRow(known);
  if (row === undefined) return unheard(name, args);
  const { operands, plain, behaviour, backup, doubtful } = readOperands(row, args);
  const { folder, loud, prints, filter, bareRole } = behaviour;
  if (behaviour.last === 'link' && plain.length < 2) throw new Unclear('a link without a name');
  const others = plain.filter(({ role }) => role !== 'destination' && role !== 'link');
  return {
    ...row,
    operands,
    doubtful,
    loud: loud === 'several' ? plain.length > 1 || plain.some(({ pieces }) => textOf(pieces) === undefined) : loud || operands.some(({ role, pieces }) => role === 'text' && isPattern(pieces)),
    prints,
    filter,
    backup,
    splits: false,
    always: behaviour.always,
    unheard: false,
    readsFolder: folder === 'always' || (folder === 'bare' && plain.length === 0),
    folderRole: bareRole,
    names: others.map(({ pieces }) => lastName(pieces)),
    inner: undefined,
  };
}

/** A program that runs another does what that one does. */
function withInner(program: Program): Program {
  if (program.inner === undefined) return program;
  const { loud, readsFolder, code, apart, everything } = readProgram(program.inner.words(UNKNOWN));
  return {
    ...program,
    loud: program.loud || loud,
    readsFolder: program.readsFolder || readsFolder,
    code: program.code || code,
    apart: program.apart || apart,
    everything: program.everything || everything,
  };
}

const QUIET: Program = {
  operands: [],
  doubtful: [],
  unheard: false,
  loud: false,
  readsFolder: false,
  folderRole: 'read',
  prints: undefined,
  filter: false,
  keeps: false,
  code: false,
  apart: false,
  everything: false,
  always: false,
  splits: false,
  backup: '',
  names: [],
  inner: undefined,
};

/** The name of a program by that name, or in a folder of the system's. */
export function systemName(word: string): string | undefined {
  return /^(?:(?:\/usr|\/usr\/local|\/opt\/homebrew)?\/s?bin\/)?([^/]+)$/.exec(word)?.[1];
}

function unheard(name: Argument | undefined, args: readonly Argument[]): Program {
  const isFile = name !== undefined && !(systemName(textOf(name.pieces) ?? '/') !== undefined);
  return {
    ...QUIET,
    operands: [...(isFile ? [{ ...name, role: 'run' as const }] : []), ...args.flatMap(guess)],
    doubtful: args.filter((arg) => guess(arg).length === 0),
    unheard: true,
    loud: true,
    readsFolder: true,
    code: true,
  };
}

/** A word is a path, or has one behind its `=`. */
function guess(arg: Argument): Operand[] {
  const { text } = headOf(arg.pieces);
  const name = /^-*[\w-]+=/.exec(text)?.[0];
  if (name !== undefined) {
    const spelling = after(arg.spelling, name.length);
    const pieces = after({ ...arg.spelling, pieces: arg.pieces }, name.length)?.pieces;
    return spelling !== undefined && pieces !== undefined ? [{ spelling, pieces, role: 'read' }] : [];
  }
  return text.startsWith('-') ? [] : [{ ...arg, role: 'read' }];
}
