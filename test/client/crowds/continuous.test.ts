import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { prompt, type Step } from '../../support/messages-api.js';
import { createProject, openHomes, type Project } from '../../support/project.js';
import { claude, clientPath, pclaude } from '../../support/real-client.js';
import { type LiveChild, run, start } from '../../support/run.js';
import { eventually } from '../../support/wait.js';

test('settings that a session changes are shared while it runs, and reach the other running sessions', async () => {
  const project = await createProject();
  const { api, stateFile } = project;
  const listener = session(project, [{ hold: 'listening' }]);
  await api.arrived('listening', 1);
  const [home = ''] = await openHomes(project.sandbox);
  const writer = session(project, [bash(`'${clientPath()}' mcp add -s user written -- true`), { hold: 'written' }]);
  await api.arrived('written', 1);

  await eventually(
    async () => (await servers(stateFile)).includes('written'),
    'the server in the shared state file, while both sessions run',
  );
  await eventually(
    async () => (await servers(join(home, '.claude.json'))).includes('written'),
    'the server in the home of the other session',
  );
  for (const [name, child] of [
    ['listening', listener],
    ['written', writer],
  ] as const) {
    api.release(name);
    expect(await child.ended).toMatchObject({ exitCode: 0, stderr: '' });
  }
  expect(await servers(stateFile)).toEqual(['written']);
});

test('changes by plain claude and an editor reach a running session, and its own changes are not lost', async () => {
  const project = await createProject();
  const { api, sandbox, shared, stateFile } = project;
  await sandbox.write(shared('settings.json'), '{"model":"opus"}\n');
  const child = session(project, [
    bash('cd "$CLAUDE_CONFIG_DIR" && printf \'{"model":"opus","spinnerTipsEnabled":false}\' > new && mv new settings.json'),
    { hold: 'changed' },
  ]);
  await api.arrived('changed', 1);
  const [home = ''] = await openHomes(sandbox);
  expect(await run(claude, ['mcp', 'add', '-s', 'user', 'plain', '--', 'true'], project)).toMatchObject({ exitCode: 0 });
  await eventually(
    async () => (await readFile(shared('settings.json'), 'utf8')).includes('spinnerTips'),
    'the setting of the session in the shared file',
  );
  await writeFile(shared('settings.json'), (await readFile(shared('settings.json'), 'utf8')).replace('"opus"', '"sonnet"'));

  await eventually(
    async () => (await readFile(join(home, 'settings.json'), 'utf8')).includes('"sonnet"'),
    'the setting of the editor in the home',
  );
  await eventually(async () => (await servers(join(home, '.claude.json'))).includes('plain'), 'the server of plain claude in the home');
  api.release('changed');
  expect(await child.ended).toMatchObject({ exitCode: 0, stderr: '' });
  expect(JSON.parse(await readFile(shared('settings.json'), 'utf8'))).toEqual({ model: 'sonnet', spinnerTipsEnabled: false });
  expect(await servers(stateFile)).toEqual(['plain']);
});

function session({ cwd, env }: Project, steps: readonly Step[]): LiveChild {
  return start(pclaude, ['-p', '--allowedTools', 'Bash', '--', prompt('configure', steps)], { cwd, env });
}

function bash(command: string): Step {
  return { tool: 'Bash', input: { command, description: 'Change the configuration' } };
}

async function servers(stateFile: string): Promise<string[]> {
  const state: unknown = JSON.parse(await readFile(stateFile, 'utf8'));
  return typeof state === 'object' && state !== null && 'mcpServers' in state ? Object.keys(state.mcpServers ?? {}) : [];
}
