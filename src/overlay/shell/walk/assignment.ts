import type { Assignment } from 'unbash';
import { merged } from '../paths/mention.js';
import type { Argument } from '../programs/operands.js';
import { flowsOf, type Piece, UNKNOWN, type Value } from '../words/piece.js';
import { targetOf } from '../paths/resolve.js';
import type { Scope, Setting } from './scope.js';
import { assign, flowOf, type Shell } from './shell.js';
import { Unclear } from '../unclear.js';
import { valueOf } from '../words/variables.js';
import { assigned, spell } from '../words/spell.js';

/** A variable and the value that it gets. */
export interface Declared {
  readonly name: string;
  readonly value: Value;
  /** The words of the value. */
  readonly argument: Argument;
}

/** Reads `name=value`. Throws `Unclear` for a list with shared paths in it. */
export function declaredBy(scope: Scope, assignment: Assignment, shell: Shell, setting: Setting): Declared {
  const { name, value, append, index } = assignment;
  if (value.type === 'ArrayValue') {
    const pieces = value.elements.flatMap((element) => {
      const word = spell(scope, element, shell, setting);
      if (targetOf(word.pieces, { places: scope.places, cwd: shell.cwd }).kind === 'shared') throw new Unclear('a list of paths');
      return word.pieces;
    });
    const argument: Argument = { spelling: { pieces: [], start: value.pos, end: value.end, before: 'bare' }, pieces: [] };
    return { name, value: { kind: 'any', nature: 'unclear', flow: merged(flowsOf(pieces)) }, argument };
  }
  const spelling = spell(scope, value, shell, setting);
  // Braces mean nothing here.
  const pieces = spelling.pieces.map((piece): Piece => (piece.value.kind === 'brace' ? { ...piece, value: UNKNOWN } : piece));
  const argument: Argument = { spelling: { ...spelling, pieces }, pieces };
  const own = assigned(argument.spelling);
  if (append !== true && index === undefined) return { name, value: own, argument };
  const before = valueOf(name, shell, scope.places);
  if (append === true && index === undefined && before.kind === 'text' && own.kind === 'text') return { name, value: { kind: 'text', text: before.text + own.text }, argument };
  return { name, value: { kind: 'any', nature: 'unclear', flow: merged([flowOf(before), flowOf(own)]) }, argument };
}

/** The shell after assignments that last. Throws `Unclear` when words are split otherwise from then on. */
export function assignAll(shell: Shell, assignments: readonly Declared[]): Shell {
  for (const { name, value } of assignments) {
    if (name === 'IFS' && !(value.kind === 'text' && /^\s*$/.test(value.text))) throw new Unclear('words are split otherwise');
  }
  return assignments.reduce((changed, { name, value }) => assign(changed, name, value), shell);
}
