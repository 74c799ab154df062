import { describe, expect, it } from 'vitest';
import { findRepository } from '../../../../src/system/git/repository.js';
import { git } from '../../../support/git.js';
import { createScratch, type Scratch } from '../../../support/scratch.js';

async function repository(): Promise<Scratch> {
  const scratch = createScratch();
  scratch.write('repo/src/a', 'a');
  await git(scratch.at('repo'), 'init', '--quiet', '--initial-branch=feat/x');
  await git(scratch.at('repo'), 'add', '.');
  await git(scratch.at('repo'), 'commit', '--quiet', '--message=Start');
  return scratch;
}

describe('findRepository', () => {
  it('returns root and branch from any folder in it, also through a link', async () => {
    const scratch = await repository();
    const found = { root: scratch.at('repo'), mainRoot: scratch.at('repo'), commonDir: scratch.at('repo/.git'), branch: 'feat/x' };
    expect(findRepository(scratch.at('repo/src'))).toEqual(found);
    expect(findRepository(scratch.link('l', scratch.at('repo/src')))).toEqual(found);
  });

  it('returns the main working tree of a linked one, and of a bare repository', async () => {
    const scratch = await repository();
    await git(scratch.at('repo'), 'worktree', 'add', '--quiet', '-b', 'two', scratch.at('two'));
    expect(findRepository(scratch.at('two'))).toEqual({
      root: scratch.at('two'),
      mainRoot: scratch.at('repo'),
      commonDir: scratch.at('repo/.git'),
      branch: 'two',
    });
    await git(scratch.root, 'clone', '--quiet', '--bare', scratch.at('repo'), scratch.at('bare.git'));
    await git(scratch.at('bare.git'), 'worktree', 'add', '--quiet', '-b', 'three', scratch.at('three'));
    expect(findRepository(scratch.at('three'))).toEqual({
      root: scratch.at('three'),
      mainRoot: scratch.at('bare.git'),
      commonDir: scratch.at('bare.git'),
      branch: 'three',
    });
  });

  it('returns no branch with a detached HEAD', async () => {
    const scratch = await repository();
    await git(scratch.at('repo'), 'checkout', '--quiet', '--detach');
    expect(findRepository(scratch.at('repo'))?.branch).toBeNull();
  });

  it('returns nothing outside git, nor for a .git file with invalid content', () => {
    const scratch = createScratch();
    expect(findRepository(scratch.root)).toBeUndefined();
    scratch.write('x/.git', 'nonsense');
    expect(findRepository(scratch.at('x'))).toBeUndefined();
  });
});
