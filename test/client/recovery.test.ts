import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { sharedLockFile } from '../../src/session/paths.js';
import { type KernelLock, tryKernelLock } from '../../src/system/kernel-lock.js';
import { lastRequests, prompt, type ToolCall, toolResults } from '../support/messages-api.js';
import { endProcessesWithHome, processesWithHome } from '../support/processes.js';
import { clientPath, pclaude } from '../support/real-client.js';
import { run, start } from '../support/run.js';
import { eventually } from '../support/wait.js';
import { editMemory, readMemory, writeMemory } from './memory-calls.js';
import { firstEntry, memoryProject, type MemoryProject } from './memory-project.js';
import { filesBelow, fingerprint, sessionFolders, sessionStates } from './session-files.js';

test('launcher and client are killed: the next launch, in another project, merges their changes', async () => {
  const project = await memoryProject();
  const { api, sandbox } = project;
  const steps = [
    { hold: 'launcher is dead' },
    writeMemory('note.md', 'Not to be lost.\n'),
    addServer('before'),
    hideTips(),
    { hold: 'all written' },
  ];
  const child = start(pclaude, ['-p', ...unasked, prompt('Change things', steps)], project);
  await api.arrived('launcher is dead', 1);
  // The session would merge a write within a second.
  child.kill('SIGKILL');
  await child.exit;
  api.release('launcher is dead');
  await api.arrived('all written', 1);
  expect(failures(project)).toEqual([]);
  await endProcessesWithHome(sandbox.home);
  await child.ended;
  expect(await sharedServers(project)).toEqual([]);
  expect(await sessionStates(sandbox.stateDir)).toEqual(['open']);

  await launchElsewhere(project);
  expect(await project.readMemoryFile('note.md')).toBe('Not to be lost.\n');
  expect(await sharedServers(project)).toEqual(['before']);
  expect(await sandbox.read('.claude/settings.json')).toContain('"spinnerTipsEnabled":false');
  expect(await sessionStates(sandbox.stateDir)).toEqual(['closed', 'closed']);
});

test('launcher, client and hook are killed before a memory is verified, which an external writer overwrites: the next launch merges it', async () => {
  const project = await memoryProject();
  const { api, sandbox, memory } = project;
  // Without its launcher the hook does the work, and it has to wait because another session is merging.
  const lock = await holdSharedLock(project);
  const steps = [readMemory('start.md'), { hold: 'launcher is dead' }, editMemory('start.md', 'here.', 'here.\nNot to be lost.')];
  const child = start(pclaude, ['-p', prompt('Take a note', steps)], project);
  await api.arrived('launcher is dead', 1);
  child.kill('SIGKILL');
  await child.exit;
  api.release('launcher is dead');
  await eventually(
    async () => (await filesBelow(sandbox.stateDir)).some((path) => path.includes('/base/unverified/')),
    'the unverified write',
    { timeout: 60_000 },
  );
  await endProcessesWithHome(sandbox.home);
  await child.ended;
  lock.release();
  await sandbox.write(join(memory, 'start.md'), 'Theirs.\nIt began here.\n');
  expect(api.requests).toHaveLength(2);

  await launchElsewhere(project);
  expect(await project.readMemoryFile('start.md')).toBe('Theirs.\nIt began here.\nNot to be lost.\n');
  expect(await project.memoryFiles()).toEqual(['MEMORY.md', 'start.md']);
});

