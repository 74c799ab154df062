import { isDeepStrictEqual } from 'node:util';
import { type Flow, merged, NOTHING } from '../paths/mention.js';
import type { Value } from '../words/piece.js';

/** What is known of the shell at some point of the command. Undefined where that point is never reached. */
export interface Shell {
  /** Variables that the command has set so far. */
  readonly variables: ReadonlyMap<string, Value>;
  /** What the others are that nothing is known of: variables of the environment, or anything at all. */
  readonly others: 'environment' | 'anything';
  /** Folders that the command has made. */
  readonly made: ReadonlySet<string>;
  /** All folders of which one is the current one; undefined when nothing is known. */
  readonly cwd: readonly string[] | undefined;
}

/** Where the shell may be after a command that succeeded, and after one that failed. */
export interface Outcome {
  readonly ok: Shell | undefined;
  readonly failed: Shell | undefined;
  /** Where it is after a failure that is not expected: what is done about it is read, but not what follows from that. */
  readonly unlikely?: Shell | undefined;
  /** What it printed. */
  readonly printed: Flow;
}

export function assign(shell: Shell, name: string, value: Value): Shell {
  return { ...shell, variables: new Map(shell.variables).set(name, value) };
}

/** One of the two, it is not known which. */
export function either(one: Shell | undefined, other: Shell | undefined): Shell | undefined {
  if (one === undefined || other === undefined || one === other) return one ?? other;
  const variables = new Map<string, Value>();
  for (const name of new Set([...one.variables.keys(), ...other.variables.keys()])) {
    variables.set(name, oneOf(one.variables.get(name), other.variables.get(name)));
  }
  const made = new Set([...one.made].filter((folder) => other.made.has(folder)));
  const cwd = one.cwd && other.cwd && [...new Set([...one.cwd, ...other.cwd])];
  return { variables, made, others: one.others === other.others ? one.others : 'anything', cwd: cwd !== undefined && cwd.length > MOST_FOLDERS ? undefined : cwd };
}

const MOST_FOLDERS = 8;

function oneOf(one: Value | undefined, other: Value | undefined): Value {
  if (one !== undefined && other !== undefined) {
    if (isDeepStrictEqual(one, other)) return one;
    const [nature, same] = [natureOf(one), natureOf(other)];
    return { kind: 'any', nature: nature === same ? nature : 'unclear', flow: merged([flowOf(one), flowOf(other)]) };
  }
  return { kind: 'any', nature: 'unclear', flow: merged([one, other].flatMap((value) => (value === undefined ? [] : [flowOf(value)]))) };
}

function natureOf(value: Value): 'name' | 'elsewhere' | 'unclear' {
  return value.kind === 'any' ? value.nature : 'unclear';
}

export function flowOf(value: Value): Flow {
  if (value.kind === 'any') return value.flow;
  return value.kind === 'choice' ? { ...NOTHING, mentions: value.items.flatMap(({ mention }) => mention ?? []) } : NOTHING;
}

/** After something that may have changed these variables, and the current folder. */
export function forgetting(shell: Shell, names: Iterable<string>, movesFolder: boolean): Shell {
  const variables = new Map(shell.variables);
  for (const name of names) variables.set(name, { kind: 'any', nature: 'unclear', flow: { ...NOTHING, murky: true } });
  return { ...shell, variables, cwd: movesFolder ? undefined : shell.cwd };
}
