import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { prompt } from '../../support/messages-api.js';
import { endProcess, processesWithHome } from '../../support/processes.js';
import { pclaude } from '../../support/real-client.js';
import { type LiveChild, start } from '../../support/run.js';
import { eventually } from '../../support/wait.js';
import { editMemory, readMemory } from '../memory-calls.js';
import { memoryProject, type MemoryProject } from '../memory-project.js';
import { isTurnHeldByCall, turnsIn } from '../turn-files.js';

/** The lease of a turn for memory is 5 s; a client on a busy machine needs some more time to continue. */
const BY_LEASE_MS = 15_000;

interface Held {
  readonly project: MemoryProject;
  /** A session whose call holds the turn of `start.md` and does not write before `letGo`. */
  readonly holder: LiveChild;
  readonly letGo: () => void;
  /**
   * Lets another session edit the same file, and waits for its end. Its launcher may have to leave the merge of its settings to other
   * processes.
   */
  readonly other: () => Promise<void>;
}

/** One of the user's hooks delays the call of one session after the call has got its turn. */
async function holdTurn(): Promise<Held> {
  const project = await memoryProject();
  const { api, sandbox, shared, cwd, env } = project;
  const gate = await sandbox.write('gate', '');
  const command = `case $(cat) in *'says the holder'*) while [ -e '${gate}' ]; do sleep 0.05; done;; esac`;
  await sandbox.write(
    shared('settings.json'),
    JSON.stringify({ hooks: { PreToolUse: [{ matcher: 'Edit', hooks: [{ type: 'command', command }] }] } }),
  );
  // The other session waits at its edit before the turn is taken: a lease is short for a client that starts on a busy machine.
  const second = start(
    pclaude,
    ['-p', prompt('Edit', [readMemory('start.md'), { hold: 'the turn is taken' }, editMemory('start.md', 'It', 'Says another: It')])],
    { cwd, env, timeout: 120_000 },
  );
  second.ended.catch(() => undefined);
  await api.arrived('the turn is taken', 1);
  const holder = start(
    pclaude,
    ['-p', prompt('Hold', [readMemory('start.md'), editMemory('start.md', 'here.', 'here, says the holder.')])],
    { cwd, env, timeout: 120_000 },
  );
  holder.ended.catch(() => undefined);
  await eventually(async () => isTurnHeldByCall(project), 'the turn of the holder');
  const other = async (): Promise<void> => {
    api.release('the turn is taken');
    expect(await second.ended).toMatchObject({ exitCode: 0 });
  };
  return { project, holder, letGo: () => rmSync(gate, { force: true }), other };
}

async function pidOf({ sandbox }: MemoryProject, isMeant: (command: string) => boolean): Promise<number> {
  let pid = 0;
  await eventually(async () => {
    pid = (await processesWithHome(sandbox.home)).find(({ command }) => isMeant(command))?.pid ?? 0;
    return pid !== 0;
  }, 'a process');
  return pid;
}

const isClient = (command: string): boolean =>
  /claude\S* --settings/.test(command) && command.includes('Hold') && !command.includes('pclaude.js');

async function allEnded(project: MemoryProject): Promise<void> {
  await eventually(async () => (await processesWithHome(project.sandbox.home)).length === 0, 'the end of all sessions');
}

const BOTH = 'Says another: It began here, says the holder.\n';

test('other sessions take the turn of a launcher that is killed, and a later write by its client is not lost', async () => {
  const { project, holder, letGo, other } = await holdTurn();
  holder.kill('SIGKILL');
  await other();
  letGo();
  await allEnded(project);
  expect(await project.readMemoryFile('start.md')).toBe(BOTH);
  expect(await project.memoryFiles()).toEqual(['MEMORY.md', 'start.md']);
});

test('other sessions take the turn of a client that is killed', async () => {
  const { project, letGo, other } = await holdTurn();
  endProcess(await pidOf(project, isClient));
  await other();
  letGo();
  await allEnded(project);
  expect(await project.readMemoryFile('start.md')).toBe('Says another: It began here.\n');
});

test('a hook that is killed while it waits blocks no call, and nothing is lost', async () => {
  const { project, holder, letGo, other } = await holdTurn();
  const edited = other();
  edited.catch(() => undefined);
  endProcess(await pidOf(project, (command) => /ask\.pl/.test(command)));
  await edited;
  letGo();
  expect(await holder.ended).toMatchObject({ exitCode: 0, stderr: '' });
  expect(await project.readMemoryFile('start.md')).toBe(BOTH);
});

test('a stopped launcher delays other sessions no longer than the lease', async () => {
  const { project, holder, letGo, other } = await holdTurn();
  holder.kill('SIGSTOP');
  const began = Date.now();
  await other();
  expect(Date.now() - began).toBeLessThan(BY_LEASE_MS);
  holder.kill('SIGCONT');
  letGo();
  expect(await holder.ended).toMatchObject({ exitCode: 0, stderr: '' });
  expect(await project.readMemoryFile('start.md')).toBe(BOTH);
  await allEnded(project);
  expect(turnsIn(project)).toEqual([]);
});
