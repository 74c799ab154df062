import { expect, test } from 'vitest';
import { prompt } from '../support/messages-api.js';
import { endProcessesWithHome } from '../support/processes.js';
import { createProject, openHomes, type Project } from '../support/project.js';
import { pclaude, pclaudectl } from '../support/real-client.js';
import { run, start } from '../support/run.js';
import { treeOf } from '../support/scratch.js';

/** A session that has used most features gives `pclaudectl doctor` nothing to report, while it runs and after it has ended. */
test('pclaudectl doctor finds no problem in a session of the real client, while it runs and afterwards', async () => {
  const project = await createProject();
  const { api, cwd, env, shared } = project;
  const steps = [
    { tool: 'Write', input: { file_path: '${MEMORY}/note.md', content: 'a note\n' } },
    { tool: 'Bash', input: { command: 'echo hello', description: 'Say hello' } },
    { hold: 'looked at' },
    { text: 'done' },
  ];
  const session = start(pclaude, ['-p', '--allowedTools=Bash', prompt('Work', steps)], { cwd, env });
  await api.arrived('looked at', 1);
  expect(await openHomes(project.sandbox)).toHaveLength(1);
  expect(await doctor(project)).toEqual({ stdout: 'nothing is wrong\n', stderr: '', exitCode: 0 });
  api.release('looked at');
  expect((await session.ended).exitCode).toBe(0);

  const before = [treeOf(shared()), await openHomes(project.sandbox)];
  expect(await doctor(project)).toEqual({ stdout: 'nothing is wrong\n', stderr: '', exitCode: 0 });
  expect([treeOf(shared()), await openHomes(project.sandbox)]).toEqual(before);
});

test('pclaudectl doctor finds a session that was killed together with its client', async () => {
  const project = await createProject();
  const { api, cwd, env, sandbox } = project;
  const session = start(pclaude, ['-p', prompt('Work', [{ hold: 'to be killed' }])], { cwd, env });
  await api.arrived('to be killed', 1);
  await endProcessesWithHome(sandbox.home);
  await session.ended;

  expect(await doctor(project)).toEqual({
    stdout: expect.stringMatching(
      /^warning  session (\w+): from main, has ended, and is not merged yet; the next pclaude does that; or now: pclaudectl merge \1\n1 warning\n$/,
    ),
    stderr: '',
    exitCode: 1,
  });
  await run(pclaude, ['-p', 'hello'], { cwd, env });
  expect(await doctor(project)).toEqual({ stdout: 'nothing is wrong\n', stderr: '', exitCode: 0 });
});

async function doctor({ cwd, env }: Project): Promise<object> {
  const { stdout, stderr, exitCode } = await run(pclaudectl, ['doctor'], { cwd, env: { ...pclaude.env, ...env } });
  return { stdout: stdout.toString(), stderr, exitCode };
}
