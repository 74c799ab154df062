import { chmod, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as v from 'valibot';
import { install } from '../support/installed.js';
import { lastRequests, memoryFolder, type ModelRequest, prompt, systemText, toolResults, userTexts } from '../support/messages-api.js';
import { createProject, openHomes, type Project } from '../support/project.js';
import { clientPath, type Environment, pclaude } from '../support/real-client.js';
import { run } from '../support/run.js';
import { eventually } from '../support/wait.js';
import { sessionFolders, sessionStates } from './session-files.js';

describe('a pclaude inside a session is a session of the shared dir that the first one uses', () => {
  test('started by Bash, and with a third one inside it', async () => {
    const installation = await createInstallation();
    const innermost = noting('innermost');
    const inner = prompt('inner', [note('inner'), bash(`pclaude -p --permission-mode bypassPermissions ${quoted(innermost)}`)]);
    await session(installation, `pclaude -p --permission-mode bypassPermissions ${quoted(inner)}`);

    expect(await sharedDirs(installation)).toEqual(Array.from({ length: 3 }, () => installation.project.shared()));
    expect(await notes(installation)).toEqual(['inner.md', 'innermost.md']);
  });

  test('started by a hook', async () => {
    const installation = await createInstallation();
    const { project } = installation;
    const start = `[ -n "$INSIDE" ] || INSIDE=1 pclaude -p --permission-mode bypassPermissions ${quoted(noting('by-hook'))} > /dev/null`;
    await project.sandbox.write(
      project.shared('settings.json'),
      JSON.stringify({ hooks: { Stop: [{ hooks: [{ type: 'command', command: start }] }] } }),
    );
    await session(installation, 'true');

    expect(await sharedDirs(installation)).toEqual([project.shared(), project.shared()]);
    expect(await notes(installation)).toEqual(['by-hook.md']);
  });

  test('after a cd, with a relative CLAUDE_CONFIG_DIR', async () => {
    const installation = await createInstallation({ configDir: 'mine' });
    await session(
      installation,
      `mkdir -p deep/er && cd deep/er && pclaude -p --permission-mode bypassPermissions ${quoted(noting('after-cd'))}`,
      {
        CLAUDE_CONFIG_DIR: '../mine',
      },
    );

    expect(await sharedDirs(installation)).toEqual([installation.project.shared(), installation.project.shared()]);
    expect(await notes(installation)).toEqual(['after-cd.md']);
    expect(await readdir(join(installation.project.cwd, 'deep', 'er'))).toEqual([]);
  });

  test.each([
    ['zsh', '.zshrc', 2],
    ['bash', '.bashrc', 1],
  ])('started by the alias, which the commands of Claude know only in zsh: in %s', async (shell, file, sessions) => {
    const installation = await createInstallation();
    await installation.project.sandbox.write(file, `eval "$(pclaudectl init ${shell})"\n`);
    await session(installation, `claude -p hello > "$HOME/answer"`, { SHELL: `/bin/${shell}` });

    expect(await installation.project.sandbox.read('answer')).toBe('done\n');
    expect(await sharedDirs(installation)).toEqual(Array.from({ length: sessions }, () => installation.project.shared()));
  });

  test("started without pclaude's own variables, and with another spelling of the home", async () => {
    const installation = await createInstallation();
    const cleaned = '$(env | cut -d= -f1 | grep ^PCLAUDE_ | grep -v STATE_DIR | sed "s/^/-u /")';
    await session(
      installation,
      `env ${cleaned} CLAUDE_CONFIG_DIR="$CLAUDE_CONFIG_DIR/." pclaude -p --permission-mode bypassPermissions ${quoted(noting('cleaned'))}`,
    );

    expect(await sharedDirs(installation)).toEqual([installation.project.shared(), installation.project.shared()]);
    expect(await notes(installation)).toEqual(['cleaned.md']);
  });

  test('a management command in it works on that dir itself', async () => {
    const installation = await createInstallation();
    const { sandbox, shared } = installation.project;
    const stub = await sandbox.write('stub', '#!/bin/sh\necho "$CLAUDE_CONFIG_DIR $CLAUDE_CODE_PLUGIN_CACHE_DIR." > "$HOME/dirs"\n');
    await chmod(stub, 0o755);
    await session(installation, `PCLAUDE_CLAUDE_PATH='${stub}' pclaude mcp list`, { CLAUDE_CONFIG_DIR: shared() });

    expect(await sandbox.read('dirs')).toBe(`${shared()} .\n`);
    expect(await sharedDirs(installation)).toEqual([shared()]);
  });
});

test('a pclaude inside a session, with a CLAUDE_CONFIG_DIR set by hand, shares that dir, and nothing of it reaches the other dir', async () => {
  const installation = await createInstallation();
  const { sandbox, shared, cwd } = installation.project;
  await sandbox.seedClaude({ configDir: 'chosen', trust: [cwd] });
  const command = 'env | grep -E "^CLAUDE_(SECURESTORAGE_CONFIG|CODE_PLUGIN_CACHE)_DIR" | sort > "$HOME/seen"';
  const inner = prompt('inner', [note('chosen'), bash(command)]);
  await session(installation, `CLAUDE_CONFIG_DIR="$HOME/chosen" pclaude -p --permission-mode bypassPermissions ${quoted(inner)}`);

  expect((await sharedDirs(installation)).toSorted()).toEqual([shared(), sandbox.at('chosen')]);
  expect(await notes(installation)).toEqual([]);
  expect(await notes(installation, 'chosen')).toEqual(['chosen.md']);
  expect(await sandbox.read('seen')).toBe(
    `CLAUDE_CODE_PLUGIN_CACHE_DIR=${sandbox.at('chosen', 'plugins')}\nCLAUDE_SECURESTORAGE_CONFIG_DIR=${sandbox.at('chosen')}\n`,
  );
});

describe('a plain claude inside a session is a part of that session', () => {
  test("it has the user's settings, hooks, CLAUDE.md and memory, but not pclaude's own hooks and rules", async () => {
    const installation = await createInstallation();
    const { api, sandbox, shared } = installation.project;
    const hook = { type: 'command', command: 'cat >> "$HOME/hooked"' };
    await sandbox.write(
      shared('settings.json'),
      JSON.stringify({ env: { FROM_SETTINGS: 'yes' }, hooks: { PreToolUse: [{ matcher: 'Bash', hooks: [hook] }] } }),
    );
    await sandbox.write(shared('CLAUDE.md'), 'Remarks of the user.\n');
    await sandbox.write(memory(installation, 'MEMORY.md'), '- [Known](known.md) — before\n');
    const inner = prompt('inner', [bash('echo "$FROM_SETTINGS" > "$HOME/from-settings"')]);
    await session(installation, `claude -p --permission-mode bypassPermissions ${quoted(inner)}`);

    expect(await sandbox.read('from-settings')).toBe('yes\n');
    expect(await sandbox.read('hooked')).toContain('from-settings');
    const asked = last(api.requests, 'inner');
    expect(systemText(asked) + userTexts(asked).join('\n')).toContain('Remarks of the user.');
    expect(systemText(asked) + userTexts(asked).join('\n')).toContain('- [Known](known.md) — before');
    expect(memoryFolder(asked)).toMatch(/\/sessions\/\w+\/\.claude\/projects\/[^/]+\/memory$/);
  });

  test.each(['default', 'acceptEdits', 'dontAsk'])(
    'in the mode %s it has the index in its prompt, but is refused its notes, because a link leads there',
    async (mode) => {
      const installation = await createInstallation();
      await installation.project.sandbox.write(memory(installation, 'MEMORY.md'), '- [Known](known.md) — before\n');
      const inner = prompt('inner', [{ tool: 'Read', input: { file_path: '${MEMORY}/MEMORY.md' } }, note('refused')]);
      await session(installation, `claude -p --permission-mode ${mode} ${quoted(inner)}`);

      const asked = last(installation.project.api.requests, 'inner');
      expect(systemText(asked) + userTexts(asked).join('\n')).toContain('- [Known](known.md) — before');
      expect(toolResults(asked).map(({ tool, isError }) => [tool, isError])).toEqual([
        ['Read', true],
        ['Write', true],
      ]);
      expect(await notes(installation)).toEqual([]);
    },
  );

  test('without that check, its writes are in the shared memory at once', async () => {
    const installation = await createInstallation();
    await session(
      installation,
      `claude -p --permission-mode bypassPermissions ${quoted(noting('plain'))} && ls "$HOME/.claude/projects/"*/memory > "$HOME/at-once"`,
    );

    expect(await installation.project.sandbox.read('at-once')).toBe('plain.md\n');
  });

  test('its changes of settings and of the state file are merged when the session ends', async () => {
    const installation = await createInstallation();
    const { sandbox, shared, stateFile } = installation.project;
    await sandbox.write(shared('settings.json'), JSON.stringify({ cleanupPeriodDays: 20 }));
    const write = `printf '{"cleanupPeriodDays":20,"spinnerTipsEnabled":false}' > "$CLAUDE_CONFIG_DIR/settings.json"`;
    await session(
      installation,
      `claude mcp add -s user ours -- some-server && claude -p --permission-mode bypassPermissions ${quoted(prompt('inner', [bash(write)]))}`,
    );

    expect(JSON.parse(await sandbox.read(shared('settings.json')))).toEqual({ cleanupPeriodDays: 20, spinnerTipsEnabled: false });
    expect(await sandbox.read(stateFile)).toContain('"ours"');
    expect(await sessionStates(sandbox.stateDir)).toEqual(['closed']);
  });

  test('its changes after the end of the session are merged by the next launch', async () => {
    const installation = await createInstallation();
    const { api, sandbox, stateFile } = installation.project;
    const after = prompt('after', [{ hold: 'the session has ended' }, bash(`'${clientPath()}' mcp add -s user late -- some-server`)]);
    await session(
      installation,
      `nohup setsid claude -p --permission-mode bypassPermissions ${quoted(after)} > /dev/null 2>&1 < /dev/null &`,
    );
    await api.arrived('the session has ended', 1);
    const [home = ''] = await openHomes(sandbox);
    api.release('the session has ended');
    await eventually(
      async () => (await readFile(join(home, '.claude.json'), 'utf8')).includes('"late"'),
      'it changes the state file of its home',
    );
    expect(await sandbox.read(stateFile)).not.toContain('"late"');

    await eventually(
      async () => {
        await session(installation, 'true');
        return (await sessionStates(sandbox.stateDir)).every((state) => state === 'closed');
      },
      'the session is closed once its last process has ended',
      { timeout: 60_000 },
    );
    expect(await sandbox.read(stateFile)).toContain('"late"');
  });
});

interface Installation {
  readonly project: Project;
  readonly env: Environment;
}

/** A project, and a PATH with pclaude and the real client on it. */
async function createInstallation(options: Parameters<typeof createProject>[0] = {}): Promise<Installation> {
  const project = await createProject(options);
  const { folder } = await install(project.sandbox);
  return { project, env: { ...project.env, PATH: `${folder}:${project.env['PATH'] ?? ''}` } };
}

/** A session whose model runs one shell command. */
async function session({ project, env }: Installation, command: string, extra: Environment = {}) {
  const result = await run(pclaude, ['-p', '--permission-mode', 'bypassPermissions', prompt('outer', [bash(command)])], {
    cwd: project.cwd,
    env: { ...env, ...extra },
    timeout: 120_000,
  });
  expect(result).toMatchObject({ exitCode: 0, stderr: '' });
  return result;
}

function bash(command: string) {
  return { tool: 'Bash', input: { command, description: 'Do it' } };
}

function note(name: string) {
  return { tool: 'Write', input: { file_path: `\${MEMORY}/${name}.md`, content: `by ${name}\n` } };
}

function noting(name: string): string {
  return prompt(name, [note(name)]);
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** The shared dirs of all sessions. */
async function sharedDirs({ project }: Installation): Promise<string[]> {
  const texts = (await sessionFolders(project.sandbox.stateDir)).map(async (folder) => readFile(join(folder, 'session.json'), 'utf8'));
  return (await Promise.all(texts)).map((text) => v.parse(manifest, JSON.parse(text)).shared.dir);
}

/** The notes in the memory of the project, in the shared dir or in another dir. */
async function notes({ project }: Installation, configDir?: string): Promise<string[]> {
  const projects = configDir === undefined ? project.shared('projects') : project.sandbox.at(configDir, 'projects');
  const names = await readdir(join(projects, slug(project.cwd), 'memory')).catch(() => []);
  return names.filter((name) => name !== 'MEMORY.md').toSorted();
}

function memory({ project }: Installation, name: string): string {
  return project.shared('projects', slug(project.cwd), 'memory', name);
}

function slug(path: string): string {
  return path.replaceAll(/[^a-zA-Z0-9]/g, '-');
}

/** The last request of the conversation that began with this text. */
function last(requests: readonly ModelRequest[], text: string): ModelRequest {
  const found = lastRequests(requests).find((request) => userTexts(request).some((part) => part.includes(`${text}\n[[script:`)));
  if (found === undefined) throw new Error(`no request asked ${text}`);
  return found;
}

const manifest = v.object({ shared: v.object({ dir: v.string() }) });
