import { chmodSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { endProcess, processesWithHome } from '../../support/processes.js';
import { pclaude, type Program } from '../../support/real-client.js';
import { run, start } from '../../support/run.js';
import { createSandbox } from '../../support/sandbox.js';
import { commandLine, openShell, shellPrompt } from '../../support/shell.js';
import { openTerminal, type Terminal } from '../../support/terminal.js';
import { eventually } from '../../support/wait.js';

const launcher: Program = { ...pclaude, env: {} };

/** Prints each signal that it gets, and exits a moment after the first one, with the number of them. */
const COUNTER = `
  const got = [];
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2']) {
    process.on(signal, () => {
      if (got.push(signal) === 1) setTimeout(() => { process.stdout.write('got ' + got.join(' ') + '.'); process.exit(40 + got.length); }, 300);
    });
  }
  process.stdin.resume();
  process.stdout.write('ready');
`;

/** Stops only itself when it reads `stop`; exits with 7 when it reads `end`. */
const STOPPER = `
  process.on('SIGCONT', () => process.stdout.write('went on'));
  process.stdin.on('data', (line) => (String(line).startsWith('stop') ? process.kill(process.pid, 'SIGSTOP') : process.exit(7)));
  process.stdout.write('ready');
`;

describe('the client gets a signal once', () => {
  test.each<readonly [name: string, signal: NodeJS.Signals, send: (terminal: Terminal) => void]>([
    ['Ctrl-C', 'SIGINT', (terminal) => terminal.type('\u0003')],
    ['Ctrl-\\', 'SIGQUIT', (terminal) => terminal.type('\u001C')],
    ['SIGINT sent to the pclaude process alone', 'SIGINT', (terminal) => void endProcess(terminal.pid, 'SIGINT')],
    ['SIGTERM sent to the pclaude process alone', 'SIGTERM', (terminal) => void endProcess(terminal.pid, 'SIGTERM')],
  ])('in a terminal: %s', async (_, signal, send) => {
    const { cwd, env } = await createClient();
    const terminal = openTerminal(launcher, [], { cwd, env });
    await terminal.waitFor(/ready/);
    send(terminal);

    expect(await terminal.waitFor(/got .*\./)).toContain(`got ${signal}.`);
    expect(await terminal.exit).toEqual({ exitCode: 41, signal: null });
  });

  test.each(['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const)('without a terminal: %s', async (signal) => {
    const { cwd, env } = await createClient();
    const child = start(launcher, [], { cwd, env, input: { open: true } });
    await eventually(() => child.stdout().includes('ready'), 'the client is ready');
    child.kill(signal);

    expect(await child.ended).toEqual({ stdout: Buffer.from(`readygot ${signal}.`), stderr: '', exitCode: 41, signal: null });
  });
});

const stopped = new RegExp(`Stopped[^]*${shellPrompt}$`);

describe('a client that stops itself', () => {
  test('gives the prompt back to the shell, and continues with fg', async () => {
    const { shell } = await startInShell();
    shell.type('stop\r');
    await shell.waitFor(stopped);
    shell.type('fg\r');
    await shell.waitFor(/went on/);
    shell.type('end\r');
    await shell.waitFor(new RegExp(`${shellPrompt}$`));
    shell.type('echo "status <$?>"\r');

    expect(await shell.waitFor(/status <\d+>/)).toContain('status <7>');
  });

  test('continues if only the pclaude process gets the signal', async () => {
    const { shell, home } = await startInShell();
    shell.type('stop\r');
    await shell.waitFor(stopped);
    const ours = (await processesWithHome(home)).find(({ command }) => command === 'pclaude');
    endProcess(ours?.pid ?? 0, 'SIGCONT');

    expect(await shell.waitFor(/went on/)).toContain('went on');
  });
});

test.each(['SIGTERM', 'SIGPIPE', 'SIGUSR1', 'SIGKILL'] as const)('pclaude exits like a client that exited by %s', async (signal) => {
  const { cwd, env } = await createClient(`kill -${signal.slice(3)} $$`, '/bin/sh');
  expect(await run(launcher, [], { cwd, env })).toEqual({ stdout: Buffer.from(''), stderr: '', exitCode: null, signal });
});

async function createClient(code = COUNTER, program = process.execPath) {
  const sandbox = await createSandbox();
  const client = await sandbox.write('client', `#!${program}\n${code}`);
  chmodSync(client, 0o755);
  return { cwd: sandbox.home, env: sandbox.env({ extra: { PCLAUDE_CLAUDE_PATH: client } }) };
}

async function startInShell() {
  const { cwd, env } = await createClient(STOPPER);
  const shell = openShell({ cwd, env });
  await shell.waitFor(new RegExp(`${shellPrompt}$`));
  shell.type(`${commandLine(launcher, [])}\r`);
  await shell.waitFor(/ready/);
  return { shell, home: cwd };
}
