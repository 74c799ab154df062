import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isHeld } from '../../src/session/locks.js';
import { prompt } from '../support/messages-api.js';
import { endProcessesWithHome } from '../support/processes.js';
import { createProject, openHomes, type Project } from '../support/project.js';
import { claude, pclaude, type Program } from '../support/real-client.js';
import { run, type RunResult } from '../support/run.js';
import { clientPrompt, openTerminal, type Terminal } from '../support/terminal.js';
import { eventually } from '../support/wait.js';
import { jobState, listJobs, madeUpState, startJob } from './jobs.js';
import { memoryProject } from './memory-project.js';
import { sessionFolders, sessionStates } from './session-files.js';

test('pclaude lists jobs of two sessions and of plain claude as one list, and reaches each by its id, even if its session has ended', async () => {
  const project = await createProject();
  const { api, sandbox } = project;
  const elsewhere = { cwd: sandbox.at('elsewhere'), env: project.env };
  await mkdir(elsewhere.cwd);
  const plain = await startJob(claude, project, 'Plain work', [{ hold: 'plain' }]);
  const first = await startJob(pclaude, project, 'First work', [{ hold: 'first' }]);
  const second = await startJob(pclaude, project, 'Second work', [{ hold: 'second' }]);
  for (const name of ['plain', 'first', 'second']) await api.arrived(name, 1);

  const [alone] = await listJobs(claude, elsewhere);
  expect(alone?.id).toBe(plain);
  const all = await listJobs(pclaude, elsewhere);
  // The client may renew `startedAt` after a job has started, so the order is not that of the commands.
  expect(new Set(all.map(({ id }) => id))).toEqual(new Set([plain, first, second]));
  expect(all).toHaveLength(3);
  expect(all).toEqual(all.toSorted((one, other) => one.startedAt - other.startedAt));
  expect(all.map((job) => Object.keys(job))).toEqual(all.map(() => Object.keys(alone ?? {})));
  expect(await pclaudeIn(elsewhere, 'logs', first.slice(0, 7))).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('First work'),
  });
  expect(await pclaudeIn(elsewhere, 'logs', plain)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Plain work') });
  expect(await pclaudeIn(elsewhere, 'stop', second)).toEqual({ exitCode: 0, stdout: `stopped ${second}\n`, stderr: '' });
  expect((await listJobs(pclaude, elsewhere)).map(({ id }) => id)).toEqual([plain, first]);
  expect(await pclaudeIn(elsewhere, 'kill', first)).toMatchObject({ stdout: `stopped ${first}\n` });
  expect(await pclaudeIn(elsewhere, 'stop', plain)).toMatchObject({ stdout: `stopped ${plain}\n` });

  await closeAll(project);
  expect(await listJobs(pclaude, elsewhere)).toEqual([]);
  expect((await listJobs(pclaude, elsewhere, '--all')).map(({ id, state }) => [id, state])).toEqual(
    [plain, first, second].map((id) => [id, 'stopped']),
  );
  // No service runs in that home any more.
  expect(await pclaudeIn(elsewhere, 'logs', second)).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(`^Couldn't read logs for ${second} — `),
  });
  expect(await pclaudeIn(elsewhere, 'rm', first)).toEqual({ exitCode: 0, stdout: `removed ${first}\n`, stderr: '' });
  expect((await listJobs(pclaude, elsewhere, '--all')).map(({ id }) => id)).toEqual([plain, second]);
  await closeAll(project);
});

