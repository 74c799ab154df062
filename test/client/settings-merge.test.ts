import { watch } from 'node:fs';
import { lstat, mkdir, readdir, readFile, rmdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { prompt, type Step } from '../support/messages-api.js';
import { processesWithHome } from '../support/processes.js';
import { createProject, openHomes, type Project } from '../support/project.js';
import { claude, clientPath, pclaude, type Program } from '../support/real-client.js';
import { run, start, type LiveChild } from '../support/run.js';
import { clientPrompt, openTerminal, pressUntil } from '../support/terminal.js';
import { atEnd } from '../support/lifetime.js';
import { eventually } from '../support/wait.js';
import { someOf } from '../support/some-of.js';

describe('settings.json', () => {
  test('keeps the concurrent changes of two sessions and a plain claude, key by key', async () => {
    const project = await createProject();
    const { api, sandbox, shared } = project;
    const settings = await sandbox.write(shared('settings.json'), '{"permissions":{"allow":["Bash(ls)"]},"model":"opus"}\n');

    const terminal = openTerminal(pclaude, [], project);
    await terminal.waitFor(clientPrompt);
    const market = startSession(project, `${clientPath()} plugin marketplace add ${await marketplace(project, 'in-session')}`, [
      { hold: 'market' },
    ]);
    await api.arrived('market', 1);
    await succeed(project, claude, ['plugin', 'marketplace', 'add', await marketplace(project, 'plain')]);
    await writeFile(settings, (await sandbox.read(settings)).replace('"Bash(ls)"', '"Bash(ls)", "Bash(pwd)"'));

    terminal.type('/config\r');
    await terminal.waitFor(/Search settings/);
    terminal.type('Show tips');
    await pressUntil(terminal, '\u001B[B', (screen) => /❯ Show tips +on/.test(screen));
    await pressUntil(terminal, ' ', (screen) => /❯ Show tips +off/.test(screen));
    await pressUntil(terminal, '\u001B', (screen) => clientPrompt.test(screen) && !screen.includes('Show tips  '));
    await terminal.submit('/exit');
    await terminal.exit;
    api.release('market');
    expect(await market.ended).toMatchObject({ exitCode: 0, stderr: '' });

    const merged = await readJson(settings);
    expect(merged).toMatchObject({
      model: 'opus',
      spinnerTipsEnabled: false,
      permissions: { allow: ['Bash(ls)', 'Bash(pwd)'] },
      extraKnownMarketplaces: { plain: {}, 'in-session': {} },
    });
  });

  test('keeps the comment and the format of a user who edits it meanwhile', async () => {
    const project = await createProject();
    const { api, sandbox, shared } = project;
    const settings = await sandbox.write(shared('settings.json'), '{\n\t"model": "opus",\n\t"cleanupPeriodDays": 30\n}\n');
    const session = startSession(project, 'true', [{ hold: 'edit' }]);
    await api.arrived('edit', 1);
    const [home = ''] = await openHomes(sandbox);
    // Otherwise its launcher would merge the one edit before the other is made.
    process.kill(session.pid, 'SIGSTOP');
    await writeFile(settings, '{\n\t// the best one\n\t"model":   "sonnet",\n\t"cleanupPeriodDays": 30\n}\n');
    await editInHome(join(home, 'settings.json'), '"cleanupPeriodDays": 30', '"cleanupPeriodDays": 60,\n\t"spinnerTipsEnabled": false');
    process.kill(session.pid, 'SIGCONT');
    api.release('edit');

    expect(await session.ended).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await sandbox.read(settings)).toBe(
      '{\n\t// the best one\n\t"model":   "sonnet",\n\t"cleanupPeriodDays": 60,\n\t"spinnerTipsEnabled": false\n}\n',
    );
  });

  test('stays the same file when a session changes nothing', async () => {
    const project = await createProject();
    const settings = await project.sandbox.write(project.shared('settings.json'), '{"model":"opus"}\n');
    const before = await lstat(settings);
    await startSession(project, 'true').ended;

    const { ino, mtimeMs } = await lstat(settings);
    expect({ ino, mtimeMs }).toEqual({ ino: before.ino, mtimeMs: before.mtimeMs });
  });
});

