import { expect, test } from 'vitest';
import { pclaude, pclaudectl } from '../../support/real-client.js';
import { run, start } from '../../support/run.js';
import { createSandbox } from '../../support/sandbox.js';
import { eventually } from '../../support/wait.js';

test('sessions lists running sessions, and with --all closed ones; as a table and as JSON', async () => {
  const sandbox = await createSandbox();
  const cwd = await sandbox.repo('project');
  const env = sandbox.env({ extra: { PCLAUDE_CLAUDE_PATH: await client(sandbox.write), ANTHROPIC_API_KEY: 'none' } });
  const list = async (...args: string[]): Promise<string> => (await run(pclaudectl, ['sessions', ...args], { cwd, env })).stdout.toString();
  const json = async (...args: string[]): Promise<unknown> => JSON.parse(await list('--json', ...args));
  expect([await list(), await json()]).toEqual(['', []]);

  const session = start(pclaude, ['hello'], { cwd, env, input: { open: true } });
  await eventually(() => session.stdout().toString().includes('started'), 'the client runs');
  expect(await list()).toMatch(
    /^ID +STATE +ACTIVITY +IDLE +AGE +UNMERGED +BRANCH +FOLDER +MEMORY\n\w{10} +running +- +- +0m +- +main +\S*project +~\/\.claude\/\S+memory\n$/,
  );
  expect(await json()).toMatchObject([
    {
      status: 'running',
      isolated: true,
      unmerged: [],
      conversations: [],
      pid: session.pid,
      cwd,
      branch: 'main',
      sharedDir: sandbox.at('.claude'),
      sync: 'continuous',
    },
  ]);

  session.stdin.end('go on\n');
  await session.ended;
  expect(await json()).toEqual([]);
  expect(await json('--all')).toMatchObject([{ status: 'closed', cwd }]);
});

test.each([
  ['--version', /^\d+\.\d+\.\d+\n$/],
  ['--help', /^Usage: pclaudectl /],
])('%s', async (flag, output) => {
  const sandbox = await createSandbox();
  const { stdout, exitCode } = await run(pclaudectl, [flag], { cwd: sandbox.home, env: sandbox.env() });
  expect(stdout.toString()).toMatch(output);
  expect(exitCode).toBe(0);
});

test('an unknown command is an error on stderr with a hint', async () => {
  const sandbox = await createSandbox();
  const { stdout, stderr, exitCode } = await run(pclaudectl, ['sesions'], { cwd: sandbox.home, env: sandbox.env() });
  expect(stdout.toString()).toBe('');
  expect(stderr).toContain("unknown command 'sesions'");
  expect(stderr).toContain('pclaudectl --help');
  expect(exitCode).toBe(1);
});

test.each([
  [['help'], 'Usage: pclaudectl [options] [command]'],
  [['help', 'merge'], 'Usage: pclaudectl merge [options] [session...]'],
  [['help', 'worktree', 'add'], 'Usage: pclaudectl worktree add [options] <branch>'],
  [['help', 'wt', 'rm'], 'Usage: pclaudectl worktree remove|rm [options] <worktree>'],
  [['wt', 'ls', '--help'], 'Usage: pclaudectl worktree list|ls [options]'],
])('%j prints the usage of a command', async (args, usage) => {
  const sandbox = await createSandbox();
  const { stdout, stderr, exitCode } = await run(pclaudectl, args, { cwd: sandbox.home, env: sandbox.env() });
  expect([stdout.toString().split('\n')[0], stderr, exitCode]).toEqual([usage, '', 0]);
});

test.each([
  [['help', 'worktree', 'ad'], 'pclaudectl: there is no command "worktree ad"; see: pclaudectl help worktree\n'],
  [['worktree', 'add'], "error: missing required argument 'branch'\nrun pclaudectl worktree add --help to see how it is used\n"],
  [['gc', '--forse'], "error: unknown option '--forse'\n(Did you mean --force?)\nrun pclaudectl gc --help to see how it is used\n"],
])('%j: the error points to the help of that command', async (args, message) => {
  const sandbox = await createSandbox();
  const { stderr, exitCode } = await run(pclaudectl, args, { cwd: sandbox.home, env: sandbox.env() });
  expect([stderr.replaceAll(/\n+/g, '\n'), exitCode]).toEqual([message, 1]);
});

/** A client that prints a line when it runs, and exits on request. */
async function client(write: (path: string, content: string) => Promise<string>): Promise<string> {
  const path = await write('bin/client', '#!/bin/sh\necho started\nread line\n');
  const { chmod } = await import('node:fs/promises');
  await chmod(path, 0o755);
  return path;
}
