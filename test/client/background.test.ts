import { expect, test } from 'vitest';
import { prompt } from '../support/messages-api.js';
import { endProcessesWithHome } from '../support/processes.js';
import { createProject, openHomes } from '../support/project.js';
import { pclaude } from '../support/real-client.js';
import { run } from '../support/run.js';
import { eventually } from '../support/wait.js';

test('the session of a background job stays open until its service has exited; launches merge it until then, and once more afterwards', async () => {
  const { api, cwd, env, sandbox, shared } = await createProject();
  const job = prompt('Work in the background', [
    { tool: 'Write', input: { file_path: '${MEMORY}/early.md', content: 'written early\n' } },
    { tool: 'Bash', input: { command: 'echo by the job > "$CLAUDE_CONFIG_DIR/plans/made.md"', description: 'Leave a file' } },
    { hold: 'the job goes on' },
    { tool: 'Bash', input: { command: 'echo later > "$CLAUDE_CONFIG_DIR/later.txt"', description: 'Leave another file' } },
    { hold: 'the job still goes on' },
  ]);
  const started = await run(pclaude, ['--bg', '--permission-mode', 'acceptEdits', '--allowedTools=Bash', job], { cwd, env });
  expect(started).toMatchObject({ exitCode: 0, stderr: expect.any(String) });
  await api.arrived('the job goes on', 1);

  const [home] = await openHomes(sandbox);
  expect(home).toBeDefined();
  const another = await run(pclaude, ['-p', 'hello'], { cwd, env });
  expect(another.exitCode).toBe(0);
  expect(await openHomes(sandbox)).toEqual([home]);
  expect(await sandbox.read(shared('plans', 'made.md'))).toBe('by the job\n');

  api.release('the job goes on');
  await api.arrived('the job still goes on', 1);
  await endProcessesWithHome(sandbox.home);
  await run(pclaude, ['-p', 'hello'], { cwd, env });
  await eventually(async () => (await openHomes(sandbox)).length === 0, 'the session is closed');
  expect(await sandbox.read(shared('later.txt'))).toBe('later\n');
});
