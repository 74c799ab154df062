import { posix } from 'node:path';
import type { ParsedScript, Word } from 'unbash';
import { textOf, type Value } from '../words/piece.js';
import { programRow } from '../programs/table.js';
import { NOTHING } from '../paths/mention.js';
import type { Scope, Setting } from './scope.js';
import type { Shell } from './shell.js';
import { Unclear } from '../unclear.js';
import { readList } from './walk.js';
import { spell } from '../words/spell.js';

/** Reads the commands of `$(…)`; returns what is known of what they print. Throws `Unclear` as they do. */
export function substitute(scope: Scope, script: ParsedScript | undefined, shell: Shell, setting: Setting): Value {
  // Behind backslashes the positions are not those of the command.
  if (script === undefined || script.errors !== undefined || script.source !== undefined) throw new Unclear('a substitution');
  const read = scope.substitutions.get(script) ?? printedBy(scope, script, shell, setting);
  scope.substitutions.set(script, read);
  return read;
}

function printedBy(scope: Scope, script: ParsedScript, shell: Shell, setting: Setting): Value {
  const { printed } = readList(scope, script, shell, { ...setting, contained: true });
  const known = computed(scope, script, shell, setting);
  if (known !== undefined) return { kind: 'text', text: known };
  const prints = lastProgram(script);
  if (prints === 'name' || prints === 'elsewhere') return { kind: 'any', nature: prints, flow: NOTHING };
  return { kind: 'any', nature: 'unclear', flow: printed };
}

function lastProgram({ commands }: ParsedScript): 'paths' | 'name' | 'elsewhere' | undefined {
  const [statement, ...others] = commands;
  const { command } = statement ?? {};
  if (command === undefined || others.length > 0) return undefined;
  const last = command.type === 'Pipeline' ? command.commands.at(-1) : command;
  return last?.type === 'Command' && last.redirects.length === 0 && last.name !== undefined ? programRow(last.name.value)?.prints : undefined;
}

/** What the commands print that only take a path apart. */
function computed(scope: Scope, { commands }: ParsedScript, shell: Shell, setting: Setting): string | undefined {
  const [statement, ...others] = commands;
  const { command } = statement ?? {};
  if (command?.type !== 'Command' || others.length > 0 || command.redirects.length > 0 || command.prefix.length > 0) return undefined;
  const words = command.args.filter((arg): arg is Word => arg.type === 'Word').map((word) => textOf(spell(scope, word, shell, setting).pieces));
  const [first, second, ...more] = words;
  if (command.name?.value === 'pwd') {
    scope.survey.told.push({ cwd: shell.cwd, command: undefined });
    return words.length === 0 && shell.cwd?.length === 1 ? shell.cwd[0] : undefined;
  }
  if (first === undefined || first === '' || first.startsWith('-') || more.length > 0) return undefined;
  if (command.name?.value === 'dirname') return words.length === 1 ? posix.dirname(first) : undefined;
  if (command.name?.value === 'basename') return words.length === 1 ? posix.basename(first) : second === undefined ? undefined : posix.basename(first, second);
  return undefined;
}
