import { describe, expect, test } from 'vitest';
import { readRemote } from '../../../../src/system/git/identity.js';

test.each([
  'https://github.com/owner/repo',
  'https://github.com/owner/repo.git',
  'https://github.com/owner/repo.git/',
  'https://GitHub.com:443/owner/repo',
  'https://user:to%40ken@github.com/owner/repo?token=1#x',
  'http://token@github.com/owner/repo',
  'ssh://git@github.com/owner/repo.git',
  'ssh://git@github.com:2222/owner/repo.git',
  'git+ssh://git@github.com/owner/repo',
  'git://github.com//owner/repo',
  'git@github.com:owner/repo.git',
  'github.com:/owner/repo',
  'codecommit::https://github.com/owner/repo',
])('%s is the same repository under another URL', (url) => {
  expect(readRemote(url)).toEqual({ kind: 'elsewhere', name: 'github.com/owner/repo' });
});

describe('a URL that differs in host or path is another repository', () => {
  test.each([
    ['https://github.com/Owner/repo', 'github.com/Owner/repo'],
    ['https://github.com/owner/repo.github', 'github.com/owner/repo.github'],
    ['git@gitlab.com:owner/repo.git', 'gitlab.com/owner/repo'],
    ['ssh://git@[::1]:22/a%20b', '[::1]/a b'],
    ['git@[::1]:a/b', '[::1]/a/b'],
    ['https://host/50%', 'host/50%'],
  ])('%s', (url, name) => {
    expect(readRemote(url)).toEqual({ kind: 'elsewhere', name });
  });
});

test.each([
  ['/srv/repo.git', '/srv/repo.git'],
  ['file:///srv/my%20repo', '/srv/my repo'],
  ['../repo', '../repo'],
  ['./a:b', './a:b'],
  ['repo', 'repo'],
])('%s is on this machine', (url, path) => {
  expect(readRemote(url)).toEqual({ kind: 'local', path });
});
