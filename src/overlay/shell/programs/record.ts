import { isHinted } from '../words/hints.js';
import { type Flow, type Mention, merged, NOTHING } from '../paths/mention.js';
import type { Operand } from './operands.js';
import { flowsOf, headOf, isPattern, textOf } from '../words/piece.js';
import { type Program, readProgram } from './program.js';
import { targetOf } from '../paths/resolve.js';
import type { Scope } from '../walk/scope.js';
import { keep } from '../paths/survey.js';
import { Unclear } from '../unclear.js';
import { mentionOf, use, type User } from '../paths/uses.js';

/**
 * Notes what a program does with the paths that it is given, `input` being what it reads from a pipe; returns what it prints.
 * Throws `Unclear` as `use` does.
 */
export function record(scope: Scope, program: Program, user: User, input: Flow): Flow {
  if (program.everything) throw new Unclear('a program that reads the whole shared dir');
  if (program.doubtful.some(({ spelling }) => isHinted(scope, spelling))) throw new Unclear('a word that may name a shared path');
  // A program of which nothing is known, or that runs a text, may write down what it reads.
  if (program.keeps || program.code) keep(scope.survey, input);
  if (program.splits) scope.survey.split.push(...input.mentions);
  const named = program.operands.flatMap((operand) => {
    const found = recordOperand(scope, program, operand, user);
    // A script does not print its own path.
    return operand.role === 'run' ? [] : found;
  });
  const texts = merged(program.operands.flatMap(({ pieces, role }) => (role === 'text' || program.loud ? flowsOf(pieces) : [])));
  keepRelative(scope, texts);
  if (program.operands.some(({ role }) => role === 'link')) {
    // The words are what the links will say.
    if (program.operands.some(({ pieces }) => isPattern(pieces))) throw new Unclear('links to what a pattern fits');
    keep(scope.survey, texts);
  }
  const found: Flow = { mentions: named, paths: arePaths(program, user, scope), murky: false };
  const inner = program.inner === undefined ? NOTHING : recordInner(scope, program.inner, user, program.inner.over === 'operands' ? found : input);
  if (program.prints === 'name' || program.prints === 'elsewhere') return NOTHING;
  if (program.prints === 'paths') return found;
  const printed = merged([{ ...NOTHING, mentions: program.loud ? named : [] }, texts, inner, input]);
  return { ...printed, paths: program.filter && input.paths && named.length === 0 && texts.mentions.length === 0 };
}

function recordInner(scope: Scope, inner: NonNullable<Program['inner']>, user: User, flow: Flow): Flow {
  const program = readProgram(inner.words({ kind: 'any', nature: 'unclear', flow }));
  return record(scope, program, user, NOTHING);
}

function recordOperand(scope: Scope, program: Program, operand: Operand, user: User): Mention[] {
  const { role } = operand;
  if (role === 'text' || role === 'pair') return recordOther(scope, operand, user);
  if (role === 'code') return recordText(scope, operand, user);
  if (role === 'destination') return use(scope, operand, 'entry', user, { names: program.names });
  if (role === 'never') {
    const found = use(scope, operand, 'read', user);
    if (found.length > 0) throw new Unclear('a shared path in a place that is not understood');
    return found;
  }
  if (role === 'link') {
    const before = scope.survey.uses.length;
    const found = use(scope, operand, 'entry', user, { names: program.names });
    scope.survey.links.push(...scope.survey.uses.slice(before));
    return found;
  }
  if (role === 'run') {
    const found = use(scope, operand, 'read', user);
    scope.survey.runs.push(...found.flatMap((mention) => mention.spots.map((spot) => ({ mention, spot }))));
    return found;
  }
  if (program.unheard && isHinted(scope, operand.spelling) && !isPathLike(textOf(operand.pieces))) throw new Unclear('a word that may name a shared path');
  return use(scope, operand, role, user, { backup: role === 'file' ? program.backup : '' });
}

/** A mere text, unless it is the names of files, or one of the words that braces make, of which another is a path. */
function recordOther(scope: Scope, operand: Operand, user: User): Mention[] {
  if (isPattern(operand.pieces)) return use(scope, operand, 'list', user);
  const hasBraces = operand.spelling.pieces.some(({ value }) => value.kind === 'brace');
  const around = { places: scope.places, cwd: user.shell.cwd };
  if (hasBraces && targetOf(operand.pieces, around).kind === 'shared') keep(scope.survey, { ...NOTHING, mentions: [mentionOf(scope, operand.spelling, user)] });
  return [];
}

/** Program text may read and write any path that stands in it. */
function recordText(scope: Scope, { spelling, pieces }: Operand, user: User): Mention[] {
  if (isHinted(scope, spelling)) throw new Unclear('program text');
  for (const flow of flowsOf(pieces)) keep(scope.survey, flow);
  if (headOf(pieces).text.includes('..')) scope.survey.strays.push({ cwd: user.shell.cwd, command: user.command });
  return [];
}

/** A message may name a path as well. */
function isPathLike(text: string | undefined): boolean {
  return text === undefined || !/[\s'"`;|&()<>:,=]/.test(text);
}

/** Whether all that the program was given are paths that are known. */
function arePaths(program: Program, user: User, scope: Scope): boolean {
  const around = { places: scope.places, cwd: user.shell.cwd };
  return !program.readsFolder && program.operands.every(({ role, pieces }) => role === 'text' || targetOf(pieces, around).kind !== 'unknown');
}

/** A relative path in a loop becomes an absolute one, which shows wherever it is printed. */
function keepRelative(scope: Scope, { mentions }: Flow): void {
  keep(scope.survey, { mentions: mentions.filter(({ base, command }) => base !== undefined && command === undefined), paths: false, murky: false });
}
