import { chmodSync, mkdirSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDisk } from '../../support/disk.js';
import { git } from '../../support/git.js';
import { endProcessesWithHome } from '../../support/processes.js';
import { pclaudectl } from '../../support/real-client.js';
import { run, start } from '../../support/run.js';
import { openTerminal } from '../../support/terminal.js';
import { eventually } from '../../support/wait.js';
import { createTreeFixture, type TreeFixture, outputOf, write } from './tree-fixture.js';

describe('a set-up', () => {
  it('prints its output on standard error, and knows where files come from', async () => {
    const { tree, place, repo, configure } = await createTreeFixture();
    await configure({ setup: { '/elsewhere': 'exit 9', [`${repo}/`]: 'pwd; echo "$PCLAUDE_WORKTREE_SOURCE"; echo aside >&2' } });
    expect(await tree('add', 'x')).toEqual({ code: 0, out: `${place('x')}\n`, err: `${place('x')}\n${repo}\naside\n` });
  });

  it('that fails leaves the worktree, prints how to continue, and does not start a session', async () => {
    const { tree, place, repo, configure, sandbox, commit } = await createTreeFixture();
    await configure({ setup: { [repo]: 'echo no disk, no cake; test -e ready' } });
    const line = `no disk, no cake\npclaudectl: the set-up command "echo no disk, no cake; test -e ready" failed with code 1 in ${place('x')}; the worktree stays; "pclaudectl worktree add x" goes on with it\n`;
    expect(await tree('add', 'x', '--launch')).toEqual({ code: 1, out: '', err: line });
    expect((await tree('list')).out).toMatch(/^x +unfinished /m);
    // No command removes the worktree or the work in it.
    expect((await tree('prune')).out).toBe('nothing to remove\n');
    await commit('ready', '', place('x'));
    expect(await tree('add', 'x')).toEqual({ code: 0, out: `${place('x')}\n`, err: 'no disk, no cake\n' });
    expect((await tree('list')).out).toMatch(/^x +open /m);
    expect(sandbox.exists(join(place('x'), 'ready'))).toBe(true);
  });

  it('stops on Ctrl-C, with the same message and code 130', async () => {
    const { place, repo, configure, env } = await createTreeFixture();
    await configure({ setup: { [repo]: 'echo ready; read line' } });
    const terminal = openTerminal(pclaudectl, ['worktree', 'add', 'x'], { cwd: repo, env, cols: 400 });
    await terminal.waitFor(/ready/);
    terminal.type('\x03');
    expect(await terminal.exit).toMatchObject({ exitCode: 130 });
    expect(terminal.screen()).toContain(
      `the set-up command "echo ready; read line" was interrupted in ${place('x')}; the worktree stays; "pclaudectl worktree add x" goes on`,
    );
  });

  it('is never read from the repository', async () => {
    const { tree, commit, sandbox } = await createTreeFixture();
    for (const file of ['.pclaude/config.json', '.config/pclaude/config.json', 'pclaude.json'])
      await commit(file, '{"worktree":{"setup":{"/":"touch ~/taken","*":"touch ~/taken"}}}');
    await commit('.claude/settings.json', '{"worktree":{"setup":"touch ~/taken","symlinkDirectories":["../.."]}}');
    expect(await tree('add', 'x')).toMatchObject({ code: 0 });
    expect(sandbox.exists('taken')).toBe(false);
  });
});

it("one of the user's hooks that fails leaves the worktree, and add continues", async () => {
  const { tree, place, repo, configure } = await createTreeFixture();
  await configure({ setup: { [repo]: 'touch set-up' } });
  const hook = join(repo, '.git/hooks/post-checkout');
  write(hook, '#!/bin/sh\necho "error: no such tool" >&2\nexit 3\n');
  chmodSync(hook, 0o755);
  expect(await tree('add', 'x')).toMatchObject({
    code: 1,
    out: '',
    err: `pclaudectl: git's post-checkout hook failed in ${place('x')}: no such tool; the worktree stays; "pclaudectl worktree add x" goes on with it\n`,
  });
  expect(await tree('add', 'x')).toMatchObject({ code: 0, out: `${place('x')}\n` });
  expect(await git(place('x'), 'status', '--porcelain')).toBe('?? set-up');
});

it("git's own failure takes one line, and leaves neither a folder nor a branch", async () => {
  const { tree, place, repo, sandbox } = await createTreeFixture();
  write(join(place('x'), 'mine'), 'mine\n');
  expect(await tree('add', 'x')).toEqual({
    code: 1,
    out: '',
    err: `pclaudectl: git worktree add: '${place('x')}' already exists; nothing was made; correct that and try again\n`,
  });
  expect(await sandbox.read(join(place('x'), 'mine'))).toBe('mine\n');
  expect(await git(repo, 'branch', '--list', 'x')).toBe('');
  rmSync(place('x'), { recursive: true });
  expect(await tree('add', 'x')).toMatchObject({ code: 0 });
});

