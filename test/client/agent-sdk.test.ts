import { readdir, rm } from 'node:fs/promises';
import { type CanUseTool, type Options, query } from '@anthropic-ai/claude-agent-sdk';
import { describe, expect, test } from 'vitest';
import { install } from '../support/installed.js';
import { prompt, type Step } from '../support/messages-api.js';
import { createProject, type Project } from '../support/project.js';
import { clientPath, pclaude } from '../support/real-client.js';
import { eventually } from '../support/wait.js';
import { withoutChance } from './comparable.js';
import { kindOf } from './messages.js';
import { sessionStates } from './session-files.js';

const BUILT = pclaude.args[0] ?? '';

describe('a query of the Agent SDK', () => {
  test.each<readonly [name: string, file: (project: Project) => Promise<string>]>([
    ['by the link that npm makes', async ({ sandbox }) => (await install(sandbox)).pclaude.file],
    ['by the built file, which the SDK starts with node', async () => BUILT],
  ])('has the same messages as with claude: %s', async (_, file) => {
    const project = await createProject();
    const steps = [
      { text: 'First a look.' },
      { tool: 'Bash', input: { command: 'echo $CLAUDE_CODE_ENTRYPOINT $CLAUDE_AGENT_SDK_VERSION' } },
      { tool: 'Write', input: { file_path: project.sandbox.at('project', 'made.txt'), content: 'made\n' } },
    ];
    const asked = {
      prompt: prompt('Do it', [...steps, { text: 'All done.' }]),
      options: { canUseTool: allow, includePartialMessages: true },
    };
    const plain = await ask(project, clientPath(), asked);
    await rm(project.sandbox.at('project', 'made.txt'));
    const ours = await ask(project, await file(project), asked);

    expect(ours.map(comparable)).toEqual(plain.map(comparable));
    expect(plain.at(-1)).toMatchObject({ type: 'result', subtype: 'success', result: 'All done.' });
    expect(await sessionStates(project.sandbox.stateDir)).toEqual(['closed']);
  });

  test('with its own settings has the same messages, and the client follows the settings', async () => {
    const project = await createProject();
    const asked = {
      prompt: prompt('Touch it', [{ tool: 'Bash', input: { command: 'touch allowed.txt' } }]),
      options: { settings: { permissions: { allow: ['Bash(touch *)'] } }, permissionMode: 'dontAsk' as const },
    };
    const plain = await ask(project, clientPath(), asked);
    const ours = await ask(project, BUILT, asked);

    expect(ours.map(comparable)).toEqual(plain.map(comparable));
    expect(project.sandbox.exists('project/allowed.txt')).toBe(true);
  });

  test('that writes memory has the same messages in the same order, and the same result', async () => {
    const project = await createProject();
    const note = { file_path: '${MEMORY}/note.md' };
    const steps = [
      { tool: 'Write', input: { ...note, content: 'noted\n' } },
      { tool: 'Read', input: note },
      { tool: 'Edit', input: { ...note, old_string: 'noted', new_string: 'noted well' } },
      { text: 'Noted.' },
    ];
    const asked = { prompt: prompt('Note it', steps), options: {} };
    const plain = await ask(project, clientPath(), asked);
    await project.sandbox.write(memory(project, 'note.md'), '');
    const ours = await ask(project, BUILT, asked);

    expect(ours.map(kindOf)).toEqual(plain.map(kindOf));
    expect(ours.map(comparable)).toEqual(plain.map(comparable));
    expect(ours.at(-1)).toMatchObject({ subtype: 'success', result: 'Noted.', num_turns: 4 });
    expect(await project.sandbox.read(memory(project, 'note.md'))).toBe('noted well\n');
  });

  test('that is aborted ends the session, and its note is kept', async () => {
    const project = await createProject();
    const abortController = new AbortController();
    const held = prompt('Note it and wait', [
      { tool: 'Write', input: { file_path: '${MEMORY}/note.md', content: 'noted\n' } },
      { hold: 'for ever' },
    ]);
    const answer = ask(project, BUILT, { prompt: held, options: { abortController } });
    await project.api.arrived('for ever', 1);
    abortController.abort();

    await expect(answer).rejects.toThrow('aborted');
    await eventually(
      async () => (await sessionStates(project.sandbox.stateDir)).join(' ') === 'closed',
      'the session is merged and closed',
    );
    expect(await project.sandbox.read(memory(project, 'note.md'))).toBe('noted\n');
  });

  test('with its own client, as an editor built on the SDK passes it, has the same messages', async () => {
    const project = await createProject();
    const { pclaude: installed } = await install(project.sandbox);
    const asked = { prompt: prompt('Say it', [{ text: 'Said.' }]), options: {} };
    const plain = await ask(project, clientPath(), asked);
    const ours = await ask(project, installed.file, { ...asked, options: { executableArgs: [clientPath()] } });

    expect(ours.map(comparable)).toEqual(plain.map(comparable));
    expect(await sessionStates(project.sandbox.stateDir)).toEqual(['closed']);
  });

  test('with a client passed to a file that ends in .js fails before pclaude starts: the SDK has node run the client', async () => {
    const project = await createProject();

    await expect(ask(project, BUILT, { prompt: 'hello', options: { executableArgs: [clientPath()] } })).rejects.toThrow(
      'exited with code 1',
    );
  });

  test('whose settings come on standard input runs on the shared dir, and pclaude reports that in one line', async () => {
    const project = await createProject();
    const lines: string[] = [];
    const stderr = (line: string): unknown => lines.push(line);
    const options = {
      settings: { permissions: { allow: ['Bash(touch *)'] } },
      permissionMode: 'dontAsk' as const,
      settingsDelivery: 'initialize',
      stderr,
    };
    const [result] = (
      await ask(project, BUILT, { prompt: prompt('Touch it', [{ tool: 'Bash', input: { command: 'touch allowed.txt' } }]), options })
    ).slice(-1);

    expect(result).toMatchObject({ subtype: 'success' });
    expect(lines.join('')).toContain('runs without a private config dir');
    expect(project.sandbox.exists('project/allowed.txt')).toBe(true);
    expect(await sessionStates(project.sandbox.stateDir).catch(() => [])).toEqual([]);
  });
});

