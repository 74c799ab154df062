import { chmodSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { example } from '../../support/examples.js';
import { type Environment, pclaude } from '../../support/real-client.js';
import { type LiveChild, run, start } from '../../support/run.js';
import { createSandbox, type Sandbox } from '../../support/sandbox.js';
import { createStubClient } from '../../support/stub-client.js';
import { eventually } from '../../support/wait.js';

// A test with the real client covers PostgreSQL: test/client/crowds/test-isolation.test.ts.
describe('the examples of docs/test-isolation.md', () => {
  test('Vite: two sessions have a development server each', async () => {
    const { sandbox, cwd, vite } = await viteProject();
    const stub = await createStubClient(sandbox, 'exec "$NODE" "$VITE"');
    const env = sandbox.env({ extra: { ...vite, ...stub.env } });
    const sessions = [1, 2].map(() => start(pclaude, ['-p', 'hello'], { cwd, env }));

    const urls = await Promise.all(sessions.map(async (session) => urlOf(session)));
    expect(urls.toSorted()).toEqual(['http://localhost:23000/', 'http://localhost:23020/']);
    for (const url of urls) expect(await (await fetch(url)).text()).toContain('<h1>The page</h1>');
  });

  test('Vite: on one port the second server exits with an error', async () => {
    const { sandbox, cwd, vite } = await viteProject();
    const server = { name: 'vite', file: vite['NODE'] ?? '', args: [vite['VITE'] ?? ''], env: {} };
    const env = sandbox.env({ extra: { PCLAUDE_PORT_BASE: '23900' } });
    expect(await urlOf(start(server, [], { cwd, env }))).toBe('http://localhost:23900/');

    expect(await run(server, [], { cwd, env })).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('Port 23900 is already in use'),
    });
  });

  test.each<readonly [where: string, extra: Environment, project: string, port: string]>([
    ['in a session', { PCLAUDE_SLOT: '2', PCLAUDE_PORT_BASE: '23020' }, 'app-2', '23023'],
    ['outside', {}, 'app-0', '5433'],
  ])('Docker Compose, %s: the arguments of docker', async (_, extra, project, port) => {
    const sandbox = await createSandbox();
    chmodSync(await sandbox.write('bin/docker', '#!/bin/sh\necho "$COMPOSE_PROJECT_NAME $DB_PORT: $*"\n'), 0o755);
    const script = await sandbox.write('compose.sh', example('test-isolation.md', 'compose.sh'));
    const { stdout } = await run({ name: 'sh', file: '/bin/sh', args: [script], env: {} }, ['up', '--wait'], {
      cwd: sandbox.home,
      env: sandbox.env({ path: [sandbox.at('bin')], extra }),
    });

    expect(stdout.toString()).toBe(`${project} ${port}: compose up --wait\n`);
    expect(example('test-isolation.md', 'compose.yaml')).toContain(`\${DB_PORT}:5432`);
  });
});

/** A page, the configuration from the docs, and Vite, which is installed with Vitest. */
async function viteProject(): Promise<{ sandbox: Sandbox; cwd: string; vite: Environment }> {
  const sandbox = await createSandbox();
  const cwd = await sandbox.repo('project');
  await sandbox.write('project/index.html', '<h1>The page</h1>\n');
  await sandbox.write('project/vite.config.js', example('test-isolation.md', 'vite.config.js'));
  await sandbox.write('project/package.json', '{ "type": "module" }');
  const vite = createRequire(import.meta.resolve('vitest')).resolve('vite/package.json');
  return { sandbox, cwd, vite: { NODE: process.execPath, VITE: join(dirname(vite), 'bin', 'vite.js') } };
}

async function urlOf(server: LiveChild): Promise<string> {
  return eventually(() => /Local:\s+(\S+)/.exec(stripVTControlCharacters(server.stdout().toString()))?.[1], 'the server says where it is', {
    timeout: 30_000,
  });
}