it('a full disk takes one line, and the half-made worktree is removed', async () => {
  const { configure, repo, env, sandbox, commit } = await createTreeFixture();
  const disk = createDisk(sandbox.at('small'));
  await configure({ path: `${disk.folder}/{branch}` });
  await commit('.gitignore', 'big\n');
  write(join(repo, '.worktreeinclude'), 'big\n');
  write(join(repo, 'big'), 'x'.repeat(400_000));
  const add = async () => outputOf(await run(pclaudectl, ['worktree', 'add', 'x'], { cwd: repo, env: { ...env, ...disk.env() } }));
  const { code, err } = await add();
  expect(code).toBe(1);
  expect(err).toMatch(
    new RegExp(
      `^pclaudectl: cannot write ${disk.folder}/x/\\.big\\.\\w+\\.pclaude-tmp: the disk is full; the half-made worktree was removed; free some space and try again\n$`,
    ),
  );
  expect(sandbox.exists(join(disk.folder, 'x'))).toBe(false);
  expect(await git(repo, 'branch', '--list', 'x')).toBe('');
  rmSync(join(repo, 'big'));
  expect(await add()).toMatchObject({ code: 0, out: `${disk.folder}/x\n` });
});

/** A repository of which git writes `a`, and then waits for a filter before it writes `slow`, until there is a file `go`. */
async function slowly(): Promise<TreeFixture> {
  const fixture = await createTreeFixture();
  await fixture.commit('a', 'one\ntwo\nthree\n');
  await fixture.commit('.gitattributes', 'slow filter=slow\n');
  await fixture.commit('slow', 'slow\n');
  await fixture.git('config', 'filter.slow.smudge', 'touch ~/started; while [ ! -e ~/go ]; do sleep 0.05; done; cat');
  return fixture;
}

/** An `add` of the branch `x` was killed while git waited. */
async function killed(): Promise<TreeFixture> {
  const fixture = await slowly();
  const { repo, env, place, sandbox } = fixture;
  const child = start(pclaudectl, ['worktree', 'add', 'x'], { cwd: repo, env });
  await eventually(() => sandbox.exists('started'), 'git checks out');
  await endProcessesWithHome(sandbox.home);
  await child.exit;
  expect([sandbox.exists(join(place('x'), 'a')), sandbox.exists(join(place('x'), 'slow'))]).toEqual([true, false]);
  await sandbox.write('go', '');
  return fixture;
}

it('an add that is stopped by Ctrl-C leaves nothing that the next one does not fix, and no other branch', async () => {
  const { tree, repo, env, place, sandbox } = await slowly();
  const terminal = openTerminal(pclaudectl, ['worktree', 'add', 'x', '--from', 'main'], { cwd: repo, env });
  await eventually(() => sandbox.exists('started'), 'git checks out');
  terminal.type('\x03');
  expect(await terminal.exit).toMatchObject({ signal: 'SIGINT' });
  await sandbox.write('go', '');
  expect(await tree('add', 'x', '--from', 'main')).toEqual({ code: 0, out: `${place('x')}\n`, err: '' });
  expect(await git(place('x'), 'status', '--porcelain')).toBe('');
});

describe('an add that is killed in the middle of the check-out', () => {
  it('is fixed by the next one, also with --from, although a file is written only in part', async () => {
    const { tree, place, sandbox } = await killed();
    expect((await tree('list')).out).toMatch(/^x +unfinished +-/m);
    truncateSync(join(place('x'), 'a'), 5);
    expect(await tree('add', 'x', '--from', 'main')).toEqual({ code: 0, out: `${place('x')}\n`, err: '' });
    expect(await git(place('x'), 'status', '--porcelain')).toBe('');
    expect(await sandbox.read(join(place('x'), 'slow'))).toBe('slow\n');
  });

  it('is removed by prune, with the branch that was made for it', async () => {
    const { tree, place, repo, sandbox } = await killed();
    expect((await tree('prune', '--dry-run')).out).toBe('would remove ~/project.worktrees/x (x): it was never finished\n');
    expect((await tree('prune')).out).toBe(
      `removed ~/project.worktrees/x (x): it was never finished; its branch was at ${(await git(repo, 'rev-parse', 'main')).slice(0, 12)}\n`,
    );
    expect([sandbox.exists(place('x')), await git(repo, 'branch', '--list', 'x'), (await tree('prune')).out]).toEqual([
      false,
      '',
      'nothing to remove\n',
    ]);
  });

  it('keeps files that the user has written into it since', async () => {
    const { tree, place, sandbox } = await killed();
    write(join(place('x'), 'a'), 'mine\n');
    mkdirSync(join(place('x'), 'new'));
    write(join(place('x'), 'new/b'), 'mine\n');
    const why = `${place('x')} is there, and git does not know what is in it (new/b, a); save what you need of it and remove the folder`;
    expect(await tree('add', 'x')).toMatchObject({ code: 1, err: `pclaudectl: ${why}\n` });
    expect(await tree('prune')).toMatchObject({ code: 1, err: `pclaudectl: could not remove ~/project.worktrees/x: ${why}\n` });
    expect(await sandbox.read(join(place('x'), 'a'))).toBe('mine\n');
    rmSync(place('x'), { recursive: true });
    expect(await tree('add', 'x')).toMatchObject({ code: 0 });
  });
});
