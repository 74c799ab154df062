import { describe, expect, test } from 'vitest';
import { decide } from '../../../src/worktree/make/branch.js';
import { parseStatus, unsavedWorkIn, type TreeState } from '../../../src/worktree/remove/unsaved-work.js';
import { parseEntries } from '../../../src/worktree/repository.js';

test('reads the list that git prints', () => {
  const list = `worktree /w/a b
HEAD 1111111111111111111111111111111111111111
branch refs/heads/main

worktree /w/c
HEAD 2222222222222222222222222222222222222222
branch refs/heads/feat/x
locked on a stick

worktree /w/d
HEAD 0000000000000000000000000000000000000000
detached
locked
prunable gitdir file points to non-existent location

`;
  expect(parseEntries(list)).toEqual([
    { path: '/w/a b', kind: 'main', head: '1'.repeat(40), branch: 'main', locked: null, gone: false },
    { path: '/w/c', kind: 'linked', head: '2'.repeat(40), branch: 'feat/x', locked: 'on a stick', gone: false },
    { path: '/w/d', kind: 'linked', head: null, branch: null, locked: '', gone: true },
  ]);
  expect(parseEntries('worktree /w/x.git\nbare\n\n')).toMatchObject([{ kind: 'bare', branch: null }]);
});

test('reads the status that git prints: an old name is not an entry', () => {
  expect(parseStatus(' M a\0R  new\0old\0?? b c\0UU d\0')).toEqual([
    [' M', 'a'],
    ['R ', 'new'],
    ['??', 'b c'],
    ['UU', 'd'],
  ]);
});

describe('the meaning of a branch name', () => {
  const none = { local: false, remote: [], preferred: null };
  test.each([
    ['a branch that is there', undefined, { ...none, local: true, remote: ['origin/x'] }, { kind: 'existing', branch: 'x' }],
    ['one of a remote', undefined, { ...none, remote: ['origin/x'] }, { kind: 'remote', branch: 'x', from: 'origin/x' }],
    [
      'one of the remote that is preferred',
      undefined,
      { ...none, remote: ['a/x', 'b/x'], preferred: 'b' },
      { kind: 'remote', branch: 'x', from: 'b/x' },
    ],
    ['a new one from here', undefined, none, { kind: 'new', branch: 'x', from: 'HEAD' }],
    [
      'a new one from what was asked for, also when a remote has it',
      'v1',
      { ...none, remote: ['origin/x'] },
      { kind: 'new', branch: 'x', from: 'v1' },
    ],
  ])('%s', (_, from, known, start) => {
    expect(decide('x', from, known)).toEqual(start);
  });

  test.each([
    ['it is there, and --from says where it begins', 'v1', { ...none, local: true }, /exists already; leave out --from/],
    [
      'several remotes have it',
      undefined,
      { ...none, remote: ['a/x', 'b/x'] },
      /several remotes have a branch x: a\/x, b\/x; say which: pclaudectl worktree add a\/x/,
    ],
  ])('no branch if %s', (_, from, known, line) => {
    expect(() => decide('x', from, known)).toThrow(expect.objectContaining({ line: expect.stringMatching(line) }));
  });
});

describe('the work that would be lost', () => {
  const clean: TreeState = {
    changed: [],
    untracked: [],
    copied: [],
    unsaved: 0,
    branch: 'x',
    head: 'abc',
    stashes: 0,
    operation: null,
    submodules: [],
  };
  test.each<readonly [string, Partial<TreeState>, object[]]>([
    ['nothing', {}, []],
    ['changes', { changed: ['a', 'b', 'c', 'd'] }, [{ kind: 'changed', text: '4 changed files (a, b, c, …)', lost: true }]],
    ['new files', { untracked: ['a\nb'] }, [{ kind: 'untracked', text: '1 untracked file (a?b)', lost: true }]],
    ['nothing of commits on a branch', { unsaved: 1 }, [{ kind: 'commits', text: '1 commit neither pushed nor merged on x', lost: false }]],
    [
      'commits on no branch',
      { unsaved: 2, branch: null },
      [{ kind: 'commits', text: '2 commits neither pushed nor merged, the last abc', lost: true }],
    ],
    ['nothing of stashes', { stashes: 2 }, [{ kind: 'stashes', text: '2 stashes made on x', lost: false }]],
    ['a rebase', { operation: 'rebase' }, [{ kind: 'operation', text: 'a rebase that is not ended', lost: true }]],
    [
      'all of a submodule',
      { submodules: [['libs/s', { ...clean, stashes: 1 }]] },
      [{ kind: 'stashes', text: '1 stash made on x in the submodule libs/s', lost: true }],
    ],
  ])('%s', (_, work, losses) => {
    expect(unsavedWorkIn({ ...clean, ...work })).toEqual(losses);
  });
});
