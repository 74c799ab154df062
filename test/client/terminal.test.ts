import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { prompt } from '../support/messages-api.js';
import { createProject, type Project } from '../support/project.js';
import { endProcess } from '../support/processes.js';
import { claude, pclaude, type Program } from '../support/real-client.js';
import { run } from '../support/run.js';
import type { Sandbox } from '../support/sandbox.js';
import { commandLine, openShell, shellPrompt } from '../support/shell.js';
import { clientPrompt, openTerminal, type Terminal } from '../support/terminal.js';
import { eventually } from '../support/wait.js';

describe('a run with -p exits as under claude, and is merged', () => {
  test.each<readonly [name: string, end: (terminal: Terminal) => void]>([
    ['Ctrl-C', (terminal) => terminal.type('\u0003')],
    ['Ctrl-\\', (terminal) => terminal.type('\u001C')],
    ['SIGINT sent to the pclaude process alone', (terminal) => endProcess(terminal.pid, 'SIGINT')],
    ['SIGTERM sent to the pclaude process alone', (terminal) => endProcess(terminal.pid, 'SIGTERM')],
  ])('%s', async (_, end) => {
    const project = await createProject();
    const exits = [];
    for (const [program, conversations] of [
      [claude, 1],
      [pclaude, 2],
    ] as const) {
      const terminal = openTerminal(program, ['-p', prompt('wait', [{ hold: 'held' }])], project);
      await project.api.arrived('held', conversations);
      if (program === pclaude) await leaveNote(project.sandbox);
      end(terminal);
      exits.push(await terminal.exit);
    }

    expect(exits[1]).toEqual(exits[0]);
    await expectMerged(project.sandbox);
  });
});

describe('the interactive client exits as under claude, and is merged', () => {
  test.each<readonly [name: string, end: (terminal: Terminal) => Promise<unknown> | void]>([
    ['/exit', async (terminal) => terminal.submit('/exit')],
    ['Ctrl-C twice', ctrlCTwice],
    ['Ctrl-D twice', ctrlDTwice],
    ['SIGINT sent to the pclaude process alone', (terminal) => void endProcess(terminal.pid, 'SIGINT')],
    ['SIGTERM sent to the pclaude process alone', (terminal) => void endProcess(terminal.pid, 'SIGTERM')],
    ['SIGHUP sent to the pclaude process alone', (terminal) => void endProcess(terminal.pid, 'SIGHUP')],
  ])('%s', async (_, end) => {
    const project = await createProject();
    const exits = [];
    for (const program of [claude, pclaude]) {
      const terminal = openTerminal(program, [], project);
      await terminal.waitFor(clientPrompt);
      if (program === pclaude) await leaveNote(project.sandbox);
      await end(terminal);
      exits.push(await terminal.exit);
    }

    expect(exits[1]).toEqual(exits[0]);
    await expectMerged(project.sandbox);
  });
});

test('Ctrl-C stops an answer, and the conversation continues', async () => {
  const project = await createProject();
  const terminal = openTerminal(pclaude, [], project);
  await terminal.waitFor(clientPrompt);
  // A question without any answer yet would return to the input line.
  const read = { tool: 'Read', input: { file_path: project.sandbox.at('project/README.md') } };
  await terminal.submit(prompt('Wait a while', [read, { hold: 'held' }]));
  await project.api.arrived('held', 1);
  terminal.type('\u0003');
  await terminal.waitFor(/Interrupted/);
  await terminal.submit(prompt('Go on', [{ text: 'It goes on.' }]));
  await terminal.waitFor(/It goes on\./);

  await leaveNote(project.sandbox);
  await terminal.submit('/exit');
  expect(await terminal.exit).toEqual({ exitCode: 0, signal: null });
  await expectMerged(project.sandbox);
});

test('a new window size reaches the client', async () => {
  const project = await createProject();
  const terminal = openTerminal(pclaude, [], project);
  await terminal.waitFor(clientPrompt);
  await terminal.waitFor(/^─{100}$/m);
  terminal.resize(60, 30);
  await terminal.waitFor(/^─{60}$/m);
  await terminal.submit('/exit');
  expect(await terminal.exit).toEqual({ exitCode: 0, signal: null });
});

