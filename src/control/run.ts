import { Command } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { loadConfig } from '../launch/config.js';
import { type ListedSession, listSessions } from '../session/list.js';
import { sessionTable } from './session-table.js';

/** The companion of pclaude: what is there, and what became of it. Throws `KnownError`; wrong usage ends with code 1. */
export async function runPclaudectl(argv: readonly string[], environment: NodeJS.ProcessEnv): Promise<void> {
  const program = new Command('pclaudectl')
    .description('Look at the sessions of pclaude')
    .version(packageJson.version)
    .showHelpAfterError('run pclaudectl --help for the commands');
  program
    .command('sessions')
    .description('list the sessions that run or wait to be merged')
    .option('--all', 'closed ones, too')
    .option('--json', 'as a JSON array')
    .action(async ({ all, json }: { all?: true; json?: true }) => {
      const { stateDir } = await loadConfig(environment);
      const sessions = listSessions(stateDir).filter(({ status }) => all === true || status !== 'closed');
      process.stdout.write(json === true ? `${JSON.stringify(sessions.map(asJson), null, 2)}\n` : sessionTable(sessions, Date.now()));
    });
  await program.parseAsync(argv);
}

/** Times as ISO 8601, which other programs read best. */
function asJson({ manifest, status }: ListedSession): object {
  const { id, pid, cwd, branch, memoryFolder, startedAt } = manifest;
  return { id, status, pid, startedAt: new Date(startedAt).toISOString(), cwd, branch, sharedDir: manifest.shared.dir, memoryFolder };
}
