import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { git } from '../../support/git.js';
import { pclaudectl } from '../../support/real-client.js';
import { start } from '../../support/run.js';
import { eventually } from '../../support/wait.js';
import { createTreeFixture } from './tree-fixture.js';

it('worktree add makes 20 worktrees at once, each on its own branch', async () => {
  const { tree, repo, place, git: inRepo, sandbox } = await createTreeFixture();
  await git(sandbox.home, 'clone', '--quiet', '--bare', repo, 'origin.git');
  await inRepo('remote', 'add', 'origin', sandbox.at('origin.git'));
  const branches = Array.from({ length: 20 }, (_, index) => `agent/${index}`);
  // Half of them follow a branch of the remote, which makes git write its config.
  for (const branch of branches.slice(0, 10)) await git(sandbox.at('origin.git'), 'branch', branch);
  await inRepo('fetch', '--quiet');
  const outputs = await Promise.all(branches.map(async (branch) => tree('add', branch)));
  expect(outputs).toEqual(
    branches.map((branch) => ({
      code: 0,
      out: `${place(branch.replace('/', '+'))}\n`,
      err: expect.stringMatching(/^(?:pclaudectl: waiting for another [^\n]+\n)?$/),
    })),
  );
  for (const branch of branches) expect(existsSync(join(place(branch.replace('/', '+')), 'README.md'))).toBe(true);
  const listed: { branch: string; state: string; sync: unknown }[] = JSON.parse((await tree('list', '--json')).out);
  expect(listed.map(({ branch }) => branch).toSorted()).toEqual(['main', ...branches].toSorted());
  expect(listed.find(({ branch }) => branch === 'agent/3')?.sync).toEqual({ with: 'origin/agent/3', ahead: 0, behind: 0 });
});

it('worktree add gives a branch to one of several concurrent calls, and reports its worktree to the others', async () => {
  const { tree, place } = await createTreeFixture();
  const outputs = await Promise.all(Array.from({ length: 4 }, async () => tree('add', 'wanted')));
  expect(outputs.filter(({ code }) => code === 0)).toEqual([{ code: 0, out: `${place('wanted')}\n`, err: '' }]);
  const refused = outputs.filter(({ code }) => code !== 0);
  expect(refused).toHaveLength(3);
  for (const { code, out, err } of refused) {
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(
      new RegExp(
        `^pclaudectl: wanted is checked out in ${place('wanted')}(?:, which another pclaudectl worktree add is making ready; wait [^\n]+|; go there [^\n]+)\n$`,
      ),
    );
  }
});

it('worktree add reports that another call sets up the worktree, and no command can remove it meanwhile', async () => {
  const { tree, place, repo, configure, env, sandbox } = await createTreeFixture();
  await configure({ setup: { [repo]: 'echo ready; read line' } });
  const first = start(pclaudectl, ['worktree', 'add', 'x'], { cwd: repo, env, input: { open: true } });
  await eventually(() => first.stderr().includes('ready'), 'the set-up runs');
  expect((await tree('add', 'x')).err).toBe(
    `pclaudectl: x is checked out in ${place('x')}, which another pclaudectl worktree add is making ready; wait until it has ended\n`,
  );
  expect((await tree('remove', 'x', '--force')).err).toBe(`pclaudectl: ${place('x')} is being made just now; wait until that has ended\n`);
  expect((await tree('prune')).out).toBe('nothing to remove\n');
  first.stdin.end('go on\n');
  expect(await first.ended).toMatchObject({ exitCode: 0, stdout: Buffer.from(`${place('x')}\n`) });
  expect((await tree('add', 'x')).err).toBe(
    `pclaudectl: x is checked out in ${place('x')}; go there (cd ${place('x')}), or choose another branch\n`,
  );
  expect(sandbox.exists(place('x'))).toBe(true);
});
