import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { prompt } from '../support/messages-api.js';
import { processesWithHome } from '../support/processes.js';
import { createProject, openHomes, type Project } from '../support/project.js';
import { clientPath, pclaude, pclaudectl } from '../support/real-client.js';
import { run } from '../support/run.js';
import { eventually } from '../support/wait.js';
import { sessionStates } from './session-files.js';

test('a script that a session has left running keeps it open: launches merge what it writes, and close the session after its end', async () => {
  const project = await createProject();
  const { sandbox, shared } = project;
  const write = `printf '{"spinnerTipsEnabled":false}' > "$CLAUDE_CONFIG_DIR/settings.json"; touch "$HOME/written"`;
  await leaveRunning(project, `${waitFor('go')}; ${write}; ${waitFor('stop')}`);
  expect(await statuses(project)).toEqual(['running']);

  await launch(project);
  expect(sandbox.exists(shared('settings.json'))).toBe(false);
  await sandbox.write('go', '');
  await eventually(() => sandbox.exists('written'), 'the script writes');
  await launch(project);
  expect(await sandbox.read(shared('settings.json'))).toContain('"spinnerTipsEnabled":false');
  expect(await statuses(project)).toEqual(['running']);

  await sandbox.write('stop', '');
  await allEnded(project);
  expect(await statuses(project)).toEqual(['unmerged']);
  await launch(project);
  expect(await sessionStates(sandbox.stateDir)).toEqual(['closed', 'closed', 'closed', 'closed']);
});

test('a plain claude that a session has left running keeps it open in the same way', async () => {
  const project = await createProject();
  const { api, sandbox, shared } = project;
  const nested = prompt('Go on', [
    { hold: 'the session has ended' },
    { tool: 'Bash', input: { command: 'echo by a child > "$CLAUDE_CONFIG_DIR/made.txt"', description: 'Leave a file' } },
  ]);
  await leaveRunning(project, `'${clientPath()}' -p --permission-mode bypassPermissions '${nested}'`);
  await api.arrived('the session has ended', 1);
  expect(await statuses(project)).toEqual(['running']);
  const [home = ''] = await openHomes(sandbox);
  await launch(project);
  expect(await openHomes(sandbox)).toEqual([home]);

  api.release('the session has ended');
  await allEnded(project);
  expect(sandbox.exists(join(home, 'made.txt'))).toBe(true);
  await launch(project);
  expect(await sandbox.read(shared('made.txt'))).toBe('by a child\n');
  expect(await openHomes(sandbox)).toEqual([]);
});

/** Shell code that waits until a file is in the user's home. */
function waitFor(name: string): string {
  return `until [ -e "$HOME/${name}" ]; do sleep 0.05; done`;
}

/** A session that starts this command in the background, and ends. */
async function leaveRunning({ cwd, env }: Project, command: string): Promise<void> {
  const quoted = `'${command.replaceAll("'", String.raw`'\''`)}'`;
  const start = { command: `nohup setsid sh -c ${quoted} > /dev/null 2>&1 < /dev/null &`, description: 'Start it' };
  const result = await run(
    pclaude,
    ['-p', '--permission-mode', 'bypassPermissions', prompt('Start something', [{ tool: 'Bash', input: start }])],
    { cwd, env },
  );
  expect(result).toMatchObject({ exitCode: 0, stderr: '' });
}

/** Runs a whole session in another folder. */
async function launch({ sandbox, env }: Project): Promise<void> {
  const cwd = sandbox.at('elsewhere');
  await mkdir(cwd, { recursive: true });
  expect(await run(pclaude, ['-p', 'hello'], { cwd, env })).toMatchObject({ exitCode: 0, stderr: '' });
}

/** The statuses that pclaudectl prints for the sessions that are not closed. */
async function statuses({ cwd, env }: Project): Promise<unknown[]> {
  const { stdout } = await run(pclaudectl, ['sessions', '--json'], { cwd, env });
  const sessions: { status: string }[] = JSON.parse(stdout.toString());
  return sessions.map(({ status }) => status);
}

async function allEnded({ sandbox }: Project): Promise<void> {
  await eventually(async () => (await processesWithHome(sandbox.home)).length === 0, 'the end of what was left running');
}
