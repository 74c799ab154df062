import { Command } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { conflictsCommand } from './conflicts.js';
import { gcCommand } from './gc.js';
import { mergeCommand } from './merge.js';
import { surviveOutputErrors } from './output.js';
import { sessionsCommand } from './sessions.js';

/** The companion of pclaude: what is there, and what became of it. Throws `KnownError`; wrong usage ends with code 1. */
export async function runPclaudectl(argv: readonly string[], environment: NodeJS.ProcessEnv): Promise<void> {
  surviveOutputErrors();
  const program = new Command('pclaudectl')
    .description('Look at the sessions of pclaude, merge them, settle conflicts, and remove old sessions')
    .version(packageJson.version)
    .showHelpAfterError('run pclaudectl --help for the commands');
  for (const command of [sessionsCommand(environment), mergeCommand(environment), conflictsCommand(environment), gcCommand(environment)]) {
    program.addCommand(command.copyInheritedSettings(program));
    for (const child of command.commands) child.copyInheritedSettings(command);
  }
  await program.parseAsync(argv);
}