describe('.claude.json', () => {
  test('keeps the MCP servers that two sessions and a plain claude add and remove at once', async () => {
    const project = await createProject();
    const { api, stateFile } = project;
    await succeed(project, claude, ['mcp', 'add', '-s', 'user', 'old', '--', 'true']);
    const client = clientPath();
    const sessions = ['one', 'two'].map((name) =>
      startSession(project, `${client} mcp add -s user ${name} -- true`, [{ hold: 'sessions' }]),
    );
    const remover = startSession(project, `${client} mcp remove -s user old`, [{ hold: 'sessions' }]);
    await api.arrived('sessions', 3);
    await succeed(project, claude, ['mcp', 'add', '-s', 'user', 'plain', '--', 'true']);
    api.release('sessions');
    for (const session of [...sessions, remover]) expect(await session.ended).toMatchObject({ exitCode: 0, stderr: '' });

    expect(await servers(stateFile)).toEqual(['one', 'plain', 'two']);
    expect(await trusted(stateFile)).toEqual([project.cwd]);
  });

  test('keeps the trust given in two sessions at once, and counts both starts', async () => {
    const project = await createProject({ untrusted: true });
    const { sandbox, stateFile } = project;
    await writeFile(stateFile, (await sandbox.read(stateFile)).replace('{', '{\n  "numStartups": 5,'));
    const other = await sandbox.repo('other');
    const terminals = [project.cwd, other].map((cwd) => openTerminal(pclaude, [], { ...project, cwd }));
    for (const terminal of terminals) {
      await pressUntil(terminal, '\u001B[B', (screen) => screen.includes('❯ Yes, I trust'));
      await pressUntil(terminal, '\r', (screen) => clientPrompt.test(screen));
    }
    for (const terminal of terminals) {
      await terminal.submit('/exit');
      expect((await terminal.exit).exitCode).toBe(0);
    }

    expect(await trusted(stateFile)).toEqual([other, project.cwd]);
    expect(await readJson(stateFile)).toMatchObject({ numStartups: 7 });
    const again = openTerminal(claude, [], { ...project, cwd: other });
    expect(await again.waitFor(/Yes, I trust|^❯/m)).not.toContain('Yes, I trust');
  });

  test.each([undefined, 'config'])("is written under the client's own lock (config dir %s)", async (configDir) => {
    const project = await createProject({ configDir });
    const { stateFile } = project;
    const seen: string[] = [];
    const watcher = watch(dirname(stateFile), (_, name) => seen.push(name ?? ''));
    atEnd(() => watcher.close());
    const session = startSession(project, `${clientPath()} mcp add -s user one -- true`);

    expect(await session.ended).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await servers(stateFile)).toEqual(['one']);
    await eventually(() => seen.filter((name) => name === '.claude.json.lock').length >= 2, 'the lock, made and removed');
    const written = seen.filter((name) => /^\.claude\.json(?:\.lock)?$/.test(name));
    expect(written.at(0)).toBe('.claude.json.lock');
    expect(written).toContain('.claude.json');
    expect(written.at(-1)).toBe('.claude.json.lock');
  });

  test('waits for a client that holds the lock, and keeps what that client writes', async () => {
    const project = await createProject();
    const { sandbox, shared, stateFile } = project;
    const lock = `${stateFile}.lock`;
    const add = `${clientPath()} plugin marketplace add ${await marketplace(project, 'in-session')} && ${clientPath()} mcp add -s user one -- true`;
    await mkdir(lock);
    const read = await readJson(stateFile);
    const session = startSession(project, add);
    // A merge writes the state file last.
    await eventually(() => sandbox.exists(shared('settings.json')), 'the merge of the settings', { timeout: 30_000 });
    const before = await switches(session.pid);
    await eventually(async () => {
      await utimes(lock, new Date(), new Date());
      return (await switches(session.pid)) > before + 20;
    }, 'the launcher, looking at the lock again and again');
    expect((await processesWithHome(sandbox.home)).filter(({ command }) => command.startsWith(clientPath()))).toEqual([]);
    expect(await readJson(stateFile)).toEqual(read);
    await writeFile(stateFile, JSON.stringify({ ...read, mcpServers: { held: { type: 'stdio', command: 'true', args: [], env: {} } } }));
    await rmdir(lock);

    expect(await session.ended).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await servers(stateFile)).toEqual(['held', 'one']);
    expect(sandbox.exists(lock)).toBe(false);
  });
});

