import { basename, join } from 'node:path';
import { readlink } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { prompt } from '../support/messages-api.js';
import { claude, pclaude, pclaudectl } from '../support/real-client.js';
import { run, start } from '../support/run.js';
import { expectNotes, expectUntouched, heldProject, killedSession, takes } from './held-project.js';
import { readMemory, writeMemory } from './memory-calls.js';
import { memoryProject, type MemoryProject } from './memory-project.js';
import { sessionFolders, sessionStates } from './session-files.js';

test('a session that is discarded while it runs works on, and pclaude merges nothing of it at its end', async () => {
  const project = await heldProject();
  const { api, sandbox, stateFile } = project;
  const server = { tool: 'Bash', input: { command: `'${claude.file}' mcp add --scope user added -- true`, description: 'Add a server' } };
  const steps = [...takes('one'), server, { hold: 'noted' }, readMemory('one.md'), writeMemory('two.md', 'two\n'), { text: 'Done.' }];
  const session = start(pclaude, ['-p', '--permission-mode', 'bypassPermissions', prompt('Take notes', steps)], project);
  await api.arrived('noted', 1);
  const [folder = ''] = await sessionFolders(sandbox.stateDir);
  expect(await discard(project, folder)).toEqual([`${basename(folder)}: will be discarded when it ends\n`, '', 0]);
  expect(await discard(project, folder)).toEqual([`${basename(folder)}: will be discarded when it ends\n`, '', 0]);
  api.release('noted');

  const { stdout, stderr, exitCode } = await session.ended;
  expect([stdout.toString(), stderr, exitCode]).toEqual([
    'Done.\n',
    `pclaude: discarded 2 memories from main; all of it stays in ${folder} until pclaudectl gc\n`,
    0,
  ]);
  await expectUntouched(project);
  expect(await sandbox.read(stateFile)).not.toContain('"added"');
  await expectDiscarded(project, folder);
  expect(await sandbox.read(join(folder, 'old-notes', 'one.md'))).toBe('by one\n');
});

test('a killed session can be discarded: no launch merges it, and its conversation can be continued', async () => {
  const project = await heldProject();
  const folder = await killedSession(project);
  const line = `discarded 1 memory from main; all of it stays in ${folder.replace(project.sandbox.home, '~')} until pclaudectl gc`;
  expect(await discard(project, folder)).toEqual([`${basename(folder)}: ${line}\n`, '', 0]);
  await expectUntouched(project);
  await expectDiscarded(project, folder);

  const resumed = await run(pclaude, ['-p', '--continue', prompt('Go on', takes('two'))], project);
  expect(resumed).toMatchObject({ exitCode: 0, stderr: '' });
  expect(await project.memoryFiles()).toEqual(['MEMORY.md', 'start.md', 'two.md']);
});

test('a session that is discarded while it runs and then killed is not merged by the next launch', async () => {
  const project = await heldProject();
  const { sandbox } = project;
  const folder = await killedSession(project, async (session) => void (await discard(project, session)));
  expect(await run(pclaude, ['-p', 'hello'], project)).toMatchObject({ exitCode: 0, stderr: '' });
  await expectUntouched(project);
  expect(await sessionStates(sandbox.stateDir)).toEqual(['closed', 'closed']);
  await expectDiscarded(project, folder);
});

test('a continuous session cannot be discarded while it runs', async () => {
  const project = await memoryProject();
  const { api, sandbox } = project;
  const session = start(pclaude, ['-p', prompt('Take notes', [...takes('one'), { hold: 'noted' }])], project);
  await api.arrived('noted', 1);
  const [folder = ''] = await sessionFolders(sandbox.stateDir);
  const reason =
    'it is running, and what it writes is merged at once; only a session that was started with PCLAUDE_SYNC=exit can be discarded while it runs';
  expect(await discard(project, folder)).toEqual(['', `pclaudectl: session ${basename(folder)} was not discarded: ${reason}\n`, 1]);
  api.release('noted');
  await session.ended;
  await expectNotes(project, 'one');
  expect(await discard(project, folder)).toEqual([`${basename(folder)}: nothing to discard\n`, '', 0]);
});

async function discard(project: MemoryProject, session: string): Promise<[stdout: string, stderr: string, exitCode: number | null]> {
  const { stdout, stderr, exitCode } = await run(pclaudectl, ['merge', '--discard', basename(session)], project);
  return [stdout.toString(), stderr, exitCode];
}

/** No command merges the session again, and the path of its notes leads to the shared memory. */
async function expectDiscarded(project: MemoryProject, session: string): Promise<void> {
  const before = await project.memoryFiles();
  const merged = await run(pclaudectl, ['merge', '--all'], project);
  expect(merged).toMatchObject({ stderr: '', exitCode: 0 });
  expect(merged.stdout.toString()).not.toContain('merged ');
  expect(await project.memoryFiles()).toEqual(before);
  expect(await readlink(join(session, 'notes'))).toBe(project.memory);
}
