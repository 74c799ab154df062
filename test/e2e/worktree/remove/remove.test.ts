import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { processStart } from '../../../../src/system/process.js';
import { git } from '../../../support/git.js';
import { pclaude, pclaudectl } from '../../../support/real-client.js';
import { run, start } from '../../../support/run.js';
import { createStubClient } from '../../../support/stub-client.js';
import { eventually } from '../../../support/wait.js';
import { createTreeFixture, outputOf, type TreeFixture, write } from '../tree-fixture.js';

/** A worktree of the branch `x`, in a repository whose remote has all of it. */
async function withTree(): Promise<TreeFixture & { readonly x: string }> {
  const fixture = await createTreeFixture();
  const { sandbox, repo, tree, place, git: inRepo } = fixture;
  await git(sandbox.home, 'clone', '--quiet', '--bare', repo, 'origin.git');
  await inRepo('remote', 'add', 'origin', sandbox.at('origin.git'));
  await inRepo('push', '--quiet', '--set-upstream', 'origin', 'main');
  expect(await tree('add', 'x')).toMatchObject({ code: 0 });
  return { ...fixture, x: place('x') };
}

interface Case {
  readonly work: (fixture: TreeFixture & { readonly x: string }) => Promise<unknown>;
  /** Why a removal without --force is refused. */
  readonly refused: string;
  /** The output of --force. */
  readonly said: string;
}

describe('worktree remove never removes work without --force, which prints what it removes', () => {
  it.each<readonly [string, Case]>([
    [
      'changed',
      {
        work: async ({ x }) => write(join(x, 'README.md'), 'mine\n'),
        refused: '1 changed file (README.md)',
        said: 'dropped 1 changed file (README.md)\n',
      },
    ],
    [
      'staged',
      {
        async work({ x }) {
          await git(x, 'mv', 'README.md', 'READ ME');
        },
        refused: '1 changed file (READ ME)',
        said: 'dropped 1 changed file (READ ME)\n',
      },
    ],
    [
      'untracked',
      {
        work: async ({ x }) => write(join(x, 'deep/er/new'), ''),
        refused: '1 untracked file (deep/)',
        said: 'dropped 1 untracked file (deep/)\n',
      },
    ],
    [
      'unpushed',
      {
        work: async ({ commit, x }) => commit('one', '1', x),
        refused: '1 commit neither pushed nor merged on x',
        said: 'kept 1 commit neither pushed nor merged on x\n',
      },
    ],
    [
      'stashed',
      {
        async work({ x }) {
          write(join(x, 'README.md'), 'mine\n');
          await git(x, 'stash', '--quiet');
        },
        refused: '1 stash made on x',
        said: 'kept 1 stash made on x\n',
      },
    ],
    [
      'begun',
      {
        async work({ commit, x }) {
          await commit('README.md', 'theirs\n');
          await git(x, 'switch', '--quiet', '--detach', 'main~1');
          await commit('README.md', 'mine\n', x);
          await git(x, 'merge', '--quiet', 'main').catch(() => {});
          write(join(x, 'README.md'), 'mine\n');
          await git(x, 'add', '.');
        },
        refused: '1 commit neither pushed nor merged, the last HASH; a merge that is not ended',
        said: 'dropped 1 commit neither pushed nor merged, the last HASH\ndropped a merge that is not ended\n',
      },
    ],
  ])('%s', async (_, { work, refused, said }) => {
    const fixture = await withTree();
    const { x, tree, sandbox, repo } = fixture;
    await work(fixture);
    const head = await git(x, 'rev-parse', 'HEAD');
    const whole = (text: string): string => text.replace('HASH', head.slice(0, 12));
    expect(await tree('remove', x)).toEqual({
      code: 1,
      out: '',
      err: `pclaudectl: ${x} has ${whole(refused)}; --force removes it all the same\n`,
    });
    expect((await tree('remove', x, '--force', '--dry-run')).out).toBe(
      `would remove ~/project.worktrees/x\n${whole(said).replaceAll('dropped', 'would drop').replaceAll('kept', 'would keep')}`,
    );
    expect(sandbox.exists(x)).toBe(true);
    expect(await tree('remove', x, '--force')).toEqual({ code: 0, out: whole(said), err: '' });
    expect([sandbox.exists(x), await git(repo, 'branch', '--list', '--format=%(refname:short)', 'x')]).toEqual([false, 'x']);
  });
});

