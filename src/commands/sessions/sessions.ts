import { Command } from 'commander';
import { readRegistry } from './registry.js';
import { loadStore, sharedIfAny } from '../../session/from-environment.js';
import { hasColors, print, printIfTerminal, printJson, terminalWidth } from '../output.js';
import { sessionJson } from './session-json.js';
import { showCommand } from './session-show.js';
import { sessionTable } from './session-table.js';

interface Options {
  readonly all?: true;
  readonly json?: true;
}

/** `pclaudectl sessions` */
export function sessionsCommand(environment: NodeJS.ProcessEnv): Command {
  const command = new Command('sessions')
    .description('list the sessions that run or wait to be merged, and the plain claude processes beside them')
    .option('--all', 'closed ones, too')
    .option('--json', 'as a JSON array')
    .action(async ({ all, json }: Options) => {
      const entries = await readRegistry(await loadStore(environment), { sharedDirs: sharedIfAny(environment), all: all === true });
      if (json === true) printJson(entries.map(sessionJson));
      else if (entries.length === 0)
        printIfTerminal(
          all === true ? 'no sessions' : 'no session runs, and none waits to be merged; closed ones: pclaudectl sessions --all',
        );
      else print(sessionTable(entries, Date.now(), terminalWidth(), hasColors()));
    });
  return command.addCommand(showCommand(environment));
}