test('a terminal that is closed ends the client, and the session is merged', async () => {
  const project = await createProject();
  // The kernel hangs up the inner terminal when the program that made it exits.
  const owner: Program = {
    name: 'script',
    file: '/usr/bin/script',
    args: ['-qec', `exec env ${commandLine(pclaude, [])}`, '/dev/null'],
    env: {},
  };
  const terminal = openTerminal(owner, [], project);
  await terminal.waitFor(clientPrompt);
  await leaveNote(project.sandbox);
  endProcess(terminal.pid);

  expect(await eventually(async () => project.sandbox.read('.claude/note.txt'), 'the note is merged')).toBe('from the session\n');
  // A program that the client had started may outlive it for a moment; the next launch then closes the session.
  const launched = async (): Promise<boolean> => {
    await run(pclaude, ['-p', prompt('hello', [])], project);
    return (await openSessions(project.sandbox)).length === 0;
  };
  await eventually(launched, 'the end of the session', { timeout: 30_000 });
});

describe('in a shell with job control', () => {
  test('Ctrl-Z suspends the client and fg continues it', async () => {
    const project = await createProject();
    const shell = await openReadyShell(project);
    shell.type(`${commandLine(pclaude, [])}\r`);
    await shell.waitFor(clientPrompt);
    shell.type('\u001A');
    expect(await shell.waitFor(stopped)).not.toContain('❯');
    await leaveNote(project.sandbox);
    shell.type('fg\r');
    await shell.waitFor(clientPrompt);
    await shell.submit(prompt('Still there?', [{ text: 'Yes, still.' }]));
    await shell.waitFor(/Yes, still\./);
    await shell.submit('/exit');

    expect(await statusOf(shell)).toBe('0');
    await expectMerged(project.sandbox);
  });

  test('Ctrl-Z suspends a run with -p and fg continues it', async () => {
    const project = await createProject();
    const shell = await openReadyShell(project);
    shell.type(`${commandLine(pclaude, ['-p', prompt('wait', [{ hold: 'held' }, { text: 'It was held.' }])])}\r`);
    await project.api.arrived('held', 1);
    await leaveNote(project.sandbox);
    shell.type('\u001A');
    await shell.waitFor(stopped);
    shell.type('fg\r');
    project.api.release('held');
    await shell.waitFor(/^It was held\.$/m);

    expect(await statusOf(shell)).toBe('0');
    await expectMerged(project.sandbox);
  });

  test('the shell sees the signal that ended the client', async () => {
    const project = await createProject();
    const statuses = [];
    for (const [program, conversations] of [
      [claude, 1],
      [pclaude, 2],
    ] as const) {
      const shell = await openReadyShell(project);
      shell.type(`${commandLine(program, ['-p', prompt('wait', [{ hold: 'held' }])])}\r`);
      await project.api.arrived('held', conversations);
      shell.type('\u0003');
      statuses.push(await statusOf(shell));
    }

    expect(statuses[1]).toEqual(statuses[0]);
    expect(await openSessions(project.sandbox)).toEqual([]);
  });
});

const atShellPrompt = new RegExp(`${shellPrompt}$`);
const stopped = new RegExp(`Stopped[^]*${shellPrompt}$`);

async function openReadyShell(project: Project): Promise<Terminal> {
  const shell = openShell(project);
  await shell.waitFor(atShellPrompt);
  return shell;
}

/** The value of `$?` at the next prompt. */
async function statusOf(shell: Terminal): Promise<string | undefined> {
  await shell.waitFor(atShellPrompt);
  shell.type('echo "status <$?>"\r');
  return /^status <(\d+)>/m.exec(await shell.waitFor(/^status <\d+>/m))?.[1];
}

async function ctrlCTwice(terminal: Terminal): Promise<void> {
  terminal.type('\u0003');
  await terminal.waitFor(/Press Ctrl-C again to exit/);
  terminal.type('\u0003');
}

async function ctrlDTwice(terminal: Terminal): Promise<void> {
  terminal.type('\u0004');
  await terminal.waitFor(/Press Ctrl-D again to exit/);
  terminal.type('\u0004');
}

/** Writes a file with an unknown name into the home of the only open session, as a tool of the client might. */
async function leaveNote(sandbox: Sandbox): Promise<void> {
  const [id = ''] = await openSessions(sandbox);
  await writeFile(join(sandbox.stateDir, 'sessions', id, '.claude', 'note.txt'), 'from the session\n');
}

async function expectMerged(sandbox: Sandbox): Promise<void> {
  expect(await openSessions(sandbox)).toEqual([]);
  expect(await sandbox.read('.claude/note.txt')).toBe('from the session\n');
}

async function openSessions(sandbox: Sandbox): Promise<string[]> {
  return readdir(join(sandbox.stateDir, 'open'));
}