it('an ignored file that was copied in is removed only as long as it contains no only copy', async () => {
  const { tree, repo, place, sandbox, git: inRepo } = await createTreeFixture();
  await sandbox.write('project/.git/info/exclude', '.env*\n');
  write(join(repo, '.worktreeinclude'), '.env*\n');
  await inRepo('add', '.worktreeinclude');
  await inRepo('commit', '-qm', 'include');
  for (const name of ['.env', '.env.test']) write(join(repo, name), 'KEY=one\n');
  const x = place('x');
  const removed = { code: 0, out: '', err: '' };

  await tree('add', 'x');
  expect(await tree('remove', 'x')).toEqual(removed);

  await tree('add', 'x');
  write(join(x, '.env'), 'KEY=mine\n');
  const refused = { code: 1, out: '', err: `pclaudectl: ${x} has 1 copied file changed since (.env); --force removes it all the same\n` };
  expect(await tree('remove', 'x')).toEqual(refused);
  expect((await tree('prune')).out).not.toContain('removed');
  expect(await sandbox.read(join(x, '.env'))).toBe('KEY=mine\n');
  // The main working tree now has the same text.
  write(join(repo, '.env'), 'KEY=mine\n');
  expect(await tree('remove', 'x')).toEqual(removed);

  await tree('add', 'x');
  // Only the main working tree has changed, and the copy of another file is missing: no text is lost.
  write(join(repo, '.env'), 'KEY=two\n');
  rmSync(join(x, '.env.test'));
  expect(await tree('remove', 'x')).toEqual(removed);

  await tree('add', 'x');
  write(join(x, '.env'), 'KEY=three\n');
  expect(await tree('remove', 'x', '--force')).toEqual({ code: 0, out: 'dropped 1 copied file changed since (.env)\n', err: '' });
});

it('worktree remove accepts work that exists elsewhere: pushed, merged, or ignored; the branch stays unless it is merged and not wanted', async () => {
  const { tree, x, commit, sandbox, git: inRepo } = await withTree();
  await commit('one', '1', x);
  await git(x, 'push', '--quiet', 'origin', 'x');
  await inRepo('fetch', '--quiet');
  write(join(x, '.git-ignored'), '');
  await sandbox.write('project/.git/info/exclude', '.git-ignored\n');
  expect(await tree('remove', 'x', '--delete-branch')).toEqual({ code: 0, out: '', err: '' });
  expect(await inRepo('branch', '--list', '--format=%(refname:short)', 'x')).toBe('x');

  await tree('add', 'x');
  // As a squash on the remote leaves it: the same content in another commit.
  await inRepo('merge', '--quiet', '--squash', 'x');
  await inRepo('commit', '-qm', 'squashed');
  const was = await inRepo('rev-parse', 'x');
  expect(JSON.parse((await tree('remove', 'x', '--delete-branch', '--json')).out)).toEqual({
    path: x,
    branch: 'x',
    head: was,
    removed: true,
    standing: 'new',
    losses: [],
    occupants: [],
    branchWasAt: was,
  });
  expect(await inRepo('branch', '--list', 'x')).toBe('');
});

