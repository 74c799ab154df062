import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { Command } from 'commander';
import type { Conflict } from '../sync/conflicts.js';
import { conflictsOf, loadContext } from './context.js';
import { age, print, printJson, shown } from './output.js';
import { resolveCommand } from './resolve.js';

/** `pclaudectl conflicts` */
export function conflictsCommand(environment: NodeJS.ProcessEnv): Command {
  const command = new Command('conflicts')
    .description('list the files of which two sessions left versions that contradict each other')
    .option('--json', 'as a JSON array')
    .action(async ({ json }: { json?: true }) => {
      const conflicts = conflictsOf(await loadContext(environment));
      if (json === true) printJson(conflicts.map(asJson));
      else for (const conflict of conflicts) print(linesOf(conflict, Date.now()));
    });
  return command.addCommand(resolveCommand(environment));
}

function linesOf({ file, ours, branch, kind }: Conflict, now: number): string {
  const where = kind === 'copy' ? basename(ours) : shown(ours);
  return `${shown(file)}\n  from ${branch}, ${age(statSync(ours).mtimeMs, now)} ago: ${shown(where)}\n`;
}

function asJson({ file, ours, branch, session, kind }: Conflict): object {
  return { file, ours, branch, session, kind, since: statSync(ours).mtime.toISOString() };
}
