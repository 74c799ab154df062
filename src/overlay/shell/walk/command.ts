import type { Command } from 'unbash';
import { assignAll, type Declared, declaredBy } from './assignment.js';
import { builtin, isBuiltin } from './builtins.js';
import { type CommandNote, type Flow, NOTHING } from '../paths/mention.js';
import { type Argument, toArguments } from '../programs/operands.js';
import { after, flowsOf, headOf, textOf } from '../words/piece.js';
import { unwrapped } from '../programs/prefixes.js';
import { type Program, readProgram } from '../programs/program.js';
import { record } from '../programs/record.js';
import { targetOf } from '../paths/resolve.js';
import { readRedirects, type Redirected, settled } from './redirects.js';
import type { FunctionNote, Scope, Setting } from './scope.js';
import { forgetting, type Outcome, type Shell } from './shell.js';
import { keep } from '../paths/survey.js';
import { Unclear } from '../unclear.js';
import { use, type User } from '../paths/uses.js';
import { spell } from '../words/spell.js';

/** Reads a simple command: what it does with files, and where the shell is after it. Throws `Unclear` as its words do. */
export function readCommand(scope: Scope, command: Command, shell: Shell, setting: Setting): Outcome {
  const assignments = command.prefix.flatMap((item) => (item.type === 'Assignment' ? [declaredBy(scope, item, shell, setting)] : []));
  if (command.name === undefined) {
    readRedirects(scope, command.redirects, { shell, setting, command: undefined }, setting);
    return unchanged(assignAll(shell, assignments), NOTHING);
  }
  const spellings = [command.name, ...command.args].flatMap((word) => (word.type === 'Word' ? [spell(scope, word, shell, setting)] : []));
  const declared = command.args.flatMap((item) => (item.type === 'Assignment' ? [declaredBy(scope, item, shell, setting)] : []));
  const { words, assignments: given, external } = unwrapped(toArguments(spellings));
  const [first, ...args] = words;
  const name = first === undefined || external ? undefined : textOf(first.pieces);
  const called = name === undefined ? undefined : scope.functions.get(name);
  const own = called !== undefined || (name !== undefined && isBuiltin(name));
  const program = first === undefined || own ? undefined : readProgram(words);

  const user: User = { shell, setting, command: noteOf(command, program, shell) };
  if (user.command !== undefined) scope.survey.commands.push(user.command);
  const redirected = readRedirects(scope, command.redirects, user, setting);
  const { input = setting.input, hinted } = redirected;
  if (command.name.value === 'exec' && args.length === 0 && lasts(redirected)) throw new Unclear('all that follows is kept');
  const before = scope.survey.uses.length;
  if (hinted && (called !== undefined || program?.code === true)) throw new Unclear('a text that may name a shared path');
  for (const { argument } of assignments) use(scope, argument, 'read', user);
  for (const argument of given) useValue(scope, argument, user);

  if (program !== undefined && (program.unheard || program.code) && lasts(redirected) && user.command !== undefined) scope.survey.outputs.push(user.command);
  if (name === 'pwd' && (setting.contained || lasts(redirected))) scope.survey.told.push({ cwd: shell.cwd, command: user.command });
  return settled(scope, act(scope, { name, args, declared, called, program, user, input }), redirected, before);
}

/** `exec > file` holds for everything that follows. */
function lasts({ output, errors }: Redirected): boolean {
  return output === 'file' || errors === 'file';
}

interface Act {
  readonly name: string | undefined;
  readonly args: readonly Argument[];
  readonly declared: readonly Declared[];
  readonly called: FunctionNote | undefined;
  readonly program: Program | undefined;
  readonly user: User;
  readonly input: Flow;
}

function act(scope: Scope, { name, args, declared, called, program, user, input }: Act): Outcome {
  if (called !== undefined) return call(scope, called, args, user, input);
  if (program !== undefined) {
    const changed = name === undefined ? undefined : builtin(scope, name, args, declared, user, input);
    const printed = record(scope, program, user, input);
    return changed === undefined ? afterProgram(scope, program, user.shell, printed) : { ...changed, printed };
  }
  const changed = name === undefined ? undefined : builtin(scope, name, args, declared, user, input);
  return changed === undefined ? unchanged(user.shell, NOTHING) : { ...changed, printed: NOTHING };
}

/** Folders that it has made are there. With an option that takes them as they are, it is not expected to fail. */
function afterProgram({ places }: Scope, { operands, always }: Program, shell: Shell, printed: Flow): Outcome {
  const made = operands.flatMap(({ role, pieces }) => {
    const target = role === 'make' ? targetOf(pieces, { places, cwd: shell.cwd }) : undefined;
    if (target?.kind === 'shared') return target.spots;
    return target?.kind === 'elsewhere' ? target.paths : [];
  });
  const folders = made.flatMap(({ path, rest }) => (rest === undefined ? [path] : []));
  const ok = folders.length === 0 ? shell : { ...shell, made: new Set([...shell.made, ...folders]) };
  return always ? { ok, failed: undefined, unlikely: shell, printed } : { ok, failed: shell, printed };
}

/** What a function does with its words is not followed, so they must stay as they are. */
function call(scope: Scope, { assigns, movesFolder, printed }: FunctionNote, args: readonly Argument[], user: User, input: Flow): Outcome {
  if (user.setting.detached) throw new Unclear('a function in the background');
  for (const arg of args) {
    keep(scope.survey, { ...NOTHING, mentions: use(scope, arg, 'read', user) });
    for (const flow of flowsOf(arg.pieces)) keep(scope.survey, flow);
  }
  keep(scope.survey, input);
  return unchanged(forgetting(user.shell, assigns.keys(), movesFolder), printed);
}

function unchanged(shell: Shell, printed: Flow): Outcome {
  return { ok: shell, failed: shell, printed };
}

function noteOf(command: Command, program: Program | undefined, { cwd }: Shell): CommandNote {
  return {
    start: command.pos,
    end: command.end,
    cwd,
    readsFolder: program?.readsFolder ?? false,
    folderRole: program?.folderRole ?? 'read',
    loud: program?.loud ?? false,
    separable: program !== undefined && command.name?.value !== 'exec',
    apart: program?.apart ?? false,
  };
}

/** The value in `env NAME=value`. */
function useValue(scope: Scope, argument: Argument, user: User): void {
  const length = headOf(argument.pieces).text.indexOf('=') + 1;
  const spelling = after(argument.spelling, length);
  const pieces = after({ ...argument.spelling, pieces: argument.pieces }, length)?.pieces;
  if (spelling !== undefined && pieces !== undefined) use(scope, { spelling, pieces }, 'read', user);
}
