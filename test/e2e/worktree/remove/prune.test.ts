import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { git } from '../../../support/git.js';
import { createTreeFixture, write } from '../tree-fixture.js';

/** The output of `prune --json`, in the order of the paths. */
function byPath(json: string): { readonly path: string }[] {
  const pruned: { readonly path: string }[] = JSON.parse(json);
  return pruned.toSorted((one, other) => (one.path < other.path ? -1 : 1));
}

it('prune removes worktrees that are merged, clean and unused, and missing ones; it keeps all others and prints the reason', async () => {
  const { tree, place, commit, git: inRepo, sandbox } = await createTreeFixture();
  const branches = ['merged', 'squashed', 'open', 'dirty', 'stashed', 'fresh', 'locked', 'gone', 'detached'];
  for (const branch of branches) await tree('add', branch);
  for (const branch of branches.filter((each) => each !== 'fresh')) await commit(branch, branch, place(branch));
  for (const branch of ['merged', 'dirty', 'stashed', 'locked', 'gone']) await inRepo('merge', '--quiet', '--no-edit', branch);
  await inRepo('merge', '--quiet', '--squash', 'squashed');
  await inRepo('commit', '-qm', 'squashed');
  write(join(place('dirty'), 'new'), '');
  write(join(place('stashed'), 'README.md'), 'x');
  await git(place('stashed'), 'stash', '--quiet');
  await inRepo('worktree', 'lock', place('locked'));
  rmSync(place('gone'), { recursive: true });
  await git(place('detached'), 'switch', '--quiet', '--detach');

  const expected = [
    ['detached', 'kept', 'no branch is checked out in it'],
    ['dirty', 'kept', '1 untracked file (new)'],
    ['fresh', 'kept', 'nothing was committed in it yet'],
    ['gone', 'removed', 'its folder is gone'],
    ['locked', 'kept', `${place('locked')} is locked`],
    ['merged', 'removed', 'merged'],
    ['open', 'kept', '1 commit neither pushed nor merged on open'],
    ['squashed', 'removed', 'merged'],
    ['stashed', 'kept', '1 stash made on stashed'],
  ].map(([branch = '', outcome, why]) => ({
    path: place(branch),
    branch: branch === 'detached' ? null : branch,
    outcome,
    why,
    branchWasAt: null,
  }));
  const wereAt = new Map(
    await Promise.all(['merged', 'squashed'].map(async (branch) => [branch, await inRepo('rev-parse', branch)] as const)),
  );
  const predicted = byPath((await tree('prune', '--dry-run', '--json')).out);
  expect(predicted).toEqual(expected.map((each) => ({ ...each, outcome: each.outcome === 'removed' ? 'removable' : 'kept' })));
  expect(sandbox.exists(place('merged'))).toBe(true);
  expect(byPath((await tree('prune', '--delete-branch', '--json')).out)).toEqual(
    expected.map((each) => ({ ...each, branchWasAt: wereAt.get(each.branch ?? '') ?? null })),
  );
  expect(branches.filter((branch) => sandbox.exists(place(branch)))).toEqual(['open', 'dirty', 'stashed', 'fresh', 'locked', 'detached']);
  expect((await inRepo('branch', '--format=%(refname:short)')).split('\n')).toEqual([
    'detached',
    'dirty',
    'fresh',
    'gone',
    'locked',
    'main',
    'open',
    'stashed',
  ]);
  expect(await tree('prune')).toEqual({ code: 0, out: 'nothing to remove\n', err: '' });
});

it('reports the branch of an unfinished worktree as deleted only if it was: one that has moved stays', async () => {
  const { repo, tree, place, commit, configure, git: inRepo } = await createTreeFixture();
  await configure({ setup: { [repo]: 'exit 1' } });
  for (const branch of ['moved', 'unmoved']) await tree('add', branch);
  await commit('moved', 'moved', place('moved'));
  const madeAt = await inRepo('rev-parse', 'unmoved');
  for (const branch of ['moved', 'unmoved']) rmSync(place(branch), { recursive: true });

  const outcome = { outcome: 'removed', why: 'it was never finished' };
  expect(byPath((await tree('prune', '--json')).out)).toEqual([
    { path: place('moved'), branch: 'moved', ...outcome, branchWasAt: null },
    { path: place('unmoved'), branch: 'unmoved', ...outcome, branchWasAt: madeAt },
  ]);
  expect((await inRepo('branch', '--format=%(refname:short)')).split('\n')).toEqual(['main', 'moved']);
});
