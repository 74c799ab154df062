import { expect, test } from 'vitest';
import { lastRequests, prompt, toolResults, type Step, type ToolCall } from '../../support/messages-api.js';
import { claude, pclaude } from '../../support/real-client.js';
import { run, start } from '../../support/run.js';
import { askAgent, editMemory, readMemory, writeMemory } from '../memory-calls.js';
import { firstEntry, firstIndex, memoryProject } from '../memory-project.js';

const entry = (n: number): string => `- [Topic ${n}](topic-${n}.md) — what session ${n} found\n`;
const filesBefore = ['MEMORY.md', 'start.md'];

/** Adds a line at the same moment as the other agent, and then changes it. */
function draftAndFinal(n: number): Step[] {
  return [
    readMemory('MEMORY.md'),
    { barrier: 'both have read', parties: 2 },
    editMemory('MEMORY.md', firstEntry, `${firstEntry}- agent ${n}: draft\n`),
    editMemory('MEMORY.md', `- agent ${n}: draft\n`, `- agent ${n}: done\n`),
  ];
}

test('two agents of one session edit one memory at the same moment', async () => {
  const { api, cwd, env, readMemoryFile, memoryFiles } = await memoryProject();
  const agents = [1, 2].map((n) => askAgent(prompt(`Take note ${n}`, draftAndFinal(n))));
  await run(pclaude, ['-p', prompt('Ask two agents', [readMemory('MEMORY.md'), { parallel: agents }, readMemory('MEMORY.md')])], {
    cwd,
    env,
  });

  const conversations = lastRequests(api.requests);
  expect(
    conversations
      .filter(({ agentId }) => agentId !== undefined)
      .map((agent) => toolResults(agent).map(({ tool, isError }) => (isError ? 'failed' : tool))),
  ).toEqual([
    ['Read', 'Edit', 'Edit'],
    ['Read', 'Edit', 'Edit'],
  ]);
  const main = conversations.filter(({ agentId }) => agentId === undefined).flatMap(toolResults);
  expect(main.at(-1)?.text).toContain('- agent 1: done');
  expect(sortedLines(await readMemoryFile('MEMORY.md'))).toEqual(sortedLines(`${firstIndex}- agent 1: done\n- agent 2: done\n`));
  expect(await memoryFiles()).toEqual(filesBefore);
});

test('several calls of one reply edit one memory', async () => {
  const { api, cwd, env, readMemoryFile } = await memoryProject();
  const edits = [1, 2, 3].map((n) => editMemory('MEMORY.md', firstEntry, `${firstEntry}${entry(n)}`));
  await run(pclaude, ['-p', prompt('Note three things', [readMemory('MEMORY.md'), { parallel: edits }])], { cwd, env });

  expect(
    lastRequests(api.requests)
      .flatMap(toolResults)
      .filter(({ isError }) => isError),
  ).toEqual([]);
  expect(sortedLines(await readMemoryFile('MEMORY.md'))).toEqual(sortedLines(firstIndex + [1, 2, 3].map(entry).join('')));
});

test.each([claude, pclaude])(
  'a session rewrites a file to which another session has added a line: $name refuses it, and nothing is lost',
  async (program) => {
    const { api, cwd, env, readMemoryFile, memoryFiles } = await memoryProject();
    const steps = [
      writeMemory('note.md', 'Known to both.\n'),
      { hold: 'another writes' },
      writeMemory('note.md', 'Known to both.\nFrom the first.\n'),
    ];
    const first = start(program, ['-p', prompt('Take a note', steps)], { cwd, env });
    await api.arrived('another writes', 1);
    await run(program, ['-p', prompt('Add to it', [editMemory('note.md', 'both.\n', 'both.\nFrom another.\n')])], { cwd, env });
    api.release('another writes');
    await first.ended;

    expect(
      lastRequests(api.requests)
        .flatMap(toolResults)
        .filter(({ isError }) => isError),
    ).toMatchObject([{ tool: 'Write', text: expect.stringContaining('Read it again') }]);
    expect(await readMemoryFile('note.md')).toBe('Known to both.\nFrom another.\n');
    expect(await memoryFiles()).toEqual(['MEMORY.md', 'note.md', 'start.md']);
  },
);

const sequences: readonly Sequence[] = [
  {
    what: 'edits what it has edited',
    steps: [readMemory('start.md'), editMemory('start.md', 'here', 'there'), editMemory('start.md', 'there', 'everywhere')],
    file: 'start.md',
    becomes: 'It began everywhere.\n',
  },
  {
    what: 'makes a file, edits it, writes it anew and edits that',
    steps: [
      writeMemory('new.md', 'one\n'),
      editMemory('new.md', 'one', 'two'),
      writeMemory('new.md', 'three\n'),
      editMemory('new.md', 'three', 'four'),
    ],
    file: 'new.md',
    becomes: 'four\n',
  },
  {
    what: 'writes anew what it has edited',
    steps: [readMemory('start.md'), editMemory('start.md', 'here', 'there'), writeMemory('start.md', 'All new.\n')],
    file: 'start.md',
    becomes: 'All new.\n',
  },
  {
    what: 'edits without having read',
    steps: [editMemory('start.md', 'here', 'there'), editMemory('start.md', 'there', 'anywhere')],
    file: 'start.md',
    becomes: 'It began anywhere.\n',
  },
  {
    what: 'reads what it has edited, and writes it anew',
    steps: [readMemory('start.md'), editMemory('start.md', 'here', 'there'), readMemory('start.md'), writeMemory('start.md', 'All new.\n')],
    file: 'start.md',
    becomes: 'All new.\n',
  },
];

interface Sequence {
  readonly what: string;
  readonly steps: readonly ToolCall[];
  readonly file: string;
  readonly becomes: string;
}

test.each(sequences)('one session $what, as under plain claude', async ({ steps, file, becomes }) => {
  for (const program of [claude, pclaude]) {
    const { api, cwd, env, readMemoryFile } = await memoryProject();
    await run(program, ['-p', prompt('Take notes', steps)], { cwd, env });

    const results = lastRequests(api.requests).flatMap(toolResults);
    expect(results.map(({ tool, isError }) => ({ tool, isError }))).toEqual(steps.map(({ tool }) => ({ tool, isError: false })));
    expect(await readMemoryFile(file)).toBe(becomes);
  }
});

function sortedLines(text: string): string[] {
  return text.split('\n').toSorted();
}
