import type { Argument, Command, Option } from 'commander';
import clientArguments from '../../../templates/client/arguments.json' with { type: 'json' };
import clientWords from '../../../templates/client/completions.json' with { type: 'json' };
import { bashScript } from './bash.js';
import { type Completion, type Level, LIVE_KINDS, NOTHING, type OptionOffer, pathBelow, type Shell, type Value } from './completion.js';
import { fishScript } from './fish.js';
import { zshScript } from './zsh.js';

interface ScriptOptions {
  readonly shell: Shell;
  /** Adds the alias that makes `claude` run `pclaude`. */
  readonly alias: boolean;
  /** `pclaudectl`, with all its commands. */
  readonly program: Command;
}

/** The code that a shell runs when it starts: the alias, and the completions of both programs. */
export function shellScript({ shell, alias, program }: ScriptOptions): string {
  const { script, aliasCode } = BY_SHELL[shell];
  return script([clientCompletion(), commanderCompletion(program)]) + (alias ? aliasCode : '');
}

interface ShellKind {
  readonly script: (completions: readonly Completion[]) => string;
  readonly aliasCode: string;
}

/** Bash completes by the word that was typed, so the alias needs a completion of its own; zsh does the same in some configurations. */
const BY_SHELL: Readonly<Record<Shell, ShellKind>> = {
  bash: { script: bashScript, aliasCode: 'complete -o default -F _pclaude claude\nalias claude=pclaude\n' },
  zsh: { script: zshScript, aliasCode: '(( $+functions[compdef] )) && compdef _pclaude claude\nalias claude=pclaude\n' },
  fish: { script: fishScript, aliasCode: 'alias claude pclaude\n' },
};

interface ListedOption {
  readonly names: readonly string[];
  readonly about: string;
  readonly takes?: string;
  readonly values?: readonly string[];
}

/** The completion of `pclaude`: the client's options and commands. Prompts are not completed. */
export function clientCompletion(): Completion {
  const options = clientWords.options.map(
    (option: ListedOption): OptionOffer => ({ names: option.names, about: option.about, value: valueOf(option) }),
  );
  const known = new Set(options.flatMap(({ names }) => names));
  const unlisted = [...clientArguments.takesOne, ...clientArguments.takesMany].filter((name) => !known.has(name));
  const top: Level = {
    path: '',
    options,
    unlisted,
    commands: clientWords.commands.map(({ names, about }) => ({ names, about })),
    rest: { kind: 'text' },
  };
  const below = clientWords.commands.map(
    ({ names: [path = ''], words = [] }): Level => ({
      path,
      options: [],
      unlisted: [],
      commands: words.map((word) => ({ names: [word], about: '' })),
      rest: { kind: 'text' },
    }),
  );
  return { program: 'pclaude', levels: [top, ...below] };
}

function valueOf({ takes, values }: ListedOption): Value {
  if (values) return { kind: 'words', words: values };
  return takes === 'file' || takes === 'folder' || takes === 'text' ? { kind: takes } : NOTHING;
}

/** The completion of a program that is built with commander, with all its subcommands. */
export function commanderCompletion(program: Command): Completion {
  return { program: program.name(), levels: levelsOf(program, '') };
}

function levelsOf(command: Command, path: string): Level[] {
  const help: OptionOffer = { names: ['-h', '--help'], about: 'help', value: NOTHING };
  const level: Level = {
    path,
    options: [...command.options.filter(({ hidden }) => !hidden).map(optionOf), help],
    unlisted: [],
    commands: shownOf(command).map((child) => ({ names: namesOf(child), about: child.description() })),
    // Every argument of a command is completed like its first one.
    rest: restOf(command.registeredArguments[0]),
  };
  return [level, ...shownOf(command).flatMap((child) => levelsOf(child, pathBelow(path, namesOf(child))))];
}

/** The subcommands that are not hidden. */
function shownOf(command: Command): readonly Command[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .filter((child) => command.commands.includes(child));
}

function namesOf(command: Command): string[] {
  return [command.name(), ...command.aliases()];
}

function optionOf({ short, long, description, required, flags, argChoices }: Option): OptionOffer {
  const names = [short, long].filter((name) => name !== undefined);
  const argument = /<(\w+)>/.exec(flags)?.[1];
  return { names, about: description, value: required && argument !== undefined ? valueNamed(argument, argChoices) : NOTHING };
}

function restOf(argument: Argument | undefined): Value {
  return argument ? valueNamed(argument.name(), argument.argChoices) : NOTHING;
}

/** The kind of an argument, by its name in the help. */
function valueNamed(name: string, choices: readonly string[] | undefined): Value {
  if (choices) return { kind: 'words', words: choices };
  // Most commits that a user names are branches.
  const live = LIVE_KINDS.find((kind) => kind === (name === 'ref' ? 'branch' : name));
  if (live !== undefined) return { kind: live };
  return name === 'file' || name === 'path' ? { kind: 'file' } : { kind: 'text' };
}
