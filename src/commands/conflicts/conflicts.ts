import { Command } from 'commander';
import { conflictJson, conflictLines } from './lines.js';
import { loadStore, sharedFromHere } from '../../session/from-environment.js';
import { print, printIfTerminal, printJson } from '../output.js';
import { showCommand } from './show.js';
import { resolveCommand } from './resolve.js';
import { conflictsOf } from './shared-conflicts.js';

/** Hints below the list, at a terminal only. */
const NEXT = `
to see how they differ: pclaudectl conflicts show FILE
to settle one: pclaudectl conflicts resolve FILE --session, --shared, --both or --edit`;

/** `pclaudectl conflicts` */
export function conflictsCommand(environment: NodeJS.ProcessEnv): Command {
  const command = new Command('conflicts')
    .description('list the files of which two sessions left versions that contradict each other')
    .option('--json', 'as a JSON array')
    .action(async ({ json }: { json?: true }) => {
      const conflicts = conflictsOf(await loadStore(environment), sharedFromHere(environment));
      if (json === true) printJson(conflicts.map(conflictJson));
      else for (const conflict of conflicts) print(conflictLines(conflict, Date.now()));
      if (json !== true) printIfTerminal(conflicts.length === 0 ? 'no conflicts' : NEXT);
    });
  return command.addCommand(showCommand(environment)).addCommand(resolveCommand(environment));
}
