import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { lastRequests, prompt, toolResults, userTexts, type ModelRequest } from '../support/messages-api.js';
import { claude, pclaude, type Program } from '../support/real-client.js';
import { run } from '../support/run.js';
import { someCells, someOf } from '../support/some-of.js';
import { askAgent, editMemory, readMemory, writeMemory } from './memory-calls.js';
import { mentions } from './mentions.js';
import { firstEntry, memoryProject } from './memory-project.js';

const directions = [
  { from: claude, to: pclaude },
  { from: pclaude, to: pclaude },
  { from: pclaude, to: claude },
];
const ways = ['--resume', '--continue'] as const;
const modes = ['default', 'dontAsk', 'acceptEdits'];

const inEveryMode = directions.flatMap((direction) =>
  ways.flatMap((way) => modes.map((mode) => ({ ...direction, way, options: ['--permission-mode', mode] }))),
);
const withProjectSettings = directions.map(
  (direction) => ({ ...direction, way: '--resume', options: ['--setting-sources', 'project'] }) as const,
);
const bySubagent = directions.map((direction) => ({ ...direction, way: '--continue', options: [], bySubagent: true }) as const);

test.each(titled(someCells(inEveryMode, modes.length, 3)))('memory written after a resume, %s', remembers);
test.each(titled(someOf(withProjectSettings)))('memory written after a resume, %s', remembers);
test.each(titled(someOf(bySubagent, 1)))('memory written by a subagent after a resume, %s', remembers);

test.each([claude, pclaude])('a conversation that $name resumes needs no folder of the session that began it', async (program) => {
  const { api, cwd, env, sandbox, readMemoryFile } = await memoryProject();
  const opening = [readMemory('MEMORY.md'), writeMemory('first.md', 'Known before.\n')];
  await run(pclaude, ['-p', prompt('Note the first thing', opening)], { cwd, env });
  await rm(sandbox.stateDir, { recursive: true });

  const steps = [editMemory('first.md', 'before', 'before and after'), editMemory('MEMORY.md', firstEntry, firstEntry + firstLine)];
  await run(program, ['-p', '--continue', prompt('Go on', steps)], { cwd, env });
  expect(lastRequests(api.requests).map((request) => [toolResults(request).length, failures(request)])).toEqual([[4, []]]);
  expect(await readMemoryFile('first.md')).toBe('Known before and after.\n');
  expect(await readMemoryFile('MEMORY.md')).toContain(firstLine);
});

interface Resume {
  readonly from: Program;
  readonly to: Program;
  readonly way: (typeof ways)[number];
  readonly options: readonly string[];
  readonly bySubagent?: boolean;
}

const firstLine = '- [First](first.md) — before the resume\n';
const secondLine = '- [Second](second.md) — after the resume\n';

/** Begins a conversation that writes memory, resumes it to write more, and reads all of it in a third session. */
async function remembers(_title: string, { from, to, way, options, bySubagent: delegates = false }: Resume): Promise<void> {
  const { api, cwd, env, sandbox, memory } = await memoryProject();
  const print = async (program: Program, ...args: string[]): Promise<readonly ModelRequest[]> => {
    const before = api.requests.length;
    await run(program, ['-p', ...options, ...args], { cwd, env });
    return lastRequests(api.requests.slice(before));
  };

  const opening = [
    readMemory('MEMORY.md'),
    writeMemory('first.md', 'Known before.\n'),
    editMemory('MEMORY.md', firstEntry, firstEntry + firstLine),
  ];
  const [begun] = await print(from, prompt('Note the first thing', opening));
  expect(begun && failures(begun)).toEqual([]);

  const notes = [
    editMemory('first.md', 'before', 'before and after'),
    writeMemory('second.md', 'Known after.\n'),
    editMemory('MEMORY.md', firstLine, firstLine + secondLine),
  ];
  const steps = delegates ? [askAgent(prompt('Note the second thing', notes))] : notes;
  const resumed = await print(to, ...(way === '--resume' ? ['--resume', begun?.sessionId ?? ''] : [way]), prompt('Go on', steps));
  expect(new Set(resumed.map(({ sessionId }) => sessionId))).toEqual(new Set([begun?.sessionId]));
  expect(resumed.flatMap(failures)).toEqual([]);
  expect(resumed.flatMap(toolResults).filter(({ tool }) => tool === 'Write')).toHaveLength(2);

  const recall = [readMemory('first.md'), readMemory('second.md')];
  const [later] = await print(pclaude, prompt('What do you know?', recall));
  expect(later && userTexts(later).join('\n')).toContain(firstLine + secondLine);
  expect(later && toolResults(later).map(({ text }) => text)).toEqual([
    expect.stringContaining('before and after'),
    expect.stringContaining('Known after.'),
  ]);
  expect(await sandbox.read(`${memory}/second.md`)).toBe('Known after.\n');
  expect(mentions(api.requests, sandbox.stateDir)).toEqual([]);
}

function titled(resumes: readonly Resume[]): [title: string, resume: Resume][] {
  return resumes.map((resume) => [[`${resume.from.name} → ${resume.to.name}`, resume.way, ...resume.options].join(' '), resume]);
}

function failures(request: ModelRequest): string[] {
  return toolResults(request).flatMap(({ isError, text }) => (isError ? text : []));
}