test('a job of a closed session continues on request: pclaude opens the session again and merges what the job writes', async () => {
  const project = await memoryProject();
  const { cwd, env, sandbox, shared } = project;
  const id = await startJob(pclaude, project, 'Begin', [{ text: 'begun' }], ['--permission-mode', 'acceptEdits', '--allowedTools=Bash']);
  const [home = ''] = await openHomes(sandbox);
  await eventually(async () => (await jobState(home, id)).tempo === 'idle', 'the end of the first turn');
  await pclaudeIn(project, 'stop', id);
  await closeAll(project);
  expect(await listJobs(pclaude, project)).toEqual([]);
  await sandbox.write(shared('settings.json'), '{"shared":"meanwhile"}');

  expect(await pclaudeIn(project, 'respawn', id.slice(0, 6))).toMatchObject({ exitCode: 0, stdout: `restarted ${id}\n` });
  expect(await openHomes(sandbox)).toEqual([home]);
  expect(await sandbox.read(join(home, 'settings.json'))).toContain('meanwhile');
  // The service that continues does not hold the lock, so other processes can merge the session.
  expect(isHeld(join(home, '..', 'alive'))).toBe(false);
  await run(pclaude, ['-p', 'hello'], { cwd, env });
  expect(await openHomes(sandbox)).toEqual([home]);

  const terminal = await attach(project, id);
  const change = `printf '{"shared":"meanwhile","late":true}' > "$CLAUDE_CONFIG_DIR/settings.json"`;
  await terminal.submit(
    prompt('Write it down', [
      { tool: 'Write', input: { file_path: '${MEMORY}/late.md', content: 'Written late.\n' } },
      { tool: 'Bash', input: { command: change, description: 'Change a setting' } },
      { text: 'It is written.' },
    ]),
  );
  await terminal.waitFor(/It is written\./);
  expect(await project.readMemoryFile('late.md')).toBe('Written late.\n');
  await eventually(async () => (await sandbox.read(shared('settings.json'))).includes('late'), 'the setting is shared');
  terminal.type('\u001A');
  expect(await terminal.exit).toEqual({ exitCode: 0, signal: null });
  expect(await openHomes(sandbox)).toEqual([home]);

  await pclaudeIn(project, 'stop', id);
  await closeAll(project);
  expect(await project.memoryFiles()).toEqual(['MEMORY.md', 'late.md', 'start.md']);
});

test('a job that is started on the screen behind an attached one works like all jobs of its session', async () => {
  const project = await memoryProject();
  const id = await startJob(pclaude, project, 'Begin', [{ text: 'begun' }]);
  const [home = ''] = await openHomes(project.sandbox);
  const terminal = await attach(project, id.slice(0, 6));
  terminal.type('\u001B[D');
  await terminal.waitFor(/describe a task for a new session/);
  await terminal.submit(
    prompt('From the screen', [{ tool: 'Write', input: { file_path: '${MEMORY}/screen.md', content: 'From the screen.\n' } }]),
  );
  await eventually(async () => (await project.memoryFiles()).includes('screen.md'), 'the note of the new job', { timeout: 20_000 });
  const added = (await listJobs(pclaude, project)).find((job) => job.id !== id);
  expect((await jobState(home, added?.id ?? '')).respawnFlags).toEqual(
    expect.arrayContaining(['--settings', join(home, '..', 'settings.json')]),
  );
});

test('jobs that a session at a terminal sends to the background, by /bg or by ←, are listed and reached from other sessions', async () => {
  const project = await createProject();
  const { cwd, env } = project;
  const talk = async (text: string): Promise<Terminal> => {
    const terminal = openTerminal(pclaude, [], { cwd, env });
    await terminal.waitFor(clientPrompt);
    await terminal.submit(prompt(`Talk ${text}`, [{ text: `I talk ${text}.` }]));
    await terminal.waitFor(new RegExp(`I talk ${text}\\.[^]*← for agents`));
    return terminal;
  };
  const first = await talk('first');
  await first.submit('/bg');
  expect(await first.exit).toEqual({ exitCode: 0, signal: null });
  const second = await talk('second');
  second.type('\u001B[D');
  await second.waitFor(/describe a task for a new session/);
  await second.submit(prompt('Work from the screen', [{ hold: 'third' }]));
  await project.api.arrived('third', 1);

  const ids = (await listJobs(pclaude, project)).flatMap(({ id }) => id ?? []);
  const logs = await Promise.all(ids.map(async (id) => (await pclaudeIn(project, 'logs', id)).stdout));
  const places = ['Talk first', 'Talk second', 'Work from the screen'].map((text) => logs.findIndex((log) => log.includes(text)));
  expect(places.toSorted((one, other) => one - other)).toEqual([0, 1, 2]);
  for (const id of ids) expect(await pclaudeIn(project, 'stop', id)).toMatchObject({ stdout: `stopped ${id}\n` });
});

test("the client's own screen shows the jobs of one dir: pclaude reports in one line how many others there are", async () => {
  const project = await createProject();
  const { api, cwd, env } = project;
  const screen = async (): Promise<Terminal> => {
    const terminal = openTerminal(pclaude, ['agents'], { cwd, env });
    await terminal.waitFor(/describe a task for a new session/);
    return terminal;
  };
  expect((await screen()).output()).not.toContain('pclaude:');
  await startJob(pclaude, project, 'Work', [{ hold: 'held' }]);
  await api.arrived('held', 1);
  expect((await screen()).output()).toContain(
    'pclaude: 1 more background session was started by pclaude and cannot be shown here; see: pclaude agents --json\r\n',
  );
});

