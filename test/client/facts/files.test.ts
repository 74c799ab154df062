import { utimesSync, watch } from 'node:fs';
import { lstat, mkdir, readdir, symlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { prompt, systemText } from '../../support/messages-api.js';
import { atEnd } from '../../support/lifetime.js';
import { startOAuthProxy } from '../../support/oauth-proxy.js';
import { createProject, type Project } from '../../support/project.js';
import { claude, type Environment } from '../../support/real-client.js';
import { run } from '../../support/run.js';
import { createSandbox } from '../../support/sandbox.js';
import { straced } from '../../support/strace.js';
import { clientPrompt, openTerminal } from '../../support/terminal.js';
import { eventually } from '../../support/wait.js';
import { ask, settings } from './ask.js';

/** Runs a client whose login has expired, in a private config dir with a link to the shared login. */
async function refreshing(hasVariable: boolean) {
  const sandbox = await createSandbox();
  const proxy = await startOAuthProxy();
  const cwd = await sandbox.repo('project');
  await sandbox.seedClaude({ trust: [cwd], configDir: 'private' });
  const login = await sandbox.write('.claude/.credentials.json', proxy.credentials());
  await symlink(login, sandbox.at('private/.credentials.json'));
  const extra = { ...proxy.env, CLAUDE_CONFIG_DIR: sandbox.at('private'), ...(hasVariable ? { CLAUDE_SECURESTORAGE_CONFIG_DIR: '' } : {}) };
  const { exitCode } = await run(claude, ['-p', 'hello'], { cwd, env: sandbox.env({ extra }) });
  expect([exitCode, proxy.events]).toEqual([0, expect.arrayContaining(['refresh ok'])]);
  const isLink = (await lstat(sandbox.at('private/.credentials.json'))).isSymbolicLink();
  return { isLink, isSharedFresh: (await sandbox.read(login)).includes(proxy.newestRefreshToken()) };
}

test('replaces a linked .credentials.json when it refreshes a token', async () => {
  expect(await refreshing(false), 'the client now writes its login through a link: CLAUDE_SECURESTORAGE_CONFIG_DIR is not needed').toEqual({
    isLink: false,
    isSharedFresh: false,
  });
});

test('keeps its login in the folder that CLAUDE_SECURESTORAGE_CONFIG_DIR names', async () => {
  expect(await refreshing(true), 'the client does not keep its login in the folder that CLAUDE_SECURESTORAGE_CONFIG_DIR names').toEqual({
    isLink: true,
    isSharedFresh: true,
  });
});

/** The changes of a file and of its lock while a client changes its state file. */
async function addServer({ cwd, env, stateFile }: Project, more: Environment = {}): Promise<string[]> {
  const seen: string[] = [];
  const watcher = watch(dirname(stateFile), (_, name) => seen.push(name ?? ''));
  atEnd(() => watcher.close());
  expect(await run(claude, ['mcp', 'add', '-s', 'user', 'one', '--', 'true'], { cwd, env: { ...env, ...more } })).toMatchObject({
    exitCode: 0,
  });
  await eventually(() => seen.includes('.claude.json'), 'the state file is written');
  return seen;
}

test('writes .claude.json under the folder lock <file>.lock, and takes over a lock that is older than 10 s', async () => {
  const project = await createProject({ configDir: 'config' });
  const seen = await addServer(project);
  expect(
    seen.find((name) => /^\.claude\.json(?:\.lock)?$/.test(name)),
    'the client no longer makes <file>.lock before it writes .claude.json',
  ).toBe('.claude.json.lock');

  const lock = `${project.stateFile}.lock`;
  await mkdir(lock);
  utimesSync(lock, Date.now() / 1000 - 15, Date.now() / 1000 - 15);
  await run(claude, ['mcp', 'add', '-s', 'user', 'two', '--', 'true'], project);
  expect(await project.sandbox.read(project.stateFile), 'the client no longer takes over a lock that was not touched for 15 s').toContain(
    '"two"',
  );
  expect(project.sandbox.exists(lock), 'the client no longer removes a lock that it took over').toBe(false);
});

test('keeps .claude.json inside the config dir that CLAUDE_CONFIG_DIR names', async () => {
  const project = await createProject({ configDir: 'config' });
  await addServer(project);
  expect(project.sandbox.exists('.claude.json'), 'the client now keeps its state file outside the config dir').toBe(false);
});

test('records absolute paths of plugins, below CLAUDE_CODE_PLUGIN_CACHE_DIR if that is set', async () => {
  const project = await createProject();
  const { sandbox, cwd, env } = project;
  const plugin = { name: 'tools', version: '1.0.0', description: 'Tools' };
  await sandbox.write(
    'market/.claude-plugin/marketplace.json',
    JSON.stringify({ name: 'market', owner: { name: 'me' }, plugins: [{ ...plugin, source: './tools' }] }),
  );
  await sandbox.write('market/tools/.claude-plugin/plugin.json', JSON.stringify(plugin));
  const install = async (more: Environment): Promise<void> => {
    for (const args of [
      ['marketplace', 'add', sandbox.at('market')],
      ['install', 'tools@market'],
    ]) {
      expect(await run(claude, ['plugin', ...args], { cwd, env: { ...env, ...more } })).toMatchObject({ exitCode: 0 });
    }
  };
  await install({ CLAUDE_CONFIG_DIR: sandbox.at('one') });
  expect(await sandbox.read('one/plugins/installed_plugins.json'), 'the client no longer records absolute paths of plugins').toContain(
    sandbox.at('one/plugins'),
  );
  await install({ CLAUDE_CONFIG_DIR: sandbox.at('two'), CLAUDE_CODE_PLUGIN_CACHE_DIR: sandbox.at('shared/plugins') });
  expect(
    await sandbox.read('shared/plugins/installed_plugins.json'),
    'the client no longer keeps plugins in the folder that CLAUDE_CODE_PLUGIN_CACHE_DIR names',
  ).not.toContain(sandbox.at('two'));
});

test('sees through a linked CLAUDE.md at its start, but not when a file beside the target is read, unless claudeMdExcludes names that', async () => {
  const project = await createProject({ outside: true });
  const { sandbox, shared } = project;
  const instructions = await sandbox.write(shared('CLAUDE.md'), 'USER-WORD\n');
  await sandbox.seedClaude({ trust: [project.cwd], configDir: 'private' });
  await symlink(instructions, sandbox.at('private/CLAUDE.md'));
  const note = await sandbox.write(shared('notes/note.md'), 'a note\n');
  const times = async (path: string | undefined, value: object): Promise<number> => {
    const steps = path === undefined ? [] : [{ tool: 'Read', input: { file_path: path } }];
    const args = ['--permission-mode', 'bypassPermissions', ...settings(value)];
    const { request } = await ask(project, steps, { args, env: { CLAUDE_CONFIG_DIR: sandbox.at('private') }, cwd: sandbox.home });
    return `${systemText(request)}${JSON.stringify(request.body.messages)}`.split('USER-WORD').length - 1;
  };

  expect(await times(undefined, {}), 'the client no longer loads a linked CLAUDE.md once at its start').toBe(1);
  expect(await times(note, {}), 'the client no longer loads CLAUDE.md again when a file beside it is read').toBe(2);
  expect(await times(note, { claudeMdExcludes: [instructions] }), 'claudeMdExcludes no longer leaves out the second CLAUDE.md').toBe(1);
});

test('looks for values in its folder state, and neither makes nor reads storage-v2, local-settings and project-settings', async () => {
  const { cwd, env, sandbox, shared } = await createProject();
  const names = ['local-settings', 'project-settings', 'state', 'storage-v2'];
  const log = sandbox.at('trace');
  const lookedInto = async (): Promise<string[]> => {
    const terminal = openTerminal(straced(claude, ['-f', '-o', log, '--trace=%file']), [], { cwd, env });
    await terminal.waitFor(clientPrompt, 100_000);
    await terminal.submit(prompt('hello', [{ text: 'All is said.' }]));
    await terminal.waitFor(/All is said/, 60_000);
    await terminal.submit('/exit');
    await terminal.exit;
    const paths = [...(await sandbox.read(log)).matchAll(/"(\/[^"\n]*)"/g)].map(([, path = '']) => path);
    return names.filter((name) => paths.some((path) => path.startsWith(`${shared(name)}/`)));
  };
  const first = await lookedInto();
  const made = names.filter((name) => sandbox.exists(shared(name)));
  for (const name of names) await mkdir(shared(name), { recursive: true });

  expect([first, await lookedInto()], 'the client now uses a newer store').toEqual([['state'], ['state']]);
  expect([made, ...(await Promise.all(names.map(async (name) => readdir(shared(name)))))], 'the client now makes these files').toEqual([
    [],
    [],
    [],
    [],
    [],
  ]);
});