test('only the launcher is killed: launches merge the session while its client works on, and close it after the client exits', async () => {
  const project = await memoryProject();
  const { api, sandbox } = project;
  const steps = [
    writeMemory('early.md', 'Before the kill.\n'),
    addServer('early'),
    { hold: 'launcher is dead' },
    writeMemory('late.md', 'After the kill.\n'),
    editMemory('MEMORY.md', firstEntry, `${firstEntry}- [Late](late.md) — after the kill\n`),
    addServer('late'),
    hideTips(),
  ];
  const child = start(pclaude, ['-p', ...unasked, prompt('Work on', steps)], project);
  await api.arrived('launcher is dead', 1);
  const [session = ''] = await sessionFolders(sandbox.stateDir);
  child.kill('SIGKILL');
  expect(await child.exit).toEqual({ exitCode: null, signal: 'SIGKILL' });

  await launchElsewhere(project);
  expect(await sharedServers(project)).toEqual(['early']);
  expect((await sessionStates(sandbox.stateDir)).toSorted()).toEqual(['closed', 'open']);
  const before = await fingerprint(session);
  await launchElsewhere(project);
  expect(await fingerprint(session)).toEqual(before);

  api.release('launcher is dead');
  await child.ended;
  await eventually(async () => (await processesWithHome(sandbox.home)).length === 0, 'the end of the client');
  expect(failures(project)).toEqual([]);

  await launchElsewhere(project);
  expect(await project.memoryFiles()).toEqual(['MEMORY.md', 'early.md', 'late.md', 'start.md']);
  expect(await project.readMemoryFile('MEMORY.md')).toContain('- [Late](late.md) — after the kill\n');
  expect(await sharedServers(project)).toEqual(['early', 'late']);
  expect(await sandbox.read('.claude/settings.json')).toContain('"spinnerTipsEnabled":false');
  expect(await sessionStates(sandbox.stateDir)).toEqual(['closed', 'closed', 'closed', 'closed']);
});

test('three concurrent launches merge a killed session once', async () => {
  const project = await memoryProject();
  const { api, sandbox } = project;
  const child = start(pclaude, ['-p', ...unasked, prompt('Change things', [addServer('once'), { hold: 'written' }])], project);
  await api.arrived('written', 1);
  await endProcessesWithHome(sandbox.home);
  await child.ended;

  await Promise.all([launchElsewhere(project), launchElsewhere(project), launchElsewhere(project)]);
  expect(await sharedServers(project)).toEqual(['once']);
  expect(await sessionStates(sandbox.stateDir)).toEqual(['closed', 'closed', 'closed', 'closed']);
});

/** The shell commands below are not under test. */
const unasked = ['--permission-mode', 'bypassPermissions'];

/** Adds a user MCP server with the client's own command, which writes `.claude.json`. */
function addServer(name: string): ToolCall {
  return { tool: 'Bash', input: { command: `'${clientPath()}' mcp add --scope user ${name} -- true`, description: 'Add a server' } };
}

/** Writes the user settings of the session, as `/config` does. */
function hideTips(): ToolCall {
  const command = `printf '{"spinnerTipsEnabled":false}' > "$CLAUDE_CONFIG_DIR/settings.json"`;
  return { tool: 'Bash', input: { command, description: 'Hide tips' } };
}

/** Runs a whole session in a folder that is not related to the project. */
async function launchElsewhere({ sandbox, env }: MemoryProject): Promise<void> {
  const cwd = sandbox.at('elsewhere');
  await mkdir(cwd, { recursive: true });
  expect(await run(pclaude, ['-p', 'hello'], { cwd, env })).toMatchObject({ exitCode: 0, stderr: '' });
}

/** The lock that every process takes to write to the shared dir. */
async function holdSharedLock({ sandbox }: MemoryProject): Promise<KernelLock> {
  const file = sharedLockFile(sandbox.stateDir, sandbox.at('.claude'));
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const lock = tryKernelLock(file);
  if (lock === undefined) throw new Error(`${file} is held already`);
  return lock;
}

/** The names of the shared user MCP servers. */
async function sharedServers({ sandbox }: MemoryProject): Promise<string[]> {
  const state: unknown = JSON.parse(await sandbox.read('.claude.json'));
  const servers = typeof state === 'object' && state !== null && 'mcpServers' in state ? state.mcpServers : {};
  return Object.keys(servers ?? {}).toSorted();
}

function failures({ api }: MemoryProject): string[] {
  return lastRequests(api.requests).flatMap((request) => toolResults(request).flatMap(({ isError, text }) => (isError ? text : [])));
}
