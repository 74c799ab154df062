import { join } from 'node:path';
import { expect, it } from 'vitest';
import { git } from '../../support/git.js';
import { createTreeFixture, write } from './tree-fixture.js';

it('worktree add works in a bare clone, from inside it and from a worktree, which provides the files to copy', async () => {
  const { treeIn, sandbox, repo, commit } = await createTreeFixture();
  await commit('.gitignore', '.env\n');
  await commit('.worktreeinclude', '.env\n');
  await git(sandbox.home, 'clone', '--quiet', '--bare', repo, 'app/.bare');
  await sandbox.write('app/.git', 'gitdir: ./.bare\n');
  const place = (branch: string): string => sandbox.at('app.worktrees', branch);
  expect(await treeIn(sandbox.at('app'), 'add', 'main')).toEqual({ code: 0, out: `${place('main')}\n`, err: '' });
  write(join(place('main'), '.env'), 'A=1\n');
  expect(await treeIn(place('main'), 'add', 'x')).toEqual({ code: 0, out: `${place('x')}\n`, err: '' });
  expect(await sandbox.read(join(place('x'), '.env'))).toBe('A=1\n');
  await commit('one', '1', place('x'));
  expect(await treeIn(sandbox.at('app/.bare'), 'remove', 'x')).toMatchObject({
    code: 1,
    err: `pclaudectl: ${place('x')} has 1 commit neither pushed nor merged on x; --force removes it all the same\n`,
  });
  await git(place('main'), 'merge', '--quiet', 'x');
  expect((await treeIn(place('main'), 'list')).out).toMatch(/^BRANCH [^\n]+\nmain +base [^\n]+\nx +merged [^\n]+\n$/);
  expect((await treeIn(sandbox.at('app'), 'prune')).out).toBe('removed ~/app.worktrees/x (x): merged\n');
});

it('worktree add works in a submodule: its worktrees lie beside the outermost working tree, and leave both clean', async () => {
  const { treeIn, sandbox, repo, git: inRepo } = await createTreeFixture();
  await sandbox.repo('library');
  await inRepo('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', sandbox.at('library'), 'libs/core');
  await inRepo('commit', '-qm', 'library');
  const place = `${repo}.libs+core.worktrees/x`;
  expect(await treeIn(join(repo, 'libs/core'), 'add', 'x')).toEqual({ code: 0, out: `${place}\n`, err: '' });
  expect(await sandbox.read(join(place, 'README.md'))).toBe('# library\n');
  expect(await inRepo('status', '--porcelain')).toBe('');
  const listed: { path: string; main: boolean }[] = JSON.parse((await treeIn(place, 'list', '--json')).out);
  expect(listed).toMatchObject([
    { path: join(repo, 'libs/core'), main: true },
    { path: place, main: false },
  ]);
  expect(await treeIn(join(repo, 'libs/core'), 'remove', 'x')).toEqual({ code: 0, out: '', err: '' });
});

it('a worktree with submodules is removed if everything in them exists elsewhere', async () => {
  const { tree, sandbox, place, git: inRepo, commit } = await createTreeFixture();
  await sandbox.repo('library');
  const allowed = ['-c', 'protocol.file.allow=always', 'submodule', '--quiet'];
  await inRepo(...allowed, 'add', sandbox.at('library'), 'core');
  await inRepo('commit', '-qm', 'library');
  await tree('add', 'x');
  await git(place('x'), ...allowed, 'update', '--init');
  const inside = join(place('x'), 'core');
  await commit('own', 'x', inside);
  await git(place('x'), 'commit', '-qam', 'newer');
  await git(place('x'), 'update-ref', 'refs/heads/main', 'HEAD');
  expect((await tree('remove', 'x')).err).toBe(
    `pclaudectl: ${place('x')} has 1 commit neither pushed nor merged, the last ${(await git(inside, 'rev-parse', 'HEAD')).slice(0, 12)} in the submodule core; --force removes it all the same\n`,
  );
  await git(inside, 'push', '--quiet', 'origin', 'HEAD:refs/heads/pushed');
  await git(inside, 'fetch', '--quiet');
  write(join(inside, 'new'), '');
  expect((await tree('remove', 'x')).err).toContain('has 1 changed file (core); 1 untracked file (new) in the submodule core;');
  await git(inside, 'clean', '-qf');
  expect(await tree('remove', 'x')).toEqual({ code: 0, out: '', err: '' });
});

it('worktree add works from inside another worktree, and in separate clones, which do not see each other', async () => {
  const { tree, treeIn, sandbox, repo, place } = await createTreeFixture('my app (ü)');
  await tree('add', 'one');
  expect(await treeIn(place('one'), 'add', 'two')).toEqual({ code: 0, out: `${place('two')}\n`, err: '' });
  await git(sandbox.home, 'clone', '--quiet', repo, 'a clone');
  const clone = sandbox.at('a clone');
  expect(await treeIn(clone, 'add', 'one')).toEqual({ code: 0, out: `${clone}.worktrees/one\n`, err: '' });
  const paths = async (cwd: string): Promise<string[]> => {
    const listed: { path: string }[] = JSON.parse((await treeIn(cwd, 'list', '--json')).out);
    return listed.map(({ path }) => path);
  };
  expect(await paths(place('two'))).toEqual([repo, place('one'), place('two')]);
  expect(await paths(`${clone}.worktrees/one`)).toEqual([clone, `${clone}.worktrees/one`]);
  expect((await treeIn(clone, 'add', 'one')).err).toContain(`go there (cd '${clone}.worktrees/one')`);
  expect(await treeIn(clone, 'remove', `${clone}.worktrees/one`)).toMatchObject({ code: 0 });
});
