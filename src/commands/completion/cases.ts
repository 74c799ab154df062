import { type Completion, type Level, pathBelow, type Value } from './completion.js';
import { quote } from '../../system/shell-quote.js';

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
