import { mkdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { endProcessesWithHome, processesWithHome } from '../../support/processes.js';
import { createProject, type Project } from '../../support/project.js';
import { claude } from '../../support/real-client.js';
import { run } from '../../support/run.js';
import { eventually } from '../../support/wait.js';
import { jobState, listJobs, madeUpState, startJob } from '../jobs.js';
import { filesBelow, fingerprint } from '../session-files.js';

// The behavior of the client's background jobs on which pclaude relies.

test('lists and finds only the background jobs of its own config dir', async () => {
  const project = await createProject();
  const id = await startJob(claude, project, 'Work', [{ hold: 'held' }]);
  await project.api.arrived('held', 1);
  expect(await listJobs(claude, project)).toMatchObject([{ id, kind: 'background', state: 'working' }]);
  const other = { ...project, env: { ...project.env, CLAUDE_CONFIG_DIR: await otherDir(project) } };
  expect(await listJobs(claude, other, '--all')).toEqual([]);
  expect(await printed(other, 'logs', id)).toEqual([1, '', `No session matching '${id}'. Run 'claude agents' to list running sessions.\n`]);
  expect(await printed(other, 'stop', id)).toEqual([1, '', `No session matching '${id}'. Run 'claude agents' to list running sessions.\n`]);
  expect(await printed(other, 'rm', id)).toEqual([1, '', `No session matching '${id}'\n`]);
});

test('prints agents --json as an array in order of the start, without jobs that have ended; --all includes them', async () => {
  const project = await createProject();
  const { cwd, sandbox, shared } = project;
  for (const [id, hour, state] of [
    ['abcdef01', '09', 'done'],
    ['abcdef02', '08', 'blocked'],
    ['abcdef03', '07', 'stopped'],
    ['abcdef04', '06', 'working'],
  ] as const) {
    await sandbox.write(shared('jobs', id, 'state.json'), madeUpState(id, cwd, { state, createdAt: `2026-01-01T${hour}:00:00.000Z` }));
  }
  const { stdout } = await run(claude, ['agents', '--json', '--all'], project);
  expect(stdout.toString()).toBe(`${JSON.stringify(JSON.parse(stdout.toString()), null, 2)}\n`);
  // A job that is marked as working, but has no process, has failed.
  expect((await listJobs(claude, project, '--all')).map(({ id, state }) => [id, state])).toEqual([
    ['abcdef04', 'failed'],
    ['abcdef03', 'stopped'],
    ['abcdef02', 'blocked'],
    ['abcdef01', 'done'],
  ]);
  expect((await listJobs(claude, project)).map(({ id }) => id)).toEqual(['abcdef02']);
});

test('writes nothing for agents --json and logs into a config dir in which the client was used before, and starts no service', async () => {
  const project = await createProject();
  const { cwd, sandbox, shared } = project;
  await sandbox.write(shared('jobs/abcdef01/state.json'), madeUpState('abcdef01', cwd));
  await listJobs(claude, project, '--all');
  const before = await fingerprint(shared());
  await listJobs(claude, project, '--all');
  expect(await printed(project, 'logs', 'abcdef')).toEqual([1, '', expect.stringMatching(/^Couldn't read logs for abcdef01 — /)]);
  expect(await fingerprint(shared())).toEqual(before);
  expect(await processesWithHome(sandbox.home)).toEqual([]);
});

test('treats a job word as a command if it comes first, or after options and before a whole id; otherwise the word begins a prompt', async () => {
  const project = await createProject();
  const unknown = /^No session matching/;
  expect((await printed(project, 'stop', 'the', 'tests'))[2]).toMatch(/No session matching 'the'/);
  expect((await printed(project, '--model', 'opus', 'stop', '00000000'))[2]).toMatch(unknown);
  expect(project.api.requests).toEqual([]);
  expect((await printed(project, '--model', 'opus', 'stop', '0000'))[0]).toBe(0);
  expect(project.api.requests).toHaveLength(1);
});

test('keeps the flags with which a job was started, and ends the service some seconds after the last job', async () => {
  const project = await createProject();
  const { sandbox, shared } = project;
  const file = await sandbox.write('own.json', '{}');
  const id = await startJob(claude, project, 'Work', [{ text: 'done' }], ['--settings', file]);
  await eventually(async () => (await jobState(shared(), id)).tempo === 'idle', 'the end of the first turn');
  expect(await printed(project, 'stop', id)).toEqual([0, `stopped ${id}\n`, '']);
  await eventually(() => !sandbox.exists(shared('daemon.lock')), 'the end of the service', { timeout: 20_000 });
  expect(await printed(project, 'respawn', id)).toMatchObject([0, `restarted ${id}\n`, expect.any(String)]);
  expect(sandbox.exists(shared('daemon.lock'))).toBe(true);
  expect(await jobState(shared(), id)).toMatchObject({ respawnFlags: ['--settings', file] });
  await endProcessesWithHome(sandbox.home);
  expect(await printed(project, 'rm', id)).toEqual([0, `removed ${id}\n`, '']);
  expect((await filesBelow(shared('jobs'))).filter((path) => path.includes(id))).toEqual([]);
});

/** Another config dir, in which the client was used before. */
async function otherDir({ sandbox, cwd }: Project): Promise<string> {
  await mkdir(sandbox.at('other'));
  await sandbox.seedClaude({ trust: [cwd], configDir: 'other' });
  return sandbox.at('other');
}

async function printed(
  { cwd, env }: Pick<Project, 'cwd' | 'env'>,
  ...args: string[]
): Promise<readonly [exitCode: number | null, stdout: string, stderr: string]> {
  const { exitCode, stdout, stderr } = await run(claude, args, { cwd, env });
  return [exitCode, stdout.toString(), stderr];
}
