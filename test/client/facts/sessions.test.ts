import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { processStart } from '../../../src/system/process.js';
import { prompt } from '../../support/messages-api.js';
import { endProcess } from '../../support/processes.js';
import { createProject, type Project } from '../../support/project.js';
import { claude } from '../../support/real-client.js';
import { clientPrompt, openTerminal, pressUntil, type Terminal } from '../../support/terminal.js';
import { eventually } from '../../support/wait.js';

test('describes itself in sessions/<pid>.json while it runs: its start, conversation, folder and name', async () => {
  const project = await createProject();
  const terminal = await open(project);
  expect(await record(project, terminal), 'the client no longer describes itself in sessions/<pid>.json').toMatchObject({
    pid: terminal.pid,
    procStart: processStart(terminal.pid),
    sessionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    cwd: project.cwd,
    kind: 'interactive',
    startedAt: expect.any(Number),
    name: expect.any(String),
  });
  await terminal.submit('/exit');
  await terminal.exit;
  expect(existsSync(pathOf(project, terminal)), 'the client no longer removes that file when it exits').toBe(false);
});

test('records there since when it is busy, idle, or waits for its user', async () => {
  const project = await createProject();
  const terminal = await open(project, '--permission-mode', 'default');
  const becomes = async (status: string): Promise<number> => {
    const found = await eventually(async () => {
      const { status: own, statusUpdatedAt } = await record(project, terminal);
      return own === status && typeof statusUpdatedAt === 'number' ? statusUpdatedAt : undefined;
    }, `the client no longer says that it is ${status}`);
    return found;
  };
  const touch = { tool: 'Bash', input: { command: 'touch made', description: 'Make a file' } };
  await terminal.submit(prompt('Make a file', [{ hold: 'held' }, touch, { text: 'Made.' }]));
  await project.api.arrived('held', 1);
  const times = [await becomes('busy')];
  project.api.release('held');
  times.push(await becomes('waiting'));
  await pressUntil(terminal, '\r', (screen) => screen.includes('Made.'));
  times.push(await becomes('idle'));
  expect(times, 'the client no longer records since when').toEqual(times.toSorted((one, other) => one - other));
});

test('leaves that file behind when it is killed, and other clients leave it as well', async () => {
  const project = await createProject();
  const killed = await open(project);
  await record(project, killed);
  endProcess(killed.pid);
  await killed.exit;
  await record(project, await open(project));
  expect(existsSync(pathOf(project, killed)), 'another process removes the file of a client that was killed').toBe(true);
});

test('records the working tree that it has made, with --worktree', async () => {
  const project = await createProject();
  const terminal = await open(project, '--worktree', 'feature');
  expect(await record(project, terminal), 'the client no longer records its working tree').toMatchObject({
    cwd: join(project.cwd, '.claude/worktrees/feature'),
  });
});

async function open(project: Project, ...args: readonly string[]): Promise<Terminal> {
  const terminal = openTerminal(claude, args, project);
  await terminal.waitFor(clientPrompt);
  return terminal;
}

async function record(project: Project, terminal: Terminal): Promise<Readonly<Record<string, unknown>>> {
  return eventually(async () => JSON.parse(await readFile(pathOf(project, terminal), 'utf8')), 'the client describes itself');
}

function pathOf({ shared }: Project, { pid }: Terminal): string {
  return shared('sessions', `${pid}.json`);
}
