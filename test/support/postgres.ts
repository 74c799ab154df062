import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { atEnd } from './lifetime.js';
import type { Environment } from './real-client.js';
import { eventually } from './wait.js';

/** A PostgreSQL server of the test, which is reachable only through its socket. */
export interface Postgres {
  /** The variables with which `psql` and the like reach the server as its superuser. `path`: where they find other programs. */
  readonly env: (path?: string) => Environment;
  /** Runs SQL, and resolves to its output, without headings. */
  readonly sql: (database: string, command: string) => Promise<string>;
}

/** The server refuses to run as root; then it runs as the user `nobody`. */
const NOBODY = 65_534;

/** Starts a server in a temporary folder; both are removed when the test ends. PostgreSQL must be installed. */
export async function startPostgres(): Promise<Postgres> {
  const bin = programs();
  const folder = await mkdtemp(join(tmpdir(), 'pclaude-pg-'));
  atEnd(async () => rm(folder, { recursive: true, force: true }));
  const isRoot = process.getuid?.() === 0;
  if (isRoot) await chown(folder, NOBODY, NOBODY);
  const options = { ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}), cwd: folder, env: { LC_ALL: 'C', PATH: bin } };
  const data = join(folder, 'data');
  await promisify(execFile)(
    join(bin, 'initdb'),
    ['--pgdata', data, '--username=postgres', '--auth=trust', '--encoding=UTF8', '--no-sync'],
    options,
  );

  const server = spawn(join(bin, 'postgres'), ['-D', data, '-k', folder, '-c', 'listen_addresses=', '-c', 'fsync=off'], {
    ...options,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(server, 'exit');
  let log = '';
  server.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  atEnd(async () => {
    // On this signal it exits at once, even if a client is still connected.
    server.kill('SIGQUIT');
    await ended;
  });
  await eventually(() => log.includes('ready to accept connections'), 'PostgreSQL is ready').catch((error: unknown) => {
    throw new Error(`PostgreSQL does not start:\n${log}`, { cause: error });
  });
  const env = (path = ''): Environment => ({ PATH: [bin, path].join(delimiter), PGHOST: folder, PGUSER: 'postgres' });
  return {
    env,
    async sql(database, command) {
      const { stdout } = await promisify(execFile)(
        join(bin, 'psql'),
        ['--no-psqlrc', '--quiet', '--tuples-only', '--no-align', '--dbname', database, '--command', command],
        { env: env() },
      );
      return stdout.trim();
    },
  };
}

/** The folder with the programs of the newest version. Debian does not put those of the server on PATH. */
function programs(): string {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).toSorted((one, other) => Number(other) - Number(one)) : [];
  const folders = [...versions.map((version) => join(root, version, 'bin')), ...(process.env['PATH'] ?? '').split(delimiter)];
  const found = folders.find((folder) => existsSync(join(folder, 'initdb')));
  if (found === undefined) throw new Error('PostgreSQL is not installed: there is no initdb');
  return found;
}