describe('a shared file that does not parse when a session ends is quarantined and rebuilt', () => {
  const broken = ['{ "half": ', '', '\u0000\u0001'];

  test.each(someOf(broken))('.claude.json: %j', async (content) => {
    const project = await createProject();
    const { api, cwd, stateFile } = project;
    await succeed(project, claude, ['mcp', 'add', '-s', 'user', 'old', '--', 'true']);
    const session = startSession(project, `${clientPath()} mcp add -s user one -- true`, [], [{ hold: 'break' }]);
    await api.arrived('break', 1);
    await writeFile(stateFile, content);
    api.release('break');

    await expectSetAside(await session.ended, stateFile, content);
    expect(await servers(stateFile)).toEqual(['old', 'one']);
    expect(await trusted(stateFile)).toEqual([cwd]);
  });

  test.each(someOf(broken, 1))('settings.json: %j', async (content) => {
    const project = await createProject();
    const { api, sandbox, shared } = project;
    const settings = await sandbox.write(shared('settings.json'), '{"model":"opus"}\n');
    const session = startSession(
      project,
      `${clientPath()} plugin marketplace add ${await marketplace(project, 'new')}`,
      [],
      [{ hold: 'break' }],
    );
    await api.arrived('break', 1);
    await writeFile(settings, content);
    api.release('break');

    await expectSetAside(await session.ended, settings, content);
    expect(await readJson(settings)).toMatchObject({ model: 'opus', extraKnownMarketplaces: { new: {} } });
  });

  test('a valid file that the user keeps under another name behind a link is not quarantined', async () => {
    const project = await createProject();
    const { sandbox, shared } = project;
    const real = await sandbox.write('dotfiles/claude-settings', '{"model":"opus"}\n');
    await mkdir(shared(), { recursive: true });
    await symlink(real, shared('settings.json'));
    const session = startSession(project, `${clientPath()} plugin marketplace add ${await marketplace(project, 'new')}`);

    expect(await session.ended).toMatchObject({ exitCode: 0, stderr: '' });
    expect((await lstat(shared('settings.json'))).isSymbolicLink()).toBe(true);
    expect(await readdir(sandbox.at('dotfiles'))).toEqual(['claude-settings']);
    expect(await readJson(real)).toMatchObject({ model: 'opus', extraKnownMarketplaces: { new: {} } });
  });
});

/** A session whose client runs a command with Bash, between the steps `before` and `after`. */
function startSession({ cwd, env }: Project, command: string, after: readonly Step[] = [], before: readonly Step[] = []): LiveChild {
  const steps = [...before, { tool: 'Bash', input: { command, description: 'Change the configuration' } }, ...after];
  return start(pclaude, ['-p', '--allowedTools', 'Bash', '--', prompt('configure', steps)], { cwd, env });
}

async function succeed({ cwd, env }: Project, program: Program, args: readonly string[]): Promise<void> {
  expect(await run(program, args, { cwd, env })).toMatchObject({ exitCode: 0, stderr: '' });
}

async function marketplace({ sandbox }: Project, name: string): Promise<string> {
  await sandbox.write(`markets/${name}/.claude-plugin/marketplace.json`, JSON.stringify({ name, owner: { name: 'me' }, plugins: [] }));
  return sandbox.at('markets', name);
}

async function editInHome(path: string, from: string, to: string): Promise<void> {
  const text = await readFile(path, 'utf8');
  expect(text).toContain(from);
  await writeFile(path, text.replace(from, to));
}

async function expectSetAside(
  { exitCode, stderr }: { exitCode: number | null; stderr: string },
  path: string,
  content: string,
): Promise<void> {
  const folder = dirname(path);
  const prefix = `${path.slice(folder.length + 1)}.corrupt.`;
  const [quarantined = '', ...more] = (await readdir(folder)).filter((name) => name.startsWith(prefix));
  expect(more).toEqual([]);
  expect(quarantined.slice(prefix.length)).toMatch(/^\d{4}-\d\d-\d\dT/);
  expect(await readFile(join(folder, quarantined), 'utf8')).toBe(content);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.stringContaining(quarantined) });
}

async function readJson(path: string): Promise<object> {
  const value: unknown = JSON.parse(await readFile(path, 'utf8'));
  if (typeof value !== 'object' || value === null) throw new Error(`no object in ${path}`);
  return value;
}

async function servers(stateFile: string): Promise<string[]> {
  return keysOf(await readJson(stateFile), 'mcpServers');
}

async function trusted(stateFile: string): Promise<string[]> {
  const state = await readJson(stateFile);
  const projects = 'projects' in state && typeof state.projects === 'object' ? Object.entries(state.projects ?? {}) : [];
  return projects
    .filter(([, project]) => JSON.stringify(project).includes('"hasTrustDialogAccepted":true'))
    .map(([path]) => path)
    .toSorted();
}

function keysOf(value: object, key: string): string[] {
  const inner: unknown = Object.entries(value).find(([name]) => name === key)?.[1];
  return Object.keys(typeof inner === 'object' && inner !== null ? inner : {}).toSorted();
}

/** How often a process has slept and woken up. */
async function switches(pid: number): Promise<number> {
  return Number(/^voluntary_ctxt_switches:\s*(\d+)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]);
}
