import { quote } from '../../system/text.js';

/** The kinds of words that can be completed. */
export type Value =
  | { readonly kind: 'nothing' | 'text' | 'file' | 'folder' }
  /** Words that only `pclaudectl complete-words` knows. */
  | { readonly kind: LiveKind }
  | { readonly kind: 'words'; readonly words: readonly string[] };

/** Open sessions, all sessions, log entries, conflicts, branches, worktrees. */
export const LIVE_KINDS = ['session', 'id', 'entry', 'conflict', 'branch', 'worktree'] as const;

export type LiveKind = (typeof LIVE_KINDS)[number];

/** A word that a shell offers, with all its names. */
export interface Offer {
  readonly names: readonly string[];
  readonly about: string;
}

export interface OptionOffer extends Offer {
  /** The value that must follow it. */
  readonly value: Value;
}

/** A command or the program itself, and what may follow it. */
export interface Level {
  /** The words that lead to it, separated by blanks; empty for the program. */
  readonly path: string;
  readonly options: readonly OptionOffer[];
  /** Options that take a value but are not offered. */
  readonly unlisted: readonly string[];
  readonly commands: readonly Offer[];
  /** The kind of its arguments. */
  readonly rest: Value;
}

/** Everything that the shells' code knows about a program. */
export interface Completion {
  readonly program: string;
  /** The level of the program itself comes first. */
  readonly levels: readonly Level[];
}

export const NOTHING: Value = { kind: 'nothing' };

/** The path of the level that a command leads to. It uses the first name of the command. */
export function pathBelow(path: string, [name = '']: readonly string[]): string {
  return path === '' ? name : `${path} ${name}`;
}

/** The supported shells. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof SHELLS)[number];

/** The prefix of all function names of one program, which each shell's engine calls. */
export function prefixOf({ program }: Completion): string {
  return `__pclaude_of_${program}`;
}

/**
 * Functions for bash and zsh that answer in REPLY: what an option takes (`_value`), which level a word leads to (`_below`), and what the
 * arguments of a command are (`_rest`). The functions match the level and the word, separated by a blank.
 */
export function caseFunctions(completion: Completion): string {
  const { levels } = completion;
  const values = levels.flatMap((level) => optionValues(level).map(([name, value]) => arm([`${level.path} ${name}`], value)));
  const below = levels.flatMap(({ path, commands }) =>
    commands.map(({ names }) =>
      arm(
        names.map((name) => `${path} ${name}`),
        pathBelow(path, names),
      ),
    ),
  );
  const rest = levels.map(({ path, rest: value }) => arm([path], encode(value)));
  const prefix = prefixOf(completion);
  return [
    caseFunction(`${prefix}_value`, values, "REPLY=''"),
    caseFunction(`${prefix}_below`, below, 'return 1'),
    caseFunction(`${prefix}_rest`, rest, "REPLY=''"),
  ].join('');
}

/** Each option of a level that takes a value, with the value as the shells' code reads it. */
export function optionValues({ options, unlisted }: Level): (readonly [name: string, value: string])[] {
  const offered = options.flatMap(({ names, value }) => names.map((name) => [name, encode(value)] as const));
  return [...offered.filter(([, value]) => value !== ''), ...unlisted.map((name) => [name, 'text'] as const)];
}

function encode(value: Value): string {
  if (value.kind === 'words') return `words ${value.words.join(' ')}`;
  return value.kind === 'nothing' ? '' : value.kind;
}

function arm(patterns: readonly string[], reply: string): string {
  return `    ${patterns.map(quote).join('|')}) REPLY=${quote(reply)} ;;\n`;
}

function caseFunction(name: string, arms: readonly string[], otherwise: string): string {
  return `${name}() {\n  case "$1\${2+ $2}" in\n${arms.join('')}    *) ${otherwise} ;;\n  esac\n}\n`;
}
