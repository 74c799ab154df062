import { chmodSync, renameSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { identityOf, type RepositoryIdentity } from '../../../../src/system/git/identity.js';
import { findRepository } from '../../../../src/system/git/repository.js';
import { git } from '../../../support/git.js';
import { createScratch, type Scratch } from '../../../support/scratch.js';

describe('one repository has one key', () => {
  test('in all its folders and working trees, also those of a bare repository', async () => {
    const { scratch, at } = await createRepositories();
    await git(scratch.at('repo'), 'worktree', 'add', '--quiet', scratch.at('two'));
    scratch.write('two/deep/file', '');
    await git(scratch.root, 'clone', '--quiet', '--bare', scratch.at('repo'), scratch.at('bare.git'));
    await git(scratch.at('bare.git'), 'worktree', 'add', '--quiet', '-b', 'three', scratch.at('three'));

    expect(at('repo')).toEqual({ key: expect.stringMatching(/^[0-9a-f]{16}$/), worktree: scratch.at('repo') });
    expect(at('two/deep')).toEqual({ key: at('repo').key, worktree: scratch.at('two') });
    expect(at('three')).toEqual({ key: at('repo').key, worktree: scratch.at('three') });
  });

  test('in clones of clones on this machine, however they name their origin', async () => {
    const { scratch, at } = await createRepositories();
    await git(scratch.root, 'clone', '--quiet', 'repo', 'one');
    await git(scratch.root, 'clone', '--quiet', `file://${scratch.at('one')}`, 'two');
    await git(scratch.at('two'), 'remote', 'set-url', 'origin', '../one/.git');
    scratch.link('alias', scratch.at('repo'));
    await git(scratch.root, 'clone', '--quiet', scratch.at('alias'), 'three');

    expect(keys(at, 'one', 'two', 'three')).toEqual([at('repo').key]);
  });

  test('in clones of a bare repository, named without its .git, and after its removal', async () => {
    const { scratch, at } = await createRepositories();
    await git(scratch.root, 'clone', '--quiet', '--bare', 'repo', 'bare.git');
    await git(scratch.at('bare.git'), 'remote', 'remove', 'origin');
    for (const name of ['one', 'two']) await git(scratch.root, 'clone', '--quiet', scratch.at('bare'), name);
    const before = keys(at, 'one', 'two');
    renameSync(scratch.at('bare.git'), scratch.at('elsewhere'));

    expect(before).toHaveLength(1);
    expect(before).not.toContain(at('repo').key);
    expect(keys(at, 'one', 'two')).toHaveLength(1);
  });

  test('in clones from elsewhere, over any protocol', async () => {
    const { scratch, at } = await createRepositories();
    for (const [name, url] of [
      ['one', 'git@host.example:a/b.git'],
      ['two', 'https://me:secret@host.example/a/b'],
    ] as const)
      await cloneOf(scratch, name, url);
    await git(scratch.root, 'clone', '--quiet', 'two', 'three');

    expect(keys(at, 'one', 'two', 'three')).toHaveLength(1);
    expect(JSON.stringify(at('two'))).not.toContain('secret');
  });

  test('in a submodule and its working trees: not that of the repository around it', async () => {
    const { scratch, at } = await createRepositories();
    await cloneOf(scratch, 'around', 'https://host.example/around');
    await git(scratch.at('around'), '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', scratch.at('repo'), 'inner');
    await git(scratch.at('around/inner'), 'worktree', 'add', '--quiet', scratch.at('beside'));

    expect(at('around/inner')).toEqual({ key: at('repo').key, worktree: scratch.at('around/inner') });
    expect(at('beside').key).toBe(at('repo').key);
    expect(at('around').key).not.toBe(at('repo').key);
  });
});

describe('there is also a key', () => {
  test('if repositories name each other, or themselves, as their origin', async () => {
    const { scratch, at } = await createRepositories();
    await git(scratch.root, 'clone', '--quiet', 'repo', 'other');
    await git(scratch.at('repo'), 'remote', 'add', 'origin', scratch.at('other'));
    await cloneOf(scratch, 'own', '.');

    expect([at('repo'), at('other'), at('own')].map(({ key }) => key)).not.toContain('');
  });

  test('if the origin of a clone may not be read', async () => {
    const { scratch, at } = await createRepositories();
    await git(scratch.root, 'clone', '--quiet', 'repo', 'clone');
    // Even root cannot read a folder in the place of a file.
    renameSync(scratch.at('repo/.git/config'), scratch.at('config'));
    scratch.folder('repo/.git/config');
    const unreadable = at('clone').key;
    chmodSync(scratch.at('repo'), 0);

    expect([unreadable, at('clone').key]).not.toContain('');
    chmodSync(scratch.at('repo'), 0o700);
  });
});

/** A folder with a repository that has no origin. */
async function createRepositories(): Promise<{ scratch: Scratch; at: (folder: string) => RepositoryIdentity }> {
  const scratch = createScratch();
  scratch.write('repo/a', 'a');
  await git(scratch.at('repo'), 'init', '--quiet', '--initial-branch=main');
  await git(scratch.at('repo'), 'add', '.');
  await git(scratch.at('repo'), 'commit', '--quiet', '--message=Start');
  return {
    scratch,
    at(folder) {
      const repository = findRepository(scratch.at(folder));
      if (repository === undefined) throw new Error(`no repository at ${folder}`);
      return identityOf(repository);
    },
  };
}

async function cloneOf(scratch: Scratch, name: string, url: string): Promise<void> {
  await git(scratch.root, 'init', '--quiet', name);
  await git(scratch.at(name), 'config', 'remote.origin.url', url);
}

/** The distinct keys of these folders. */
function keys(at: (folder: string) => RepositoryIdentity, ...folders: readonly string[]): string[] {
  return [...new Set(folders.map((folder) => at(folder).key))];
}