test('pclaude answers a name of no job, or of several, as the client does', async () => {
  const commands = [
    // A name that no dir has.
    ['stop', '00000000'],
    ['logs', 'nobody'],
    // A name in a command that accepts only ids.
    ['rm', 'login'],
    ['attach'],
    ['logs', '--help'],
    // The common start of two ids.
    ['stop', 'abcdef'],
    ['respawn', 'abcdef'],
    // A part of two names, of a name and of a task, and of two tasks.
    ['logs', 'login'],
    ['attach', 'page'],
    ['logs', 'carefully'],
  ];
  const project = await createProject();
  const { cwd, sandbox, shared } = project;
  const answers = async (program: Program): Promise<Outcome[]> => {
    const outcomes: Outcome[] = [];
    for (const args of commands) outcomes.push(inOrder(await outcome(program, project, args)));
    return outcomes;
  };
  await run(pclaude, ['-p', 'hello'], project);
  const [folder = ''] = await sessionFolders(sandbox.stateDir);
  await sandbox.write(
    shared('jobs/abcdef01/state.json'),
    madeUpState('abcdef01', cwd, { state: 'blocked', name: 'login page', intent: 'Do it carefully' }),
  );
  await sandbox.write(
    shared('jobs/abcdef02/state.json'),
    madeUpState('abcdef02', cwd, { state: 'blocked', name: 'fix the login', intent: 'A page, carefully\nwritten' }),
  );
  const plain = await answers(claude);
  await mkdir(join(folder, '.claude/jobs'));
  await rename(shared('jobs/abcdef02'), join(folder, '.claude/jobs/abcdef02'));
  expect(await answers(pclaude)).toEqual(plain);
  expect(plain.map(({ exitCode }) => exitCode)).toEqual(commands.map((args) => (args.includes('--help') ? 0 : 1)));
});

test('respawn --all restarts the jobs of every dir, and fails if one of them fails', async () => {
  const project = await createProject();
  const { api, cwd, env, sandbox } = project;
  const folder = await sandbox.repo('another');
  // A client that runs could write its own state file over this one.
  await sandbox.seedClaude({ trust: [cwd, folder] });
  const plain = await startJob(claude, project, 'Plain work', [{ hold: 'plain' }]);
  const own = await startJob(pclaude, project, 'Own work', [{ hold: 'own' }]);
  for (const name of ['plain', 'own']) await api.arrived(name, 1);
  const restarted = `restarted ${plain}\nrestarted ${own}\n`;
  expect(await pclaudeIn(project, 'respawn', '--all')).toEqual({ exitCode: 0, stdout: restarted, stderr: '' });

  // In another folder the job would lose the address of the API, so the client refuses.
  const other = await startJob(pclaude, { cwd: folder, env }, 'Other work', [{ hold: 'other' }]);
  await api.arrived('other', 1);
  expect(await pclaudeIn(project, 'respawn', '--all')).toMatchObject({
    exitCode: 1,
    stdout: restarted,
    stderr: expect.stringContaining(`${other}: Not restarted`),
  });
});

/** Opens a job on a terminal, and waits until it accepts messages. */
async function attach({ cwd, env }: Project, id: string): Promise<Terminal> {
  const terminal = openTerminal(pclaude, ['attach', id], { cwd, env });
  await terminal.waitFor(/for agents/);
  return terminal;
}

/** Stops the services, which would exit some seconds after their last job, and lets a launch close all sessions. */
async function closeAll(project: Project): Promise<void> {
  await endProcessesWithHome(project.sandbox.home);
  await run(pclaude, ['-p', 'hello'], project);
  expect(await sessionStates(project.sandbox.stateDir)).not.toContain('open');
}

/** The client names ids in the order in which the system lists them. */
function inOrder(result: Outcome): Outcome {
  return { ...result, stderr: result.stderr.replace('abcdef02, abcdef01', 'abcdef01, abcdef02') };
}

interface Outcome {
  readonly exitCode: RunResult['exitCode'];
  readonly stdout: string;
  readonly stderr: string;
}

async function outcome(program: Program, { cwd, env }: Pick<Project, 'cwd' | 'env'>, args: readonly string[]): Promise<Outcome> {
  const { exitCode, stdout, stderr } = await run(program, args, { cwd, env });
  return { exitCode, stdout: stdout.toString(), stderr };
}

async function pclaudeIn(project: Pick<Project, 'cwd' | 'env'>, ...args: string[]): Promise<Outcome> {
  return outcome(pclaude, project, args);
}
