import { NOTHING } from '../paths/mention.js';
import { UNKNOWN, type Value } from './piece.js';
import type { ShellPlaces } from '../places.js';
import type { Shell } from '../walk/shell.js';

/** Set by the shell itself, to numbers or to single letters. */
const NUMBERS = new Set(['?', '$', '!', '#', '-', 'RANDOM', 'SRANDOM', 'SECONDS', 'EPOCHSECONDS', 'BASHPID', 'PPID', 'UID', 'EUID', 'LINENO']);

/** What is known of a variable at some point of the command. */
export function valueOf(name: string, { variables, others, cwd }: Shell, places: ShellPlaces): Value {
  const set = variables.get(name);
  if (set !== undefined) return set;
  if (NUMBERS.has(name)) return { kind: 'any', nature: 'name', flow: NOTHING };
  if (name === 'HOME') return { kind: 'text', text: places.home };
  if (others === 'anything') return UNKNOWN;
  if (name === 'PWD') return cwd?.length === 1 ? { kind: 'text', text: cwd[0] ?? '' } : UNKNOWN;
  if (name === 'TMPDIR') return { kind: 'any', nature: 'elsewhere', flow: NOTHING };
  const given = Object.hasOwn(places.variables, name) ? places.variables[name] : undefined;
  return given === undefined ? UNKNOWN : { kind: 'text', text: given };
}
