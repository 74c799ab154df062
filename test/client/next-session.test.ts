import { expect, test } from 'vitest';
import { prompt, toolResults, userTexts } from '../support/messages-api.js';
import { claude, pclaude, type Program } from '../support/real-client.js';
import { run, start } from '../support/run.js';
import { editMemory, readMemory, writeMemory } from './memory-calls.js';
import { firstEntry, memoryProject } from './memory-project.js';

const line = '- [Found](found.md) — what the first session found';
const note = 'Known while the first session still runs.';

test.each<Program>([pclaude, claude])('a $name that starts while a session runs knows what that session has noted', async (program) => {
  const { api, cwd, env, sandbox } = await memoryProject();
  const [worktree = ''] = await sandbox.worktrees('project', 1);
  const steps = [
    readMemory('MEMORY.md'),
    writeMemory('found.md', `${note}\n`),
    editMemory('MEMORY.md', firstEntry, `${firstEntry}${line}\n`),
    { hold: 'first' },
  ];
  const first = start(pclaude, ['-p', prompt('Take a note', steps)], { cwd, env });
  await api.arrived('first', 1);
  const before = api.requests.length;
  expect(await run(program, ['-p', prompt('What is known?', [readMemory('found.md')])], { cwd: worktree, env })).toMatchObject({
    exitCode: 0,
    stderr: '',
  });

  const [asked, answered] = api.requests.slice(before);
  // The client puts the index before the user's first words, as the content of the file.
  expect(asked && userTexts(asked)[0]).toContain(line);
  expect(answered && toolResults(answered)).toMatchObject([{ tool: 'Read', isError: false, text: expect.stringContaining(note) }]);
  expect(api.waiting()).toEqual({ first: 1 });
  api.release('first');
  expect(await first.ended).toMatchObject({ exitCode: 0, stderr: '' });
});
