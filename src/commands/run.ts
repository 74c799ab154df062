import { Command } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { loadConfig } from '../config/config.js';
import { UserError } from '../system/errors.js';
import { requireUsable } from '../system/fs/folders.js';
import { claimCommand, claimsCommand, releaseCommand } from './claims/claims.js';
import { completeWordsCommand } from './completion/complete-words.js';
import { initCommand } from './completion/init.js';
import { conflictsCommand } from './conflicts/conflicts.js';
import { doctorCommand } from './doctor/doctor.js';
import { gcCommand } from './gc/gc.js';
import { lockCommand } from './lock.js';
import { logCommand } from './log/log.js';
import { surviveOutputErrors } from './output.js';
import { restoreCommand } from './restore.js';
import { mergeCommand } from './sessions/merge.js';
import { sessionsCommand } from './sessions/sessions.js';
import { worktreeCommand } from './worktree/worktree.js';
import { writeCommand } from './write.js';

/** Runs `pclaudectl`. Throws `UserError`; wrong usage exits with code 1. */
export async function runPclaudectl(argv: readonly string[], environment: NodeJS.ProcessEnv): Promise<void> {
  surviveOutputErrors();
  await programFor(argv[1] ?? '', environment).parseAsync(argv);
}

/** All commands. `script` is the path by which this script was started. */
export function programFor(script: string, environment: NodeJS.ProcessEnv): Command {
  const program = new Command('pclaudectl')
    .description(
      'Look at the sessions of pclaude, make worktrees for them, merge them, settle conflicts, undo merges, remove old sessions, and find what is wrong',
    )
    .version(packageJson.version)
    .option('--no-pager', 'print long output as it is, also at a terminal')
    // A command and its subcommands may have options of the same name.
    .enablePositionalOptions()
    .helpCommand(false)
    .showHelpAfterError('run pclaudectl --help for the commands');
  const commands = [
    sessionsCommand(environment),
    worktreeCommand(environment, script),
    mergeCommand(environment),
    conflictsCommand(environment),
    logCommand(environment),
    restoreCommand(environment),
    gcCommand(environment),
    claimCommand(environment),
    releaseCommand(environment),
    claimsCommand(environment),
    lockCommand(environment),
    writeCommand(environment),
    doctorCommand(environment, script),
    initCommand(),
  ];
  for (const command of commands) {
    program.addCommand(command.copyInheritedSettings(program));
    for (const child of command.commands) pointToHelp(child.copyInheritedSettings(command), `${command.name()} ${child.name()}`);
    pointToHelp(command, command.name());
  }
  program.addCommand(helpCommand(program));
  program.addCommand(completeWordsCommand(environment), { hidden: true });
  return program.hook('preAction', async (_program, command) => {
    if (!WITHOUT_STATE_DIR.has(topLevel(command).name())) requireUsable((await loadConfig(environment)).stateDir);
  });
}

/**
 * The commands that run even if the state dir cannot be used: `doctor` reports more about it than one line, and a shell that starts or
 * completes a word must not be disturbed.
 */
const WITHOUT_STATE_DIR: ReadonlySet<string> = new Set(['doctor', 'init', 'help', 'complete-words']);

function topLevel(command: Command): Command {
  return command.parent?.parent ? topLevel(command.parent) : command;
}

/** The error for wrong usage of a command points to the help of that command. */
function pointToHelp(command: Command, path: string): void {
  command.showHelpAfterError(`run pclaudectl ${path} --help to see how it is used`);
}

/** `pclaudectl help`; the one that commander provides takes only one word. */
function helpCommand(program: Command): Command {
  return new Command('help')
    .description('show what a command does and takes: help worktree add')
    .argument('[command...]')
    .action((words: readonly string[]) => {
      let found = program;
      for (const word of words) {
        const next = found.commands.find((child) => child.name() === word || child.aliases().includes(word));
        if (!next)
          throw new UserError(
            'no-such-command',
            `there is no command "${words.join(' ')}"`,
            `see: pclaudectl help ${words.slice(0, words.indexOf(word)).join(' ')}`.trimEnd(),
          );
        found = next;
      }
      found.outputHelp();
    });
}
