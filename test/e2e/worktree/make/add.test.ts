import { chmodSync, mkdirSync, readlinkSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lacksSubmodules } from '../../../../src/worktree/make/add.js';
import { git } from '../../../support/git.js';
import { pclaudectl } from '../../../support/real-client.js';
import { run } from '../../../support/run.js';
import { createStubClient } from '../../../support/stub-client.js';
import { createTreeFixture, type TreeFixture, write } from '../tree-fixture.js';

describe('worktree add', () => {
  it('prints the path of the worktree of a new branch, and nothing else', async () => {
    const { tree, place, sandbox, repo } = await createTreeFixture();
    expect(await tree('add', 'feat/x')).toEqual({ code: 0, out: `${place('feat+x')}\n`, err: '' });
    expect(await git(place('feat+x'), 'branch', '--show-current')).toBe('feat/x');
    expect(await sandbox.read(join(place('feat+x'), 'README.md'))).toBe('# project\n');
    expect(await git(repo, 'status', '--porcelain')).toBe('');
  });

  it('begins a new branch at --from, else at what is checked out in the current folder', async () => {
    const { tree, treeIn, place, commit, git: inRepo } = await createTreeFixture();
    await inRepo('tag', 'v1');
    await commit('later', 'x');
    expect(await tree('add', 'old', '--from', 'v1')).toMatchObject({ code: 0 });
    await commit('own', 'x', place('old'));
    expect(await treeIn(place('old'), 'add', 'older')).toEqual({ code: 0, out: `${place('older')}\n`, err: '' });
    expect(await git(place('older'), 'log', '--format=%s')).toBe('own\nStart');
  });

  it('checks out an existing branch, and follows one of a remote', async () => {
    const { tree, place, sandbox, repo, git: inRepo } = await createTreeFixture();
    await inRepo('branch', 'here');
    await inRepo('branch', 'far/away');
    await git(sandbox.home, 'clone', '--quiet', repo, 'clone');
    await inRepo('branch', '-D', 'far/away');
    await inRepo('remote', 'add', 'origin', sandbox.at('clone'));
    await git(sandbox.at('clone'), 'branch', 'far/away', 'origin/far/away');
    await inRepo('fetch', '--quiet');
    expect(await tree('add', 'here', '--from', 'main')).toMatchObject({
      code: 1,
      err: expect.stringContaining('branch here exists already; leave out --from'),
    });
    expect(await tree('add', 'here')).toMatchObject({ code: 0, out: `${place('here')}\n` });
    expect(await tree('add', 'origin/far/away')).toMatchObject({ code: 0, out: `${place('far+away')}\n` });
    expect(await git(place('far+away'), 'rev-parse', '--abbrev-ref', '@{upstream}')).toBe('origin/far/away');
  });

  it('refuses an invalid branch name, an invalid commit, and a branch that another worktree has, in one line', async () => {
    const { tree, repo } = await createTreeFixture();
    const complaint = async (...args: string[]): Promise<string> => {
      const { code, out, err } = await tree('add', ...args);
      expect([code, out]).toEqual([1, '']);
      return err;
    };
    expect(await complaint('--', '-x')).toBe('pclaudectl: "-x" is no name for a branch; one does not begin with a dash\n');
    expect(await complaint('a..b')).toBe('pclaudectl: "a..b" is no name for a branch; git help check-ref-format tells which are\n');
    expect(await complaint('HEAD')).toContain('"HEAD" is no name for a branch');
    expect(await complaint('x', '--from=-v')).toContain('"-v" is no name for a commit');
    expect(await complaint('x', '--from', 'nowhere')).toContain('there is no commit "nowhere"');
    expect(await complaint('main')).toBe(
      `pclaudectl: main is checked out in ${repo}; choose another branch: that is the main working tree\n`,
    );
    expect(await git(repo, 'branch', '--format=%(refname:short)')).toBe('main');
  });

  it('reports in one line that there is no repository, no commit, no git, or only an old git', async () => {
    const { treeIn, sandbox, repo, env, tree } = await createTreeFixture();
    expect(await treeIn(sandbox.home, 'add', 'x')).toEqual({
      code: 1,
      out: '',
      err: `pclaudectl: ${sandbox.home} is not in a git repository; go to one\n`,
    });
    await git(sandbox.home, 'init', '--quiet', 'empty');
    expect((await treeIn(sandbox.at('empty'), 'add', 'x')).err).toBe('pclaudectl: there is no commit yet; make the first one\n');
    const withGit = async (code: string): Promise<string> => {
      write(sandbox.at('bin/git'), `#!/bin/sh\n${code}\n`);
      chmodSync(sandbox.at('bin/git'), 0o755);
      return (await run(pclaudectl, ['worktree', 'list'], { cwd: repo, env: { ...env, PATH: `${sandbox.at('bin')}:${env['PATH']}` } }))
        .stderr;
    };
    expect(await withGit('echo git version 2.17.1')).toBe(
      'pclaudectl: git 2.17 is too old for pclaudectl worktree; install git 2.31 or later\n',
    );
    expect((await run(pclaudectl, ['worktree', 'list'], { cwd: repo, env: { ...env, PATH: '/nowhere' } })).stderr).toMatch(
      /^pclaudectl: there is no git on PATH[^\n]+\n$/,
    );
    expect(await tree('list')).toMatchObject({ code: 0 });
  });

  it('ignores variables of git, and a template that would interfere', async () => {
    const fixture = await createTreeFixture();
    const { sandbox, env, repo, tree, place, configure } = fixture;
    const extra = { GIT_DIR: sandbox.at('elsewhere'), GIT_WORK_TREE: sandbox.home, GIT_INDEX_FILE: sandbox.at('index') };
    expect((await run(pclaudectl, ['worktree', 'add', 'x'], { cwd: repo, env: { ...env, ...extra } })).stdout.toString()).toBe(
      `${place('x')}\n`,
    );
    await configure({ path: '{repo}/trees/{branch}' });
    expect(await tree('add', 'y')).toMatchObject({
      code: 78,
      err: expect.stringContaining(`${repo}/trees/y would be an untracked folder in ${repo}; let git ignore it`),
    });
    await fixture.commit('.gitignore', 'trees/\n');
    expect(await tree('add', 'y')).toMatchObject({ code: 0, out: `${repo}/trees/y\n` });
    await configure({ path: '/trees/of/mine' });
    expect(await tree('add', 'z')).toMatchObject({
      code: 78,
      err: expect.stringMatching(/worktree\.path: expected a path that .* names \{branch\}/),
    });
  });

  it('only prints with --dry-run what it would do', async () => {
    const { tree, repo, place, sandbox, configure, commit } = await createTreeFixture();
    await configure({ link: ['node_modules'], setup: { [repo]: 'npm ci' } });
    await commit('.gitignore', '.env\n');
    write(join(repo, '.worktreeinclude'), '.env\n');
    write(join(repo, '.env'), 'A=1\n');
    const lines = [
      'would check out feat/x (new, from HEAD) into ~/project.worktrees/feat+x',
      'would copy .env',
      'would link node_modules',
      'would run npm ci',
      '',
    ];
    expect((await tree('add', 'feat/x', '-n')).out.split('\n')).toEqual(lines);
    expect(JSON.parse((await tree('add', 'feat/x', '-n', '--json')).out)).toEqual({
      path: place('feat+x'),
      start: { kind: 'new', branch: 'feat/x', from: 'HEAD' },
      copy: ['.env'],
      link: ['node_modules'],
      setup: 'npm ci',
    });
    expect([sandbox.exists(place('feat+x')), sandbox.exists(sandbox.stateDir)]).toEqual([false, false]);
    expect(await git(repo, 'branch', '--list', 'feat/x')).toBe('');
  });

  it('with --launch starts in the worktree that already has the branch', async () => {
    const { sandbox, tree, repo, env, place } = await createTreeFixture();
    await tree('add', 'feat');
    const stub = await createStubClient(sandbox, 'pwd -P');
    for (const [branch, folder] of [
      ['feat', place('feat')],
      ['main', repo],
    ] as const) {
      const result = await run(pclaudectl, ['worktree', 'add', branch, '--launch', '-p', 'hi'], {
        cwd: repo,
        env: { ...env, ...stub.env, ANTHROPIC_API_KEY: 'none' },
      });
      expect([result.stdout.toString(), result.stderr, result.exitCode]).toEqual([
        `${folder}\n`,
        `pclaudectl: ${branch} is checked out in ${folder.replace(sandbox.home, '~')}: starting there\n`,
        0,
      ]);
    }
    expect((await git(repo, 'worktree', 'list')).split('\n').filter((line) => line !== '')).toHaveLength(2);
  });

  it('names submodules that are not checked out', async () => {
    const { sandbox, tree, repo, git: inRepo, place } = await createTreeFixture();
    const other = await sandbox.repo('other');
    await inRepo('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', other, 'sub');
    await inRepo('commit', '--quiet', '--message=sub');
    const path = place('x');
    expect(await tree('add', 'x')).toEqual({
      code: 0,
      out: `${path}\n`,
      err: `pclaudectl: its submodules are not checked out; to do that: git -C ${path} submodule update --init --recursive\n`,
    });
    await git(repo, '-c', 'protocol.file.allow=always', '-C', path, 'submodule', '--quiet', 'update', '--init', '--recursive');
    expect(await lacksSubmodules(path)).toBe(false);
  });

  it('starts pclaude there with --launch, passes all further arguments, and exits as it does', async () => {
    const { sandbox, repo, place, env } = await createTreeFixture();
    const stub = await createStubClient(sandbox, 'pwd; for each; do echo "[$each]"; done; exit 7');
    const result = await run(pclaudectl, ['worktree', 'add', 'feat', '--from', 'main', '--launch', '-p', '--json', 'a b', '--help-me'], {
      cwd: repo,
      env: { ...env, ...stub.env, ANTHROPIC_API_KEY: 'none' },
    });
    expect(result.stdout.toString()).toMatch(new RegExp(`^${place('feat')}\n`));
    expect(result.stdout.toString()).toMatch(/\[-p\]\n\[--json\]\n\[a b\]\n\[--help-me\]\n$/);
    expect(result.exitCode).toBe(7);
  });
});

