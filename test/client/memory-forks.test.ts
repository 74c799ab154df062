import { expect, test } from 'vitest';
import { lastRequests, prompt, type Step, toolResults } from '../support/messages-api.js';
import { claude, pclaude, type Program } from '../support/real-client.js';
import { run } from '../support/run.js';
import { bash, forksOn } from './memory-forks.js';
import { editMemory, readMemory, writeMemory } from './memory-calls.js';
import { firstEntry, memoryProject, type MemoryProject } from './memory-project.js';

/** The results of the tools in a fork in which the client saves memories. */
async function savedBy(program: Program, project: MemoryProject, fork: readonly Step[]): Promise<string[]> {
  const env = await forksOn(project);
  await run(program, ['-p', '--permission-mode', 'default', prompt('I like tabs more than spaces', [{ fork }])], { cwd: project.cwd, env });
  return lastRequests(project.api.requests)
    .flatMap(toolResults)
    .map(({ tool, isError }) => `${tool} ${isError ? 'refused' : 'ok'}`);
}

/** Makes a note, and adds its line to the index at the same moment as the other session. */
function noteAndLine(name: string): Step[] {
  return [
    readMemory('MEMORY.md'),
    writeMemory(`${name}.md`, `by ${name}\n`),
    { barrier: 'both have read', parties: 2 },
    editMemory('MEMORY.md', firstEntry, `${firstEntry}- ${name}\n`),
  ];
}

test('memory has everything that the client saves in a fork at the same moment as another session', async () => {
  const project = await memoryProject();
  const { cwd, env, memoryFiles, readMemoryFile } = project;
  await Promise.all([
    savedBy(pclaude, project, noteAndLine('fork')),
    run(pclaude, ['-p', prompt('Take a note', noteAndLine('session'))], { cwd, env }),
  ]);

  expect(await memoryFiles()).toEqual(['MEMORY.md', 'fork.md', 'session.md', 'start.md']);
  const index = await readMemoryFile('MEMORY.md');
  expect(['fork', 'session'].map((name) => index.split(`- ${name}\n`).length - 1)).toEqual([1, 1]);
});

/** The results in a fork that reads a memory and removes it. */
async function removing(program: Program): Promise<string[]> {
  const project = await memoryProject();
  return savedBy(program, project, [bash(`cat ${project.memory}/start.md`), bash(`rm ${project.memory}/start.md`)]);
}

test('a fork may remove a memory as under claude', async () => {
  expect(await Promise.all([removing(claude), removing(pclaude)])).toEqual([
    ['Bash ok', 'Bash ok'],
    ['Bash ok', 'Bash ok'],
  ]);
});
