import { chmodSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { processStart, processState } from '../../../src/system/process.js';
import type { Program } from '../../support/real-client.js';
import { start } from '../../support/run.js';
import { createSandbox, type Sandbox } from '../../support/sandbox.js';
import { openTerminal } from '../../support/terminal.js';
import { eventually } from '../../support/wait.js';

const shell: Program = { name: 'sh', file: '/bin/sh', args: ['-c'], env: {} };

describe('the state of a process', () => {
  test('shows whether it waits, is stopped, or has exited', async () => {
    const child = await startReady(await createSandbox(), shell, ['echo ready; read line']);
    await eventually(() => processState(child.pid)?.letter === 'S', 'the child waits');
    child.kill('SIGSTOP');
    await eventually(() => processState(child.pid)?.letter === 'T', 'the child is stopped');
    child.kill('SIGCONT');
    await eventually(() => processState(child.pid)?.letter === 'S', 'the child waits again');
    child.kill('SIGKILL');
    await child.ended;

    expect(processState(child.pid)).toBeUndefined();
  });

  test('is read for a program with an unusual name', async () => {
    const sandbox = await createSandbox();
    const odd = await sandbox.write('a (b) T 1 2', '#!/bin/sh\necho ready; read line\n');
    chmodSync(odd, 0o755);
    const child = await startReady(sandbox, { name: 'odd', file: odd, args: [], env: {} }, []);

    expect(processState(child.pid)?.letter).toMatch(/^[RS]$/);
  });

  test('is unknown for a missing process', () => {
    expect(processState(2 ** 30)).toBeUndefined();
  });
});

test('the start of a process is always returned in the same form, and is unknown for a missing process', async () => {
  const child = await startReady(await createSandbox(), shell, ['echo ready; read line']);
  const recorded = processStart(child.pid);

  expect(recorded).toMatch(/\d/);
  expect(processStart(child.pid)).toBe(recorded);
  expect(processStart(process.pid)).not.toBe(recorded);
  expect(processStart(2 ** 30)).toBeUndefined();
});

test('a process is in the foreground of its terminal, or in the background, or without a terminal', async () => {
  const sandbox = await createSandbox();
  const terminal = openTerminal(
    { name: 'bash', file: '/bin/bash', args: ['-c'], env: {} },
    ['set -m; sleep 60 & echo "background <$!>"; read line'],
    { cwd: sandbox.home, env: sandbox.env() },
  );
  const screen = await terminal.waitFor(/<\d+>/);
  const background = Number(/<(\d+)>/.exec(screen)?.[1]);
  const child = await startReady(sandbox, shell, ['echo ready; read line']);

  expect(processState(terminal.pid)?.foreground).toBe(true);
  expect(processState(background)?.foreground).toBe(false);
  expect(processState(process.pid)?.foreground).toBe(processState(child.pid)?.foreground);
});

async function startReady(sandbox: Sandbox, program: Program, args: readonly string[]) {
  const child = start(program, args, { cwd: sandbox.home, env: sandbox.env(), input: { open: true } });
  await eventually(() => child.stdout().includes('ready'), 'the child is ready');
  return child;
}
