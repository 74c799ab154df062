import { expect, test } from 'vitest';
import { originUrl } from '../../../../src/system/git/identity.js';
import { git } from '../../../support/git.js';
import { createScratch } from '../../../support/scratch.js';

test.each([
  '[remote "origin"]\n\turl = https://host/a/b.git\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n',
  '[core]\n\tbare = false\n[Remote "origin"] URL=https://host/a/b.git\n[branch "main"]\n\tremote = origin\n',
  '[remote "other"]\n\turl = https://host/other\n[remote "origin"]\n\tfetch = x\n\turl = "https://host/a/b.git" ; the only one\n',
  '[remote "origin"]\r\n\turl = https://host/\\\n\\\na/b.git # comment\r\n\tpushurl = https://host/push\n',
  '[remote "origin"]\n\turl = https://host/a/b.git\n\turl = https://host/second\n',
])('returns the URL of origin, as git reads it: %j', async (config) => {
  const scratch = createScratch();
  scratch.write('config', config);

  expect(originUrl(scratch.root)).toBe('https://host/a/b.git');
  expect((await git(scratch.root, 'config', '--file', 'config', '--get-all', 'remote.origin.url')).split('\n')[0]).toBe(
    'https://host/a/b.git',
  );
});

test.each([
  '',
  '[remote "Origin"]\n\turl = x\n',
  '[remote "origin"]\n\tfetch = x\n[submodule "origin"]\n\turl = x\n',
  '# [remote "origin"]\nurl = x\n',
])('returns no URL for %j', (config) => {
  const scratch = createScratch();
  scratch.write('config', config);

  expect(originUrl(scratch.root)).toBeUndefined();
  expect(originUrl(scratch.at('nothing'))).toBeUndefined();
});

test('returns an unusual path, as git itself writes it', async () => {
  const scratch = createScratch();
  const url = '/srv/a "b" #c;d\\e ';
  await git(scratch.root, 'init', '--quiet', 'repo');
  await git(scratch.at('repo'), 'config', 'remote.origin.url', url);

  expect(originUrl(scratch.at('repo/.git'))).toBe(url);
});
