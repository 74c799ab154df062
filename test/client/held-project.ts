import { expect } from 'vitest';
import { lastRequests, prompt, toolResults, type ToolCall } from '../support/messages-api.js';
import { endProcessesWithHome } from '../support/processes.js';
import { pclaude } from '../support/real-client.js';
import { start } from '../support/run.js';
import { editMemory, readMemory, writeMemory } from './memory-calls.js';
import { firstEntry, firstIndex, memoryProject, type MemoryProject } from './memory-project.js';
import { sessionFolders } from './session-files.js';

/** A project whose sessions hold their notes back until they end. */
export async function heldProject(): Promise<MemoryProject> {
  const project = await memoryProject();
  return { ...project, env: { ...project.env, PCLAUDE_SYNC: 'exit' } };
}

/** The line of the index for a note. */
export function entry(name: string): string {
  return `- [${name}](${name}.md) — what ${name} found\n`;
}

/** Makes a note and changes it, adds its line to the index, and reads it. */
export function takes(name: string): ToolCall[] {
  return [
    readMemory('MEMORY.md'),
    writeMemory(`${name}.md`, 'draft\n'),
    editMemory(`${name}.md`, 'draft', `by ${name}`),
    editMemory('MEMORY.md', firstEntry, firstEntry + entry(name)),
    readMemory(`${name}.md`),
  ];
}

/** The shared memory is as it was before the first write. */
export async function expectUntouched(project: MemoryProject): Promise<void> {
  expect(await project.memoryFiles()).toEqual(['MEMORY.md', 'start.md']);
  expect(await project.readMemoryFile('MEMORY.md')).toBe(firstIndex);
}

/** These notes are in the shared memory, each with its line in the index. */
export async function expectNotes(project: MemoryProject, ...names: readonly string[]): Promise<void> {
  expect(await project.memoryFiles()).toEqual(['MEMORY.md', 'start.md', ...names.map((name) => `${name}.md`)].toSorted());
  expect(sortedLines(await project.readMemoryFile('MEMORY.md'))).toEqual(sortedLines(firstIndex + names.map(entry).join('')));
}

function sortedLines(text: string): string[] {
  return text.split('\n').toSorted();
}

/** The folder of a session that made a note and was killed together with its launcher. `before`: what happens while it runs. */
export async function killedSession(project: MemoryProject, before?: (session: string) => Promise<void>): Promise<string> {
  const { api, sandbox } = project;
  const child = start(pclaude, ['-p', prompt('Take notes', [...takes('one'), { hold: 'noted' }])], project);
  await api.arrived('noted', 1);
  expect(
    lastRequests(api.requests)
      .flatMap(toolResults)
      .filter(({ isError }) => isError),
  ).toEqual([]);
  const [folder = ''] = await sessionFolders(sandbox.stateDir);
  await before?.(folder);
  await endProcessesWithHome(sandbox.home);
  await child.ended;
  return folder;
}
