import type { Argument, Command, Option } from 'commander';
import { type Completion, type Level, LIVE_KINDS, NOTHING, type OptionOffer, pathBelow, type Value } from './completion.js';

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
  return { names, about: description, value: required && argument !== undefined ? named(argument, argChoices) : NOTHING };
}

function restOf(argument: Argument | undefined): Value {
  return argument ? named(argument.name(), argument.argChoices) : NOTHING;
}

/** The kind of an argument, by its name in the help. */
function named(name: string, choices: readonly string[] | undefined): Value {
  if (choices) return { kind: 'words', words: choices };
  const live = LIVE_KINDS.find((kind) => kind === name);
  if (live !== undefined) return { kind: live };
  return name === 'file' || name === 'path' ? { kind: 'file' } : { kind: 'text' };
}
