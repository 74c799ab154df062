import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { processStart } from '../../../src/system/process.js';
import { prompt } from '../../support/messages-api.js';
import { createProject } from '../../support/project.js';
import { claude } from '../../support/real-client.js';
import { run } from '../../support/run.js';
import { eventually } from '../../support/wait.js';

test('exits with code 143 on SIGTERM, not by the signal', async () => {
  const { api, cwd, env } = await createProject();
  const signalAfter = { when: api.arrived('held', 1), signal: 'SIGTERM' } as const;
  const ended = await run(claude, ['-p', prompt('Wait', [{ hold: 'held' }])], { cwd, env, signalAfter });

  expect(ended, 'the client no longer exits with code 143 on SIGTERM').toMatchObject({ exitCode: 143, signal: null });
});

test('prints its version, and nothing else, with --version', async () => {
  const { cwd, env } = await createProject();
  const { stdout, exitCode } = await run(claude, ['--version'], { cwd, env });

  expect([stdout.toString(), exitCode], 'the client no longer prints its version first').toEqual([
    expect.stringMatching(/^\d+\.\d+\.\d+ /),
    0,
  ]);
});

test('writes its pid and start into daemon.lock while a background service runs', async () => {
  const { api, cwd, env, shared } = await createProject();
  expect(await run(claude, ['--bg', prompt('Wait', [{ hold: 'held' }])], { cwd, env })).toMatchObject({ exitCode: 0 });
  await api.arrived('held', 1);
  const lock = await eventually(
    async (): Promise<unknown> => JSON.parse(await readFile(shared('daemon.lock'), 'utf8')),
    'the client writes daemon.lock',
  );

  expect(lock, 'the client no longer writes its pid into daemon.lock').toMatchObject({ pid: expect.any(Number) });
  const { pid, procStart } = Object.assign({ pid: 0, procStart: undefined }, lock);
  expect(procStart, 'the client no longer writes the start of its process into daemon.lock in the form that the system reports').toBe(
    processStart(pid),
  );
});
