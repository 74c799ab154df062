import { chmod, lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startOAuthProxy } from '../../support/oauth-proxy.js';
import { clientPath, pclaude, type Environment } from '../../support/real-client.js';
import { run } from '../../support/run.js';
import { createSandbox, type Sandbox } from '../../support/sandbox.js';

const ten = Array.from({ length: 10 });

test.each(['.claude', 'my-config'])(
  'ten sessions that start with one expired token in ~/%s all work after one refresh',
  async (configDir) => {
    const { results, events, credentials, newestRefreshToken } = await tenSessions({ configDir });

    expect(results).toEqual(ten.map(() => ({ exitCode: 0, stdout: 'done\n', stderr: '' })));
    expect(events.filter((event) => event.startsWith('refresh'))).toEqual(['refresh ok']);
    expect(credentials.text).toContain(newestRefreshToken);
    expect(credentials.isRegularFile).toBe(true);
  },
);

test('the same ten sessions log each other out if the client does not know where the login is', async ({ annotate }) => {
  const { results, events } = await tenSessions({ configDir: '.claude', hidesVariable: true });

  const working = results.filter(({ exitCode }) => exitCode === 0);
  await annotate(`without CLAUDE_SECURESTORAGE_CONFIG_DIR ${working.length} of 10 sessions worked`);
  expect(working.length).toBeLessThan(10);
  expect(events).toContain('refresh reused');
});

/** Starts ten sessions at once with a token that has expired and can be refreshed once. */
async function tenSessions({ configDir, hidesVariable = false }: { configDir: string; hidesVariable?: boolean }) {
  const sandbox = await createSandbox();
  const proxy = await startOAuthProxy();
  const cwd = await sandbox.repo('project');
  const isDefault = configDir === '.claude';
  await sandbox.seedClaude({ trust: [cwd], ...(isDefault ? {} : { configDir }) });
  const file = await sandbox.write(join(configDir, '.credentials.json'), proxy.credentials());
  const extra: Environment = {
    ...proxy.env,
    ...(isDefault ? {} : { CLAUDE_CONFIG_DIR: sandbox.at(configDir) }),
    ...(hidesVariable ? await clientWithoutVariable(sandbox) : {}),
  };
  const results = await Promise.all(ten.map(async () => run(pclaude, ['-p', 'hello'], { cwd, env: sandbox.env({ extra }) })));
  return {
    results: results.map(({ exitCode, stdout, stderr }) => ({ exitCode, stdout: stdout.toString(), stderr })),
    events: proxy.events,
    credentials: { text: await sandbox.read(file), isRegularFile: (await lstat(file)).isFile() },
    newestRefreshToken: proxy.newestRefreshToken(),
  };
}

/** A launcher whose real client starts without the variable, so that the login of each session is in its own home, behind a link. */
async function clientWithoutVariable(sandbox: Sandbox): Promise<Environment> {
  const script = await sandbox.write('untold/claude', '#!/bin/sh\nunset CLAUDE_SECURESTORAGE_CONFIG_DIR\nexec "$REAL_CLIENT" "$@"\n');
  await chmod(script, 0o755);
  return { REAL_CLIENT: clientPath(), PCLAUDE_CLAUDE_PATH: script };
}
