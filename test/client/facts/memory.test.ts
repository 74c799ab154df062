import { mkdir, rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { memoryFolder, userTexts, type ToolCall, type ToolResult } from '../../support/messages-api.js';
import { createProject } from '../../support/project.js';
import { readMemory, writeMemory } from '../memory-calls.js';
import { memoryProject } from '../memory-project.js';
import { answering, ask, hook, outcomes, settings } from './ask.js';

function bash(command: string): ToolCall {
  return { tool: 'Bash', input: { command, description: 'Change a file' } };
}

test('refuses a Write to a memory that changed since it was read', async () => {
  const project = await memoryProject();
  const changed = `echo more >> '${join(project.memory, 'start.md')}'`;
  const { results } = await ask(project, [readMemory('start.md'), bash(changed), writeMemory('start.md', 'all new\n')], {
    args: ['--permission-mode', 'bypassPermissions'],
  });

  expect(outcomes(results), 'the client now overwrites a file that changed since it was read').toEqual([
    'Read ok',
    'Bash ok',
    'Write refused',
  ]);
});

test('names the memory folder in its prompt, and autoMemoryDirectory moves it', async () => {
  const project = await memoryProject();
  expect(memoryFolder((await ask(project, [])).request), 'the prompt no longer names the memory folder').toBe(project.memory);
  const moved = await ask(project, [], { args: settings({ autoMemoryDirectory: project.sandbox.at('moved') }) });
  expect(memoryFolder(moved.request), 'autoMemoryDirectory in --settings no longer moves the memory folder').toBe(
    project.sandbox.at('moved'),
  );
});

test('replays the recorded prompt when it resumes, and names the index of this run', async () => {
  const project = await createProject();
  const { sandbox } = project;
  for (const name of ['first', 'second']) await sandbox.write(`${name}/MEMORY.md`, `- the index called ${name}\n`);
  const within = (name: string): readonly string[] => settings({ autoMemoryDirectory: sandbox.at(name) });
  const { request } = await ask(project, [], { args: within('first') });
  const resumed = await ask(project, [], { args: ['--resume', request.sessionId, ...within('second')] });

  expect(memoryFolder(resumed.request), 'a resumed conversation no longer replays the prompt that was recorded').toBe(sandbox.at('first'));
  expect(userTexts(resumed.request).join('\n'), 'a resumed conversation no longer names the index of this run').toContain(
    `Contents of ${sandbox.at('second/MEMORY.md')}`,
  );
});

test('remembers what it has read by the path to which a hook sent the call', async () => {
  const project = await createProject();
  const [named, target] = [project.sandbox.at('project/named.md'), project.sandbox.at('project/target.md')];
  const redirect = hook('PreToolUse', 'Read', answering('PreToolUse', { updatedInput: { file_path: target } }));
  const writeAfterChangeOf = async (path: string): Promise<ToolResult | undefined> => {
    for (const each of [named, target]) await project.sandbox.write(each, 'alpha\n');
    const write: ToolCall = { tool: 'Write', input: { file_path: path, content: 'beta\n' } };
    const { results } = await ask(project, [{ tool: 'Read', input: { file_path: named } }, bash(`echo more >> '${path}'`), write], {
      args: ['--permission-mode', 'bypassPermissions', ...settings(redirect)],
    });
    return results[2];
  };

  const modified = expect.stringContaining('modified since read');
  expect(await writeAfterChangeOf(target), 'a read that a hook redirects no longer counts for the path to which it was sent').toMatchObject(
    { isError: true, text: modified },
  );
  expect(await writeAfterChangeOf(named), 'a read that a hook redirects now counts for the path that the model named').toMatchObject({
    text: expect.not.stringContaining('modified since read'),
  });
});

test('allows writes below the memory folder of this run without asking, and nowhere else', async () => {
  const project = await memoryProject();
  const beside = join(project.memory, '../beside.md');
  const { results } = await ask(
    project,
    [writeMemory('new.md', 'new\n'), { tool: 'Write', input: { file_path: beside, content: 'new\n' } }],
    { args: ['--permission-mode', 'dontAsk'] },
  );

  expect(outcomes(results), 'the client no longer allows writes of memory, and only of memory, without asking').toEqual([
    'Write ok',
    'Write refused',
  ]);
});

test('asks before it follows a link to its own memory folder', async () => {
  const project = await memoryProject();
  const link = project.sandbox.at('project/link');
  await symlink(project.memory, link);
  const { results } = await ask(project, [{ tool: 'Write', input: { file_path: join(link, 'new.md'), content: 'new\n' } }]);

  expect(outcomes(results), 'the client now follows a link to its memory folder without asking').toEqual(['Write refused']);
});

test('asks before it reads a memory that is outside its config dir through a link, unless rules name the link and its target', async () => {
  const project = await memoryProject();
  const { sandbox } = project;
  await rename(sandbox.at('.claude'), sandbox.at('dotfiles'));
  await symlink(sandbox.at('dotfiles'), sandbox.at('.claude'));
  const env = { CLAUDE_CONFIG_DIR: sandbox.at('private') };
  const outcome = async (...allow: readonly string[]): Promise<string[]> => {
    const value = { autoMemoryDirectory: project.memory, permissions: { allow } };
    return outcomes(
      (await ask(project, [readMemory('start.md')], { env, args: ['--permission-mode', 'dontAsk', ...settings(value)] })).results,
    );
  };
  const [link, target] = [`Read(/${project.memory}/**)`, `Read(/${project.memory.replace('.claude', 'dotfiles')}/**)`];

  expect(await outcome(), 'the client now reads memory through a link without asking: the rules are not needed').toEqual(['Read refused']);
  expect(await outcome(link, target), 'rules for link and target no longer let it read memory through a link').toEqual(['Read ok']);
});

test('reads project settings in the folder where it is started, and local settings also in the root of the main working tree', async () => {
  const project = await createProject();
  const { sandbox } = project;
  const [worktree = ''] = await sandbox.worktrees('project', 1);
  await mkdir(sandbox.at('project/src'));
  const naming = async (file: string, name: string): Promise<unknown> =>
    sandbox.write(file, JSON.stringify({ autoMemoryDirectory: sandbox.at(name) }));
  const folderIn = async (cwd: string): Promise<string | undefined> => memoryFolder((await ask(project, [], { cwd })).request);

  await naming('project/.claude/settings.json', 'of-project');
  expect(await folderIn(project.cwd), 'the client no longer reads project settings in the folder where it is started').toBe(
    sandbox.at('of-project'),
  );
  expect(await folderIn(sandbox.at('project/src')), 'the client now reads project settings of a folder above').not.toBe(
    sandbox.at('of-project'),
  );
  await naming('project/.claude/settings.local.json', 'of-local');
  expect(await folderIn(worktree), 'the client no longer reads the local settings of the main working tree in a linked one').toBe(
    sandbox.at('of-local'),
  );
});
