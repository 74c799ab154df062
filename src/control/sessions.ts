import { Command } from 'commander';
import { type ListedSession, listSessions } from '../session/list.js';
import { loadStore } from './context.js';
import { print, printJson } from './output.js';
import { sessionTable } from './session-table.js';

interface Options {
  readonly all?: true;
  readonly json?: true;
}

/** `pclaudectl sessions` */
export function sessionsCommand(environment: NodeJS.ProcessEnv): Command {
  return new Command('sessions')
    .description('list the sessions that run or wait to be merged')
    .option('--all', 'closed ones, too')
    .option('--json', 'as a JSON array')
    .action(async ({ all, json }: Options) => {
      const { stateDir } = await loadStore(environment);
      const sessions = listSessions(stateDir).filter(({ status }) => all === true || status !== 'closed');
      if (json === true) printJson(sessions.map(asJson));
      else print(sessionTable(sessions, Date.now()));
    });
}

/** Times as ISO 8601, which other programs read best. */
function asJson({ manifest, status }: ListedSession): object {
  const { id, pid, cwd, branch, memoryFolder, startedAt, sync, slot } = manifest;
  return { id, status, pid, startedAt: new Date(startedAt).toISOString(), cwd, branch, sharedDir: manifest.shared.dir, memoryFolder, sync, slot: status === 'running' ? (slot?.number ?? null) : null };
}
