import * as v from 'valibot';
import { expect, test } from 'vitest';
import { git } from '../../../support/git.js';
import { type Environment, pclaude } from '../../../support/real-client.js';
import { run, start } from '../../../support/run.js';
import { createSandbox, type Sandbox } from '../../../support/sandbox.js';
import { createStubClient } from '../../../support/stub-client.js';
import { openTerminal, type Terminal } from '../../../support/terminal.js';
import { eventually } from '../../../support/wait.js';

const COMMAND = 'pclaudectl worktree add BRANCH --launch';
const DANGEROUS = `pclaude: 1 other session works in this working tree: your edits may collide; work in your own: ${COMMAND}`;
const REFUSED = `pclaude: not started, because 1 other session works in this working tree; start in a worktree of your own: ${COMMAND}`;
const QUESTION = 'pclaude: start here anyway? [y/N]';

interface RunningSession {
  readonly sandbox: Sandbox;
  /** The folder in which a session runs. */
  readonly cwd: string;
  readonly env: Environment;
  /** Launches another session at a terminal of 160 columns. */
  readonly launch: (folder: string, extra?: Environment, ...args: string[]) => Terminal;
}

async function startSession(script = 'echo lives; read line || true; echo "read <$line>"'): Promise<RunningSession> {
  const sandbox = await createSandbox();
  const cwd = await sandbox.repo('project');
  const client = await createStubClient(sandbox, script);
  const env = { ...sandbox.env(), ...client.env };
  const session = start(pclaude, ['-p'], { cwd, env, input: { open: true } });
  await eventually(() => session.stdout().toString().includes('lives'), 'its client lives');
  const launch: RunningSession['launch'] = (folder, extra = {}, ...args) =>
    openTerminal(pclaude, args, { cwd: folder, env: { ...env, ...extra }, cols: 160, rows: 24 });
  return { sandbox, cwd, env, launch };
}

test('a launch at a terminal reports the nearest other sessions in one line', async () => {
  const { sandbox, cwd, launch } = await startSession();
  const [worktree = ''] = await sandbox.worktrees('project', 1);
  await git(sandbox.home, 'clone', '--quiet', cwd, 'clone');
  const lines = [];
  for (const folder of [cwd, worktree, sandbox.at('clone'), await sandbox.repo('other')]) {
    const terminal = launch(folder);
    lines.push((await terminal.waitFor(/^lives$/m)).split('\n')[0]);
    terminal.type('\r');
    await terminal.exit;
  }
  const near = 'pclaude: 1 other session works in other worktrees of this repository: pclaudectl sessions';
  expect(lines).toEqual([DANGEROUS, near, near, 'pclaude: 1 other session works in other folders: pclaudectl sessions']);
});

/** Shell code of a client that keeps the settings it is started with as `~/seen`. */
const KEEPS_SETTINGS = 'while [ $# -gt 0 ]; do if [ "$1" = --settings ]; then cp "$2" ~/seen; fi; shift; done';

const Seen = v.object({
  hooks: v.object({ SessionStart: v.optional(v.array(v.object({ hooks: v.array(v.object({ command: v.string() })) })), []) }),
});

test('the client shows the warning about the same working tree when it starts, and nothing about others', async () => {
  const { sandbox, cwd, env, launch } = await startSession(`${KEEPS_SETTINGS}; echo lives; read line || true`);
  const [worktree = ''] = await sandbox.worktrees('project', 1);
  const shown = [];
  for (const folder of [cwd, worktree]) {
    const terminal = launch(folder);
    await terminal.waitFor(/^lives$/m);
    terminal.type('\r');
    await terminal.exit;
    const { hooks } = v.parse(Seen, JSON.parse(await sandbox.read('seen')));
    const commands = hooks.SessionStart.flatMap((each) => each.hooks.map(({ command }) => command));
    const shell = { name: 'sh', file: '/bin/sh', args: ['-c'], env: {} };
    shown.push(
      await Promise.all(commands.map(async (command) => JSON.parse((await run(shell, [command], { cwd, env })).stdout.toString()))),
    );
  }
  expect(shown).toEqual([[{ systemMessage: DANGEROUS }], []]);
});

