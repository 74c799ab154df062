import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PCLAUDECTL_WORDS } from '../../../src/launch/mistaken.js';
import { pclaude, pclaudectl } from '../../support/real-client.js';
import { run } from '../../support/run.js';
import { createSandbox, type Sandbox } from '../../support/sandbox.js';
import { createStubClient } from '../../support/stub-client.js';
import { openTerminal, type Terminal } from '../../support/terminal.js';

const QUESTION = 'pclaude: send "sessions" to Claude as a prompt? [y/N]';

async function launch(script: string, ...args: string[]): Promise<{ readonly sandbox: Sandbox; readonly terminal: Terminal }> {
  const sandbox = await createSandbox();
  const client = await createStubClient(sandbox, script);
  const terminal = openTerminal(pclaude, args, { cwd: await sandbox.repo('project'), env: { ...sandbox.env(), ...client.env } });
  return { sandbox, terminal };
}

test.each([['n\r'], ['\u0003']])(
  'pclaude sessions --all at a terminal asks the user before it asks the model, and %j ends it',
  async (keys) => {
    const { terminal } = await launch('echo started', 'sessions', '--all');
    expect((await terminal.waitFor((screen) => screen.includes(QUESTION))).split('\n')[0]).toBe(
      'pclaude: did you mean: pclaudectl sessions --all?',
    );
    terminal.type(keys);
    expect(await terminal.exit).toEqual({ exitCode: 1, signal: null });
    expect(terminal.screen()).toContain('pclaude: nothing was sent; run: pclaudectl sessions --all');
    expect(terminal.screen()).not.toContain('started');
  },
);

test('pclaude sends the prompt if the user confirms it', async () => {
  const { terminal } = await launch('echo started', 'sessions');
  await terminal.waitFor((screen) => screen.includes(QUESTION));
  terminal.type('y\r');
  expect(await terminal.exit).toEqual({ exitCode: 0, signal: null });
  expect(terminal.screen()).toContain('started');
});

test.each([[['sessions of today']], [['-p', 'sessions']], [['hello']]])('%j is a prompt', async (args) => {
  const { terminal } = await launch('echo started', ...args);
  expect(await terminal.exit).toEqual({ exitCode: 0, signal: null });
  expect(terminal.screen().trim()).toBe('started');
});

test('pclaude does not ask without a terminal', async () => {
  const sandbox = await createSandbox();
  const client = await createStubClient(sandbox, 'echo started');
  expect(await run(pclaude, ['sessions'], { cwd: sandbox.home, env: { ...sandbox.env(), ...client.env } })).toMatchObject({
    stdout: Buffer.from('started\n'),
    stderr: '',
    exitCode: 0,
  });
});

test('the words are the commands of pclaudectl, except those that the client also has', async () => {
  const sandbox = await createSandbox();
  const { stdout } = await run(pclaudectl, ['--help'], { cwd: sandbox.home, env: sandbox.env() });
  const commands = [...stdout.toString().matchAll(/^ {2}([a-z]+)(?:\|([a-z]+))?(?: |$)/gm)].flatMap(([, name = '', alias]) =>
    alias === undefined ? [name] : [name, alias],
  );
  expect(commands.filter((name) => !['doctor', 'help'].includes(name)).toSorted()).toEqual(PCLAUDECTL_WORDS.toSorted());
});

test.runIf(process.platform === 'linux')('ps, and so the title of a terminal, shows pclaude', async () => {
  const { terminal } = await launch('echo started; read line', 'hello');
  await terminal.waitFor(/started/);
  expect([
    readFileSync(`/proc/${terminal.pid}/comm`, 'utf8'),
    readFileSync(`/proc/${terminal.pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim(),
  ]).toEqual(['pclaude\n', 'pclaude']);
  terminal.type('\r');
  expect(await terminal.exit).toEqual({ exitCode: 0, signal: null });
});

test.runIf(process.platform === 'linux')('ps shows pclaudectl', async () => {
  const sandbox = await createSandbox();
  const parent = ['lock', 'name', '--', 'sh', '-c', 'cat /proc/$PPID/comm'];
  expect((await run(pclaudectl, parent, { cwd: sandbox.home, env: sandbox.env() })).stdout.toString()).toBe('pclaudectl\n');
});
