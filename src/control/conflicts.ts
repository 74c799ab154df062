import { Command } from 'commander';
import { conflictJson, conflictLines } from './conflict-lines.js';
import { loadStore, sharedFromHere } from './context.js';
import { print, printJson } from './output.js';
import { resolveCommand } from './resolve.js';
import { conflictsOf } from './shared-conflicts.js';

/** `pclaudectl conflicts` */
export function conflictsCommand(environment: NodeJS.ProcessEnv): Command {
  const command = new Command('conflicts')
    .description('list the files of which two sessions left versions that contradict each other')
    .option('--json', 'as a JSON array')
    .action(async ({ json }: { json?: true }) => {
      const conflicts = conflictsOf(await loadStore(environment), sharedFromHere(environment));
      if (json === true) printJson(conflicts.map(conflictJson));
      else for (const conflict of conflicts) print(conflictLines(conflict, Date.now()));
    });
  return command.addCommand(resolveCommand(environment));
}