/** The main working tree has files that git ignores, and a file that names some of them. */
async function withFiles(): Promise<TreeFixture> {
  const fixture = await createTreeFixture();
  const { repo, commit, sandbox } = fixture;
  await commit('.gitignore', '.env*\nsecret/\nnode_modules/\n.venv/\nouter\n');
  write(join(repo, '.worktreeinclude'), '# what the tests need\n.env\nsecret/*.key\n!secret/b.key\nplain.txt\nouter\n');
  for (const path of ['.env', '.env.other', 'sub dir/.env', 'secret/a.key', 'secret/b.key', 'plain.txt'])
    write(join(repo, path), `${path}\n`);
  chmodSync(join(repo, '.env'), 0o600);
  symlinkSync(await sandbox.write('outside', 'x'), join(repo, 'outer'));
  return fixture;
}

describe('the files that a worktree gets', () => {
  it('are those that .worktreeinclude names and git ignores, never a link', async () => {
    const { tree, place, sandbox, repo } = await withFiles();
    expect(await tree('add', 'x')).toMatchObject({
      code: 0,
      err: 'pclaudectl: left out outer: it is, or stands behind, a link, or is no path in the repository\n',
    });
    const at = (path: string): string => join(place('x'), path);
    for (const path of ['.env', 'sub dir/.env', 'secret/a.key']) expect(await sandbox.read(at(path))).toBe(`${path}\n`);
    expect(['.env.other', 'secret/b.key', 'plain.txt', 'outer', '.worktreeinclude'].filter((path) => sandbox.exists(at(path)))).toEqual([]);
    expect(statSync(at('.env')).mode & 0o777).toBe(0o600);
    expect(statSync(at('.env')).mtimeMs).toBeCloseTo(statSync(join(repo, '.env')).mtimeMs, 0);
    expect(await git(place('x'), 'status', '--porcelain')).toBe('');
  });

  it('never go through a link that the branch contains', async () => {
    const { tree, place, sandbox, git: inRepo } = await withFiles();
    mkdirSync(sandbox.at('trap'));
    await inRepo('worktree', 'add', '--quiet', '-b', 'evil', sandbox.at('evil'));
    symlinkSync(sandbox.at('trap'), sandbox.at('evil/secret'));
    await git(sandbox.at('evil'), 'add', '-f', 'secret');
    await git(sandbox.at('evil'), 'commit', '-qm', 'trap');
    await inRepo('worktree', 'remove', sandbox.at('evil'));
    expect(await tree('add', 'evil')).toMatchObject({ code: 0, err: expect.stringContaining('left out secret/a.key: ') });
    expect([sandbox.exists('trap/a.key'), readlinkSync(join(place('evil'), 'secret'))]).toEqual([false, sandbox.at('trap')]);
  });

  it('are those that the settings link and copy; git ignores links even if a rule names a folder', async () => {
    const { tree, place, sandbox, repo, configure } = await withFiles();
    write(join(repo, 'node_modules/a/index.js'), 'a\n');
    write(join(repo, '.venv/bin/python'), 'p\n');
    symlinkSync('python', join(repo, '.venv/bin/python3'));
    symlinkSync(sandbox.home, join(repo, '.venv/out'));
    await configure({ link: ['node_modules', '../other', '.git', 'missing'], copy: ['.venv'] });
    const { code, out } = await tree('add', 'x', '--json');
    expect(code).toBe(0);
    const why = 'it is, or stands behind, a link, or is no path in the repository';
    expect(JSON.parse(out)).toEqual({
      path: place('x'),
      branch: 'x',
      newBranchAt: await git(repo, 'rev-parse', 'main'),
      resumed: false,
      copied: ['.venv', '.env', 'secret/a.key', 'sub dir/.env'],
      linked: ['node_modules'],
      left: ['../other', '.git', 'outer'].map((path) => ({ path, why })),
      setup: null,
    });
    expect(readlinkSync(join(place('x'), 'node_modules'))).toBe(join(repo, 'node_modules'));
    expect([readlinkSync(join(place('x'), '.venv/bin/python3')), readlinkSync(join(place('x'), '.venv/out'))]).toEqual([
      'python',
      sandbox.home,
    ]);
    write(join(place('x'), '.venv/bin/python'), 'changed\n');
    expect(await sandbox.read(join(repo, '.venv/bin/python'))).toBe('p\n');
    expect(await git(place('x'), 'status', '--porcelain')).toBe('');
    // Even a folder that no rule names does not interfere.
    await configure({ link: ['node_modules'], copy: ['cache [1]'] });
    write(join(repo, 'cache [1]/a'), 'a\n');
    await tree('add', 'y');
    await tree('add', 'z');
    expect([await sandbox.read(join(place('y'), 'cache [1]/a')), await git(place('y'), 'status', '--porcelain')]).toEqual(['a\n', '']);
    expect((await sandbox.read(join(repo, '.git/info/exclude'))).split('\n').filter((line) => line.startsWith('/'))).toEqual([
      '/node_modules',
      String.raw`/cache\ \[1\]`,
    ]);
    expect(await tree('remove', 'x')).toEqual({ code: 0, out: '', err: '' });
    expect(await sandbox.read(join(repo, 'node_modules/a/index.js'))).toBe('a\n');
  });

  it("include those that the client's own worktree.symlinkDirectories names", async () => {
    const { tree, place, repo, sandbox } = await withFiles();
    write(join(repo, 'node_modules/a/index.js'), 'a\n');
    await sandbox.write('.claude/settings.json', '{"worktree":{"symlinkDirectories":["node_modules"]}}');
    expect(await tree('add', 'x')).toMatchObject({ code: 0 });
    expect(readlinkSync(join(place('x'), 'node_modules'))).toBe(join(repo, 'node_modules'));
  });

  it('include a snippet for the model on request, which no commit contains', async () => {
    const { tree, place, sandbox, repo, configure, commit } = await createTreeFixture();
    await configure({ snippet: true });
    expect(await tree('add', 'feat/$&')).toMatchObject({ code: 0 });
    const text = await sandbox.read(join(place('feat+$&'), 'CLAUDE.local.md'));
    expect(text).toContain(`on the branch \`feat/$&\`. The main working tree is ${repo}:`);
    expect(await git(place('feat+$&'), 'status', '--porcelain')).toBe('');
    await commit('CLAUDE.local.md', 'ours\n', place('feat+$&')).catch(() => git(place('feat+$&'), 'add', '-f', 'CLAUDE.local.md'));
    await git(place('feat+$&'), 'commit', '-qm', 'ours');
    expect((await tree('add', 'other', '--from', 'feat/$&')).err).toBe('pclaudectl: left out CLAUDE.local.md: it is in git\n');
    expect(await git(place('other'), 'status', '--porcelain')).toBe('');
  });
});
