import { readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { git } from '../../support/git.js';
import { lastRequests, prompt, toolResults, userTexts } from '../../support/messages-api.js';
import { createProject, type Project } from '../../support/project.js';
import { claude } from '../../support/real-client.js';
import { run } from '../../support/run.js';
import { clientPrompt, openTerminal } from '../../support/terminal.js';
import { outcomesInWorktree } from '../worktree-calls.js';

/** A linked worktree beside the project. */
async function worktreeOf({ cwd, sandbox }: Project): Promise<string> {
  const path = sandbox.at('trees/x');
  await git(cwd, 'worktree', 'add', '--quiet', '-b', 'x', path);
  return path;
}

test('trusts a worktree of a repository that is trusted, and asks in a clone of it', async () => {
  const project = await createProject();
  const { cwd, env, sandbox } = project;
  const inTree = openTerminal(claude, [], { cwd: await worktreeOf(project), env });
  const shown = await inTree.waitFor((screen) => clientPrompt.test(screen) || screen.includes('trust this folder'));
  expect(shown, 'the client now asks whether to trust a worktree: worktree add must copy the trust').not.toContain('trust this folder');
  await git(cwd, 'clone', '--quiet', cwd, sandbox.at('clone'));
  await openTerminal(claude, [], { cwd: sandbox.at('clone'), env }).waitFor(/trust this folder/);
});

test("records the trust of a bare repository's worktrees under the path of the repository", async () => {
  const { cwd, env, sandbox } = await createProject();
  const bare = sandbox.at('app.git');
  await git(sandbox.home, 'clone', '--quiet', '--bare', cwd, bare);
  await git(bare, 'worktree', 'add', '--quiet', sandbox.at('tree'), 'main');
  await sandbox.seedClaude({ trust: [bare] });
  const shown = await openTerminal(claude, [], { cwd: sandbox.at('tree'), env }).waitFor(
    (screen) => clientPrompt.test(screen) || screen.includes('trust this folder'),
  );
  expect(shown, 'the client now asks in each worktree of a bare repository').not.toContain('trust this folder');
});

test('allows in a worktree what the local settings in the main working tree allow', async () => {
  const project = await createProject();
  const { sandbox, cwd, env, api } = project;
  const path = await worktreeOf(project);
  const touch = async (): Promise<boolean> => {
    await run(claude, ['-p', '--permission-mode', 'default', prompt('make it', [{ tool: 'Bash', input: { command: 'touch made' } }])], {
      cwd: path,
      env,
    });
    return lastRequests(api.requests).flatMap(toolResults).at(-1)?.isError === false;
  };
  expect(await touch(), 'the client allows this command without a rule').toBe(false);
  await sandbox.write(join(cwd, '.claude/settings.local.json'), '{"permissions":{"allow":["Bash(touch made)"]}}');
  expect(await touch(), 'the client no longer applies the rules of the main working tree: worktree add must copy them').toBe(true);
});

test('reads CLAUDE.local.md in a worktree', async () => {
  const project = await createProject();
  const path = await worktreeOf(project);
  await project.sandbox.write(join(path, 'CLAUDE.local.md'), 'The cow is purple.\n');
  await run(claude, ['-p', 'hello'], { cwd: path, env: project.env });
  expect(lastRequests(project.api.requests).flatMap(userTexts).join('\n'), 'the client no longer reads CLAUDE.local.md').toContain(
    'The cow is purple.',
  );
});

test('copies the files that .worktreeinclude names and git ignores from the main working tree into its own worktree, but no link', async () => {
  const project = await createProject();
  const { sandbox, cwd, env } = project;
  for (const [path, text] of Object.entries({
    '.gitignore': '.env\nouter\nnode_modules\n.claude\n',
    '.worktreeinclude': '.env\nplain\nouter\n',
    '.env': 'A=1\n',
    plain: '',
    'node_modules/a': '',
  })) {
    await sandbox.write(join(cwd, path), text);
  }
  symlinkSync(sandbox.home, join(cwd, 'outer'));
  await sandbox.write(join(cwd, '.claude/settings.local.json'), '{"worktree":{"symlinkDirectories":["node_modules"]}}');
  expect(await run(claude, ['--worktree', 'a/b', '-p', 'hello'], { cwd: await worktreeOf(project), env })).toMatchObject({ exitCode: 0 });
  const made = join(cwd, '.claude/worktrees/a+b');
  const there = ['.env', 'plain', 'outer', 'node_modules'].filter((path) => sandbox.exists(join(made, path)));
  expect(there, 'the client now copies other files into a worktree').toEqual(['.env', 'node_modules']);
  expect(readlinkSync(join(made, 'node_modules')), 'the client links a folder to another path').toBe(join(cwd, 'node_modules'));
  const reason = (await git(cwd, 'worktree', 'list', '--porcelain')).split('\n').find((line) => line.startsWith('locked '));
  expect(reason, 'the client locks a worktree with another reason, or no longer').toMatch(
    /^locked claude session a\/b \(pid \d+ start \d+\)$/,
  );
});

/** The calls that the client refuses in its worktree, whatever is allowed. */
const refusedCommands = ['git in the checkout', 'git by a computed folder', 'eval'];

test.each([
  ['a project', [...refusedCommands, 'write in the checkout']],
  ['the home folder', [...refusedCommands, 'edit a memory', 'write a skill', 'write in the checkout']],
] as const)(
  'isolates a session in its worktree of %s: it refuses commands that it cannot trace, git for the checkout, and file tools there',
  async (checkout, expected) => {
    const outcomes = await outcomesInWorktree(claude, checkout, ['--permission-mode', 'bypassPermissions']);
    const isolated = Object.entries(outcomes).filter(([, outcome]) => outcome === 'isolated');

    expect(
      isolated.map(([name]) => name),
      'the client now traces other commands',
    ).toEqual(expected);
  },
);
