import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { example } from '../../support/examples.js';
import { endEverything } from '../../support/lifetime.js';
import { lastRequests, prompt, toolResults } from '../../support/messages-api.js';
import { type Postgres, startPostgres } from '../../support/postgres.js';
import { createProject } from '../../support/project.js';
import { pclaude } from '../../support/real-client.js';
import { run } from '../../support/run.js';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
  await postgres.sql('postgres', 'create database app_template');
  await postgres.sql('app_template', 'create table users (email text primary key)');
});
afterAll(endEverything);

/** Adds the user that all tests of the project add, and waits until the other session has done the same. */
const TESTS = `
trap 'touch "$HOME/came/$PCLAUDE_SESSION_ID"' EXIT
psql --quiet --command "insert into users values ('ada@example.org')" || exit 1
touch "$HOME/came/$PCLAUDE_SESSION_ID"
until [ "$(ls "$HOME/came" | wc -l)" -ge 2 ]; do sleep 0.05; done
echo "passed with slot $PCLAUDE_SLOT: $(psql --tuples-only --no-align --dbname "$DATABASE_URL" --command 'select count(*) from users') user"
`;

describe('two sessions run the tests of one project at the same moment', () => {
  test('with one database for both, the tests of one session fail', async () => {
    await postgres.sql('postgres', 'create database app_test template app_template');
    const results = await runTests('export PGDATABASE=app_test DATABASE_URL=postgresql:///app_test; sh tests.sh');

    expect(results.map(({ isError }) => isError).toSorted((one, other) => Number(one) - Number(other))).toEqual([false, true]);
    expect(results.find(({ isError }) => isError)?.text).toContain('duplicate key value violates unique constraint "users_pkey"');
  });

  test('with a database for each slot, as the docs recommend, both pass', async () => {
    const results = await runTests('sh with-database.sh sh tests.sh');

    const answers = results.map(({ isError, text }) => ({ isError, text })).toSorted((one, other) => (one.text < other.text ? -1 : 1));
    expect(answers).toEqual([
      { isError: false, text: expect.stringContaining('passed with slot 1: 1 user') },
      { isError: false, text: expect.stringContaining('passed with slot 2: 1 user') },
    ]);
    expect(await postgres.sql('postgres', "select datname from pg_database where datname like 'app_test\\__' order by 1")).toBe(
      'app_test_1\napp_test_2',
    );
  });
});

/** The results of the tool calls of two sessions, each in its own working tree. */
async function runTests(command: string) {
  const { api, sandbox, cwd, env } = await createProject();
  const worktrees = [cwd, ...(await sandbox.worktrees('project', 1))];
  for (const folder of worktrees) {
    await sandbox.write(join(folder, 'tests.sh'), TESTS);
    await sandbox.write(join(folder, 'with-database.sh'), example('test-isolation.md', 'with-database.sh'));
  }
  await sandbox.write('came/.keep', '');
  const steps = [
    { barrier: 'both', parties: 2 },
    { tool: 'Bash', input: { command, description: 'Run the tests' } },
  ];
  const sessions = worktrees.map(async (folder) => {
    return run(pclaude, ['-p', '--permission-mode', 'bypassPermissions', prompt('Run the tests', steps)], {
      cwd: folder,
      env: { ...env, ...postgres.env(env['PATH']) },
    });
  });
  expect((await Promise.all(sessions)).map(({ exitCode, stderr }) => ({ exitCode, stderr }))).toEqual([
    { exitCode: 0, stderr: '' },
    { exitCode: 0, stderr: '' },
  ]);
  return lastRequests(api.requests).flatMap(toolResults);
}