it('worktree remove is refused for a missing worktree, for the main one, for a locked one, and for one that contains another', async () => {
  const { tree, x, repo, treeIn, git: inRepo, sandbox } = await withTree();
  expect(await tree('remove', 'nothing')).toMatchObject({
    code: 1,
    err: `pclaudectl: there is no worktree of a branch nothing, and none at ${repo}/nothing; pclaudectl worktree list shows all\n`,
  });
  expect(await treeIn(x, 'remove', 'main', '--force')).toMatchObject({
    code: 1,
    err: `pclaudectl: ${repo} is the main working tree; only linked worktrees are removed\n`,
  });
  await inRepo('worktree', 'lock', '--reason', 'on a stick', x);
  expect((await tree('list')).out).toMatch(/^x +locked /m);
  expect(await tree('remove', 'x', '--force')).toMatchObject({
    code: 1,
    err: `pclaudectl: ${x} is locked (on a stick); when it is no longer needed: git worktree unlock ${x}\n`,
  });
  await inRepo('worktree', 'unlock', x);
  await inRepo('worktree', 'add', '--quiet', join(x, 'inner'));
  expect(await tree('remove', 'x', '--force')).toMatchObject({
    code: 1,
    err: `pclaudectl: ${x} holds the worktree ${x}/inner; remove that first\n`,
  });
  expect(sandbox.exists(x)).toBe(true);
  await inRepo('worktree', 'remove', '--force', join(x, 'inner'));
  rmSync(x, { recursive: true });
  expect((await tree('list')).out).toMatch(/^x +gone /m);
  expect(await tree('remove', 'x')).toEqual({ code: 0, out: '', err: '' });
  expect(await inRepo('worktree', 'list')).not.toContain('[x]');
});

it('worktree remove is refused while a session, a plain client or any process is in it', async () => {
  const { tree, x, env, sandbox, repo } = await withTree();
  const stub = await createStubClient(sandbox, 'echo started; read line');
  const environment = { ...env, ...stub.env, ANTHROPIC_API_KEY: 'none' };
  const inUse = async (): Promise<string> => (await tree('remove', 'x')).err;

  const process = start({ name: 'sh', file: '/bin/sh', args: ['-c', 'echo started; read line'], env: {} }, [], {
    cwd: join(x),
    env,
    input: { open: true },
  });
  await eventually(() => process.stdout().toString().includes('started'), 'the process runs');
  expect(await inUse()).toBe(
    `pclaudectl: ${x} is in use by sh (pid ${process.pid}); end that or leave the folder, or remove it with --force\n`,
  );
  // As the client writes it.
  const record = { pid: process.pid, procStart: processStart(process.pid), cwd: x, sessionId: 'abc', startedAt: 1, kind: 'interactive' };
  const entry = await sandbox.write(`.claude/sessions/${process.pid}.json`, JSON.stringify(record));
  expect(await inUse()).toContain(`is in use by claude (pid ${process.pid});`);
  expect((await tree('list')).out).toMatch(new RegExp(`^x .* pid ${process.pid} `, 'm'));
  await sandbox.write(entry, JSON.stringify({ ...record, procStart: 'another' }));
  expect(await inUse()).toContain('is in use by sh');

  mkdirSync(join(x, 'inner'));
  const session = start(pclaude, [], { cwd: join(x, 'inner'), env: environment, input: { open: true } });
  await eventually(() => session.stdout().toString().includes('started'), 'the session runs');
  const [{ id }] = JSON.parse((await run(pclaudectl, ['sessions', '--json'], { cwd: repo, env })).stdout.toString());
  expect(await inUse()).toBe(`pclaudectl: ${x} is in use by session ${id}; end that or leave the folder, or remove it with --force\n`);
  expect((await tree('list')).out).toMatch(new RegExp(`^x .* ${id} `, 'm'));
  expect((await tree('add', 'x')).err).toContain(`x is checked out in ${x}, where session ${id} runs; go there`);
  expect((await tree('prune')).out).toBe('nothing to remove\n');
  expect(outputOf(await run(pclaudectl, ['worktree', 'remove', 'x', '--force', '--dry-run'], { cwd: repo, env })).out).toBe(
    `would remove ~/project.worktrees/x\nstill there: session ${id}\n`,
  );
  for (const child of [process, session]) child.stdin.end('go on\n');
  await Promise.all([process.ended, session.ended]);
  expect(await tree('remove', 'x')).toEqual({ code: 0, out: '', err: '' });
});
