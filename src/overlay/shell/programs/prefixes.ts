import type { Argument } from './operands.js';
import { headOf, textOf } from '../words/piece.js';
import { systemName } from './program.js';
import { prefixRow } from './table.js';
import { Unclear } from '../unclear.js';

/** A command without `sudo`, `env A=b` and the like before it. */
export interface Unwrapped {
  readonly words: readonly Argument[];
  /** Words of `env` that give a variable a value. */
  readonly assignments: readonly Argument[];
  /** Some program runs it, so it is no command of the shell itself. */
  readonly external: boolean;
}

/** Throws `Unclear` for options that change what the rest means. */
export function unwrapped(words: readonly Argument[], assignments: readonly Argument[] = [], external = false): Unwrapped {
  const [name, ...rest] = words;
  const program = systemName(textOf(name?.pieces ?? []) ?? '/');
  const row = program === undefined ? undefined : prefixRow(program);
  if (row === undefined || rest.length === 0) return { words, assignments, external };
  let at = 0;
  const assigned: Argument[] = [];
  let skip = row.skip;
  for (; at < rest.length; at++) {
    const word = rest[at];
    const head = headOf(word?.pieces ?? []).text;
    if (row.tells.includes(head)) return { words: [], assignments, external };
    if (row.never.some((option) => head === option || head.startsWith(`${option}=`))) throw new Unclear(`${program} ${head}`);
    if (head.startsWith('-')) {
      if (row.options.includes(head)) at++;
      if (head === '--') {
        at++;
        break;
      }
    } else if (word !== undefined && /^[A-Za-z_]\w*=/.test(head)) {
      assigned.push(word);
    } else if (skip-- <= 0) {
      break;
    }
  }
  return unwrapped(rest.slice(at), [...assignments, ...assigned], external || !['command', 'builtin', 'exec', 'time'].includes(program ?? ''));
}