test.each<readonly [what: string, extra: Environment, args: string[], lines: string]>([
  ['nothing with allow', { PCLAUDE_SAME_DIRECTORY: 'allow' }, [], 'lives'],
  ['nothing with PCLAUDE_QUIET', { PCLAUDE_QUIET: '1' }, [], 'lives'],
  ['nothing with -p', { PCLAUDE_SAME_DIRECTORY: 'ask' }, ['-p'], 'lives'],
  [
    'which sessions work elsewhere in the repository, and no more, if the client makes its own working tree',
    { PCLAUDE_SAME_DIRECTORY: 'worktree' },
    ['-w'],
    'pclaude: 1 other session works in other worktrees of this repository: pclaudectl sessions\nlives',
  ],
  ['that it does not start, with worktree and a conversation to continue', { PCLAUDE_SAME_DIRECTORY: 'worktree' }, ['--continue'], REFUSED],
])('a launch where another session works prints %s', async (_what, extra, args, lines) => {
  const { cwd, launch } = await startSession();
  const terminal = launch(cwd, extra, ...args);
  const isRefused = lines === REFUSED;
  if (!isRefused) {
    await terminal.waitFor(/^lives$/m);
    terminal.type('\r');
  }
  expect(await terminal.exit).toMatchObject({ exitCode: isRefused ? 1 : 0 });
  expect(
    terminal
      .screen()
      .trim()
      .replace(/\n*read <>$/, ''),
  ).toBe(lines);
});

test('with worktree it starts in its own worktree, and prints the path', async () => {
  const { sandbox, cwd, launch } = await startSession('echo "lives in $PWD"; echo "and in $(pwd -P)"; read line || true');
  const terminal = launch(cwd, { PCLAUDE_SAME_DIRECTORY: 'worktree' });
  await terminal.waitFor(/^and in/m);
  terminal.type('\r');
  await terminal.exit;
  const [line = '', ...places] = terminal.output().split(/\r?\n/);
  const [, folder = '', branch] =
    /^pclaude: other sessions work here, so this one starts in a worktree of its own: (\S+) \(branch (session\/\w{6})\)$/.exec(line) ?? [];
  expect(places.slice(0, 2)).toEqual([`lives in ${folder}`, `and in ${folder}`]);
  expect(folder.startsWith(sandbox.at('project.worktrees/'))).toBe(true);
  expect((await git(folder, 'rev-parse', '--abbrev-ref', 'HEAD')).trim()).toBe(branch);
  expect(await git(folder, 'rev-parse', 'HEAD')).toBe(await git(cwd, 'rev-parse', 'HEAD'));
});

test.each<readonly [what: string, keys: string, starts: boolean]>([
  ['y', 'y\r', true],
  ['yes', 'Yes\r', true],
  ['n', 'n\r', false],
  ['Enter', '\r', false],
  ['Ctrl-C', '\u0003', false],
  ['Ctrl-D', '\u0004', false],
])('with ask it starts only if the user confirms: %s', async (_what, keys, starts) => {
  const { cwd, launch } = await startSession();
  const terminal = launch(cwd, { PCLAUDE_SAME_DIRECTORY: 'ask' });
  expect((await terminal.waitFor((screen) => screen.includes(QUESTION))).split('\n')[0]).toBe(DANGEROUS);
  terminal.type(keys);
  if (starts) {
    await terminal.waitFor(/^lives$/m);
    // Text that is typed afterwards goes to the client.
    terminal.type('go on\r');
    await terminal.waitFor(/^read <go on>$/m);
  } else await terminal.waitFor((screen) => screen.includes(REFUSED));
  expect(await terminal.exit).toEqual({ exitCode: starts ? 0 : 1, signal: null });
  expect(terminal.screen().includes('lives')).toBe(starts);
});

test('with ask it only reports the other session if no user can answer', async () => {
  const { cwd, env } = await startSession();
  const shell = { name: 'sh', file: '/bin/sh', args: ['-c', '"$@" < /dev/null', 'sh', pclaude.file, ...pclaude.args], env: {} };
  const terminal = openTerminal(shell, [], { cwd, env: { ...env, PCLAUDE_SAME_DIRECTORY: 'ask' }, cols: 160 });
  expect((await terminal.waitFor(/^lives$/m)).split('\n')[0]).toBe(DANGEROUS);
});

test('without a terminal it prints nothing, and asks nothing', async () => {
  const { cwd, env } = await startSession();
  expect(await run(pclaude, [], { cwd, env: { ...env, PCLAUDE_SAME_DIRECTORY: 'ask' } })).toMatchObject({ stderr: '', exitCode: 0 });
});
