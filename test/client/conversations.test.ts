import { lstat, readdir } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { projectSlug } from '../../src/client/shared-dir.js';
import { prompt, userTexts } from '../support/messages-api.js';
import { createProject, type Project } from '../support/project.js';
import { claude, pclaude, type Program } from '../support/real-client.js';
import { run } from '../support/run.js';
import { clientPrompt, openTerminal } from '../support/terminal.js';

const programs = [claude, pclaude] as const;

test('the shared dir has the transcripts of both programs', async () => {
  const project = await createProject();
  for (const program of programs) await talk(project, program, `Hello from ${program.name}`);

  const { cwd, sandbox, shared } = project;
  const folder = shared('projects', cwd.replaceAll(/[^a-zA-Z0-9]/g, '-'));
  const names = (await readdir(folder)).filter((name) => name.endsWith('.jsonl'));
  const transcripts = await Promise.all(names.map(async (name) => sandbox.read(`${folder}/${name}`)));
  expect(transcripts).toHaveLength(2);
  for (const { name } of programs) expect(transcripts.filter((text) => text.includes(`Hello from ${name}`))).toHaveLength(1);
});

describe('the resume picker', () => {
  test.each(programs)('of $name lists the conversations that either program began', async (program) => {
    const project = await createProject();
    for (const one of programs) await talkOnScreen(project, one, `Begun under ${one.name}`);
    const picker = openTerminal(program, ['--resume'], project);
    const screen = await picker.waitFor((text) => programs.every(({ name }) => text.includes(`Begun under ${name}`)));
    expect(screen.match(/Begun under \w+/g)).toEqual(['Begun under pclaude', 'Begun under claude']);

    // The newest conversation is chosen; the next one down began under the other program.
    picker.type('\u001B[B');
    await picker.waitFor(/❯ Begun under claude/);
    picker.type('\r');
    await picker.waitFor((text) => clientPrompt.test(text) && text.includes('Answer to: Begun under claude'));
    await picker.submit('/exit');
    expect((await picker.exit).exitCode).toBe(0);
  });
});

test('a memory that is written after /resume in another session, by the path in its prompt, is in the shared dir', async () => {
  for (const begun of programs) {
    const project = await createProject();
    await talkOnScreen(project, begun, 'Begun before');
    const terminal = openTerminal(pclaude, [], project);
    await terminal.waitFor(clientPrompt);
    await terminal.submit('/resume');
    await terminal.waitFor(/❯ Begun before/);
    terminal.type('\r');
    await terminal.waitFor((text) => clientPrompt.test(text) && text.includes('Answer to: Begun before'));
    await terminal.submit(
      prompt('Note it', [{ tool: 'Write', input: { file_path: '${MEMORY}/resumed.md', content: 'noted\n' } }, { text: 'It is noted.' }]),
    );
    await terminal.waitFor(/It is noted\./);
    await terminal.submit('/exit');
    expect((await terminal.exit).exitCode).toBe(0);

    const note = project.shared('projects', projectSlug(project.cwd), 'memory/resumed.md');
    expect(await project.sandbox.read(note)).toBe('noted\n');
  }
});

describe('--continue', () => {
  test.each<{ first: Program; second: Program }>([
    { first: claude, second: pclaude },
    { first: pclaude, second: claude },
    { first: pclaude, second: pclaude },
  ])('$first.name, continued under $second.name', async ({ first, second }) => {
    const project = await createProject();
    await talk(project, claude, 'An older one');
    await talk(project, first, 'The newest');
    await talk(project, second, 'Where were we?', ['--continue']);

    const texts = project.api.requests.at(-1);
    const said = texts === undefined ? '' : userTexts(texts).join('\n');
    expect(said).toContain('The newest');
    expect(said).toContain('Where were we?');
    expect(said).not.toContain('An older one');
  });
});

test('both programs share one history file, in the order of the prompts', async () => {
  const project = await createProject();
  const { sandbox, shared } = project;
  await talkOnScreen(project, pclaude, 'First prompt');
  const { ino } = await lstat(shared('history.jsonl'));
  await talkOnScreen(project, claude, 'Second prompt');
  await talkOnScreen(project, pclaude, 'Third prompt');

  const history = await sandbox.read(shared('history.jsonl'));
  expect(history.match(/(?:First|Second|Third) prompt/g)).toEqual(['First prompt', 'Second prompt', 'Third prompt']);
  const file = await lstat(shared('history.jsonl'));
  expect({ regular: file.isFile(), ino: file.ino }).toEqual({ regular: true, ino });
});

async function talk({ cwd, env }: Project, program: Program, text: string, args: readonly string[] = []): Promise<void> {
  expect(await run(program, ['-p', ...args, prompt(text, [])], { cwd, env })).toMatchObject({ exitCode: 0, stderr: '' });
}

/** A conversation at a terminal: only these are in the picker and in the history. */
async function talkOnScreen(project: Project, program: Program, text: string): Promise<void> {
  const terminal = openTerminal(program, [], project);
  await terminal.waitFor(clientPrompt);
  await terminal.submit(prompt(text, [{ text: `Answer to: ${text}` }]));
  await terminal.waitFor((screen) => screen.includes(`Answer to: ${text}`));
  await terminal.submit('/exit');
  expect((await terminal.exit).exitCode).toBe(0);
}
