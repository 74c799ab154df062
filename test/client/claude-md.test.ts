import { rename, symlink } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { prompt, systemText, type ModelRequest } from '../support/messages-api.js';
import { createProject, type Project, type ProjectOptions } from '../support/project.js';
import { claude, pclaude, type Program } from '../support/real-client.js';
import { run } from '../support/run.js';

/** Each file of the user's instructions contains one word of its own. */
const words = ['USER-WORD', 'IMPORTED-WORD', 'RULE-WORD', 'NESTED-RULE-WORD'] as const;

describe("the user's instructions are in the prompt once, as under claude", () => {
  test.each<readonly [name: string, options: ProjectOptions]>([
    ['project below the home', {}],
    ['project elsewhere', { outside: true }],
    ['project below the home, own config dir', { configDir: 'config' }],
    ['project elsewhere, own config dir', { outside: true, configDir: 'config' }],
    ['a project whose .claude is the config dir', { configDir: 'project/.claude' }],
    ['a config dir whose name contains pattern characters', { configDir: 'my (config) [1]' }],
  ])('%s', async (_, options) => {
    const project = await projectWithInstructions(options);
    const once = { 'USER-WORD': 1, 'IMPORTED-WORD': 1, 'RULE-WORD': 1, 'NESTED-RULE-WORD': 1 };

    expect(await loaded(project, claude)).toEqual(once);
    expect(await loaded(project, pclaude)).toEqual(once);
  });

  test('a client that works in the home itself and reads a file of the config dir', async () => {
    const project = await projectWithInstructions();
    const file = await project.sandbox.write(project.shared('notes/note.md'), 'a note\n');
    const atHome = { ...project, cwd: project.sandbox.home };
    const once = { 'USER-WORD': 1, 'IMPORTED-WORD': 1, 'RULE-WORD': 1, 'NESTED-RULE-WORD': 1 };

    expect(await loaded(atHome, claude, [], file)).toEqual(once);
    expect(await loaded(atHome, pclaude, [], file)).toEqual(once);
  });

  test('a user whose CLAUDE.md is a link', async () => {
    const project = await projectWithInstructions();
    await project.sandbox.write('dotfiles/extra.md', 'IMPORTED-WORD\n');
    await rename(project.shared('CLAUDE.md'), project.sandbox.at('dotfiles/CLAUDE.md'));
    await symlink(project.sandbox.at('dotfiles/CLAUDE.md'), project.shared('CLAUDE.md'));

    expect(await loaded(project, pclaude)).toEqual(await loaded(project, claude));
  });

  test("without the user's settings, the client takes the user's instructions for the project's", async () => {
    const project = await projectWithInstructions();
    const sources = ['--setting-sources', 'project'];
    const plain = await loaded(project, claude, sources);

    expect(plain).toMatchObject({ 'USER-WORD': 1 });
    expect(await loaded(project, pclaude, sources)).toEqual(plain);
  });
});

describe('the prompt leaves out what the user excludes, as under claude', () => {
  test("with the user's settings", async () => {
    const project = await projectWithInstructions();
    await project.sandbox.write(project.shared('settings.json'), excluding(project.shared('CLAUDE.md'), project.shared('rules/rule.md')));

    expect(await loaded(project, claude)).toEqual({ 'USER-WORD': 0, 'IMPORTED-WORD': 0, 'RULE-WORD': 0, 'NESTED-RULE-WORD': 1 });
    expect(await loaded(project, pclaude)).toEqual({ 'USER-WORD': 0, 'IMPORTED-WORD': 0, 'RULE-WORD': 0, 'NESTED-RULE-WORD': 1 });
  });

  test("with the project's settings", async () => {
    const project = await projectWithInstructions();
    await project.sandbox.write('project/.claude/settings.json', excluding(project.shared('*.md')));

    expect(await loaded(project, claude)).toMatchObject({ 'USER-WORD': 0, 'RULE-WORD': 1 });
    expect(await loaded(project, pclaude)).toMatchObject({ 'USER-WORD': 0, 'RULE-WORD': 1 });
  });

  test('with --settings, while the client still loads CLAUDE.md once', async () => {
    const project = await projectWithInstructions();
    const settings = ['--settings', excluding('**/rules/nested/*')];

    expect(await loaded(project, claude, settings)).toEqual({ 'USER-WORD': 1, 'IMPORTED-WORD': 1, 'RULE-WORD': 1, 'NESTED-RULE-WORD': 0 });
    expect(await loaded(project, pclaude, settings)).toEqual({ 'USER-WORD': 1, 'IMPORTED-WORD': 1, 'RULE-WORD': 1, 'NESTED-RULE-WORD': 0 });
  });
});

async function projectWithInstructions(options: ProjectOptions = {}): Promise<Project> {
  const project = await createProject(options);
  const { sandbox, shared } = project;
  await sandbox.write(shared('CLAUDE.md'), 'USER-WORD @extra.md\n');
  await sandbox.write(shared('extra.md'), 'IMPORTED-WORD\n');
  await sandbox.write(shared('rules/rule.md'), 'RULE-WORD\n');
  await sandbox.write(shared('rules/nested/rule.md'), 'NESTED-RULE-WORD\n');
  return project;
}

function excluding(...patterns: readonly string[]): string {
  return JSON.stringify({ claudeMdExcludes: patterns });
}

/** How often the model has seen each word by the end of a run that reads `file`. */
async function loaded(
  { api, cwd, env }: Project,
  program: Program,
  args: readonly string[] = [],
  file?: string,
): Promise<Record<string, number>> {
  const steps = file === undefined ? [] : [{ tool: 'Read', input: { file_path: file } }];
  const result = await run(program, [...args, '-p', prompt('hello', steps)], { cwd, env });
  expect(result).toMatchObject({ exitCode: 0, stderr: '' });
  const lastRequest = api.requests.at(-1);
  return Object.fromEntries(words.map((word) => [word, lastRequest === undefined ? 0 : count(lastRequest, word)]));
}

function count(request: ModelRequest, word: string): number {
  return `${systemText(request)}\n${JSON.stringify(request.body.messages)}`.split(new RegExp(`(?<![A-Z]-)${word}`)).length - 1;
}
