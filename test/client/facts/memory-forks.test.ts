import { expect, test } from 'vitest';
import { lastRequests, prompt, type Step, toolResults } from '../../support/messages-api.js';
import { claude } from '../../support/real-client.js';
import { run } from '../../support/run.js';
import { clientPrompt, openTerminal } from '../../support/terminal.js';
import { eventually } from '../../support/wait.js';
import { bash, forksOn } from '../memory-forks.js';
import { editMemory, writeMemory } from '../memory-calls.js';
import { firstIndex, memoryProject } from '../memory-project.js';
import { outcomes, settings } from './ask.js';
import { type HookInput, recordEvents } from './hook-events.js';

test('saves memories in a fork of the conversation after a turn, with its file tools and their hooks, and removes memories with a plain rm', async () => {
  const project = await memoryProject();
  const { api, cwd, memory, memoryFiles } = project;
  const events = recordEvents(project);
  const fork: Step[] = [
    writeMemory('saved.md', 'saved\n'),
    editMemory('MEMORY.md', '# Notes', '# All notes'),
    bash(`rm ${memory}/start.md`),
    { tool: 'Write', input: { file_path: `${cwd}/new.md`, content: 'new\n' } },
  ];
  await run(
    claude,
    ['-p', '--permission-mode', 'default', ...settings({ hooks: events.hooks }), prompt('I like tabs more than spaces', [{ fork }])],
    { cwd, env: await forksOn(project) },
  );

  const results = lastRequests(api.requests).flatMap(toolResults);
  expect(outcomes(results), 'the fork may now do other things').toEqual(['Write ok', 'Edit ok', 'Bash ok', 'Write refused']);
  expect(await memoryFiles()).toEqual(['MEMORY.md', 'saved.md']);
  const calls = events.inputs().filter(({ hook_event_name: event }) => event === 'PreToolUse');
  expect(calls.map(kindOf), 'hooks no longer run in the fork, or get another input for it').toEqual(calls.map(() => 'a fork'));
  expect(calls).toHaveLength(fork.length);
});

test('consolidates memories in another fork at the same time, at a terminal, and writes a lock beside them without its tools', async () => {
  const project = await memoryProject();
  const { sandbox, memory, readMemoryFile } = project;
  const events = recordEvents(project);
  await sandbox.write(project.shared('settings.json'), JSON.stringify({ hooks: events.hooks, autoDreamEnabled: true }));
  // The client consolidates only if there is another conversation.
  const other = '00000000-0000-4000-8000-000000000000';
  const line = {
    type: 'user',
    uuid: other,
    parentUuid: null,
    sessionId: other,
    timestamp: new Date().toISOString(),
    cwd: project.cwd,
    message: { role: 'user', content: 'hello' },
  };
  await sandbox.write(`${memory}/../${other}.jsonl`, `${JSON.stringify(line)}\n`);
  const terminal = openTerminal(claude, ['--permission-mode', 'default'], { cwd: project.cwd, env: await forksOn(project) });
  await terminal.waitFor(clientPrompt);
  await terminal.submit(prompt('I like tabs more than spaces', [{ fork: [writeMemory('saved.md', 'saved\n')] }]));
  const written = (): readonly HookInput[] => events.inputs().filter(({ hook_event_name: event }) => event === 'PostToolUse');
  await eventually(() => written().length === 2, 'both forks write', { timeout: 30_000 });

  expect(written().map(kindOf)).toEqual(['a fork', 'a fork']);
  const ids = written().map(({ agent_id: id }) => id);
  expect(new Set(ids).size, 'hooks get another input for the forks').toBe(2);
  expect(ids, 'hooks get another input for this fork').toContainEqual(expect.stringMatching(/^aauto_dream-/));
  expect(await readMemoryFile('.consolidate-lock'), 'the client no longer keeps its lock beside the memories').toBe(String(terminal.pid));
  expect(await readMemoryFile('MEMORY.md')).toBe(firstIndex);
});

/** A subagent also has a type. */
function kindOf({ agent_id: id, agent_type: type }: HookInput): string {
  if (id === undefined) return 'the session';
  return type === undefined ? 'a fork' : 'a subagent';
}