test('ten queries at once keep all their notes', async () => {
  const project = await createProject();
  const QUERIES = 10;
  await project.sandbox.write(memory(project, 'MEMORY.md'), '# Memory\n\n');
  const numbers = Array.from({ length: QUERIES }, (_, number) => number);
  const answers = await Promise.all(
    numbers.map(async (number) => ask(project, BUILT, { prompt: prompt(`Note ${number}`, notes(number, QUERIES)), options: {} })),
  );

  expect(answers.map((messages) => messages.at(-1))).toEqual(
    numbers.map(() => expect.objectContaining({ subtype: 'success', is_error: false })),
  );
  const index = await project.sandbox.read(memory(project, 'MEMORY.md'));
  expect(numbers.filter((number) => !index.includes(`- [Note ${number}](note-${number}.md) — of query ${number}\n`))).toEqual([]);
  const files = numbers.map(async (number) => project.sandbox.read(memory(project, `note-${number}.md`)));
  expect(await Promise.all(files)).toEqual(numbers.map((number) => `The note of query ${number}.\n`));
  expect((await readdir(memory(project))).filter((name) => name.includes('conflict'))).toEqual([]);
  expect(await sessionStates(project.sandbox.stateDir)).toEqual(numbers.map(() => 'closed'));
});

/** All queries read the index before any of them writes it. */
function notes(number: number, parties: number): Step[] {
  return [
    { tool: 'Read', input: { file_path: '${MEMORY}/MEMORY.md' } },
    { barrier: 'all have read', parties },
    { tool: 'Write', input: { file_path: `\${MEMORY}/note-${number}.md`, content: `The note of query ${number}.\n` } },
    {
      tool: 'Edit',
      input: {
        file_path: '${MEMORY}/MEMORY.md',
        old_string: '# Memory\n\n',
        new_string: `# Memory\n\n- [Note ${number}](note-${number}.md) — of query ${number}\n`,
      },
    },
  ];
}

/** All messages of one query, without the prompt that names the memory folder: the client adds that one. */
async function ask(
  { cwd, env }: Project,
  file: string,
  { prompt: text, options }: { prompt: string; options: Options },
): Promise<unknown[]> {
  const messages: unknown[] = [];
  const all: Options = {
    cwd,
    env: { ...env, PCLAUDE_CLAUDE_PATH: clientPath() },
    pathToClaudeCodeExecutable: file,
    systemPrompt: { type: 'preset', preset: 'claude_code' },
    ...options,
  };
  for await (const message of query({ prompt: text, options: all })) messages.push(message);
  return messages;
}

const allow: CanUseTool = async (_, input) => ({ behavior: 'allow', updatedInput: input });

function comparable(message: unknown): string {
  return withoutChance(JSON.stringify(message));
}

function memory({ cwd, shared }: Project, ...name: string[]): string {
  return shared('projects', cwd.replaceAll(/[^a-zA-Z0-9]/g, '-'), 'memory', ...name);
}
