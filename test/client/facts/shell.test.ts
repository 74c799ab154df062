import { expect, test } from 'vitest';
import type { ToolCall } from '../../support/messages-api.js';
import { createProject } from '../../support/project.js';
import { ask } from './ask.js';

function bash(command: string): ToolCall {
  return { tool: 'Bash', input: { command, description: 'Look around' } };
}

test('returns to its own folder after a command that ends outside the project and the added folders, and reports it', async () => {
  const project = await createProject();
  const { cwd, sandbox } = project;
  await sandbox.write('elsewhere/file', '');
  await sandbox.write('project/inside/file', '');
  const elsewhere = sandbox.at('elsewhere');
  const steps = [bash(`cd ${elsewhere} && pwd`), bash('pwd'), bash('cd inside && pwd'), bash('pwd')];
  const [left, after, inside, stays] = (await ask(project, steps, { args: ['--allowedTools=Bash'] })).results.map(({ text }) => text);
  expect({ left, after }, 'the client no longer returns from a folder outside, or no longer reports it').toEqual({
    left: `${elsewhere}\nShell cwd was reset to ${cwd}`,
    after: cwd,
  });
  expect({ inside, stays }, 'the client no longer stays in a folder of the project').toEqual({
    inside: `${cwd}/inside`,
    stays: `${cwd}/inside`,
  });

  const { results } = await ask(project, [bash(`cd ${elsewhere} && pwd`), bash('pwd')], {
    args: ['--allowedTools=Bash', `--add-dir=${elsewhere}`],
  });
  expect(
    results.map(({ text }) => text),
    'the client no longer stays in a folder that was added',
  ).toEqual([elsewhere, elsewhere]);
});
