import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lastRequests, prompt, toolResults, userTexts } from '../support/messages-api.js';
import { createProject, type Project } from '../support/project.js';
import { claude, pclaude, pclaudectl } from '../support/real-client.js';
import { run, start } from '../support/run.js';
import { clientPrompt, openTerminal } from '../support/terminal.js';
import { outcomesInWorktree } from './worktree-calls.js';

async function tree({ cwd, env }: Project, ...args: string[]): Promise<{ out: string; err: string }> {
  const { stdout, stderr } = await run(pclaudectl, ['worktree', ...args], { cwd, env });
  return { out: stdout.toString(), err: stderr };
}

test('claude --worktree works under pclaude; the list shows the worktree, and it is removed after its session has ended', async () => {
  const project = await createProject();
  const { cwd, env, api, sandbox } = project;
  await sandbox.write(join(cwd, '.git/info/exclude'), '.claude\n');
  const made = join(cwd, '.claude/worktrees/one');
  const session = start(
    pclaude,
    ['--worktree', 'one', '-p', prompt('look', [{ tool: 'Bash', input: { command: 'pwd' } }, { hold: 'open' }])],
    { cwd, env },
  );
  await api.arrived('open', 1);
  expect(
    lastRequests(api.requests)
      .flatMap(toolResults)
      .map(({ text }) => text),
  ).toEqual([made]);
  // The client records where it works; its launcher was started in another folder.
  expect((await tree(project, 'list')).out).toMatch(/^main +base +0 +- +- .*\nworktree-one +locked +0 +\+0 -0 +\w{10} .*one$/m);
  expect((await tree(project, 'remove', 'worktree-one')).err).toMatch(
    / is locked \(claude session one \(pid \d+ start \d+\)\); end that session first\n$/,
  );
  api.release('open');
  expect(await session.ended).toMatchObject({ exitCode: 0 });
  // Git's lock is still there, but no process holds it.
  expect((await tree(project, 'list')).out).toMatch(/^worktree-one +new +0 /m);
  expect(await tree(project, 'remove', 'worktree-one')).toEqual({ out: '', err: '' });
  expect(sandbox.exists(made)).toBe(false);
});

test('worktree add --launch opens a session that is trusted at once, and knows its worktree', async () => {
  const project = await createProject();
  const { cwd, env, sandbox, api } = project;
  await sandbox.write('.config/pclaude/config.json', '{"worktree":{"snippet":true}}');
  const terminal = openTerminal(pclaudectl, ['worktree', 'add', 'feat/x', '--launch'], { cwd, env: { ...pclaude.env, ...env } });
  await terminal.waitFor(clientPrompt);
  expect((await tree(project, 'remove', 'feat/x')).err).toMatch(/ is in use by session \w{10}; end that or leave/);
  await terminal.submit(prompt('Where are you', [{ text: 'here it is' }]));
  await terminal.waitFor(/here it is/);
  expect(lastRequests(api.requests).flatMap(userTexts).join('\n')).toContain('on the branch `feat/x`');
});

test.each([
  ['a project', 'bypassPermissions'],
  ['a project', 'default'],
  ['the home folder', 'bypassPermissions'],
  ['the config dir', 'bypassPermissions'],
] as const)('in its worktree of %s the client traces and refuses calls as without pclaude, in %s mode', async (checkout, mode) => {
  const args = ['--permission-mode', mode, '--allowedTools=Bash'];
  const [plain, ours] = await Promise.all([claude, pclaude].map(async (program) => outcomesInWorktree(program, checkout, args)));

  expect(Object.values(plain ?? {})).toContain('isolated');
  expect(ours).toEqual(plain);
});
