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

/** The lease of a turn for memory, in milliseconds. */
const LEASE_MS = 5_000;

/** A client on a busy machine needs some more time to continue. */
const BY_LEASE_MS = 3 * LEASE_MS;

/** A hand-over takes some milliseconds, so half a lease shows that the next session did not wait for the lease. */
const HANDED_OVER_MS = LEASE_MS / 2;

type Step = 'waits for a turn' | 'has a turn' | 'has written';
type Victim = 'launcher' | 'client' | 'hook';

interface Kill {
  readonly step: Step;
  readonly victim: Victim;
  /** Whether the file contains the edit of the session at the end. */
  readonly isWritten: boolean;
}

/** At every step every process that exists then: no hook runs between the two events of a call. */
const KILLS: readonly Kill[] = [
  { step: 'waits for a turn', victim: 'launcher', isWritten: true },
  { step: 'waits for a turn', victim: 'client', isWritten: false },
  { step: 'waits for a turn', victim: 'hook', isWritten: true },
  { step: 'has a turn', victim: 'launcher', isWritten: true },
  { step: 'has a turn', victim: 'client', isWritten: false },
  { step: 'has written', victim: 'launcher', isWritten: true },
  { step: 'has written', victim: 'client', isWritten: true },
  { step: 'has written', victim: 'hook', isWritten: true },
];

test.each(KILLS)(
  'the $victim of a session that $step is killed: the next one has its turn, and no edit is lost or doubled',
  async (kill) => {
    const project = await memoryProject();
    const killed = await startWriter(project, 'killed', 'began');
    const next = await startWriter(project, 'next', 'here');
    const others =
      kill.step === 'waits for a turn' ? await killInQueue(project, killed, next, kill) : await killInTurn(project, killed, next, kill);
    await allEnded(project);
    const text = await project.readMemoryFile('start.md');
    const count = (writer: Writer): number => text.split(writer.says).length - 1;
    expect({ killed: count(killed), others: [next, ...others].map(count) }).toEqual({
      killed: kill.isWritten ? 1 : 0,
      others: [next, ...others].map(() => 1),
    });
    expect(await project.memoryFiles()).toEqual(['MEMORY.md', 'start.md']);
    expect(turnsIn(project)).toEqual([]);
  },
);

test('a stopped launcher delays other sessions no longer than the lease', async () => {
  const project = await memoryProject();
  const stopped = await startWriter(project, 'stopped', 'began');
  const next = await startWriter(project, 'next', 'here');
  await takeTurn(project, stopped);
  stopped.launcher.kill('SIGSTOP');
  const began = performance.now();
  next.letGo();
  next.edit();
  expect(await next.launcher.ended).toMatchObject({ exitCode: 0 });
  expect(performance.now() - began).toBeLessThan(BY_LEASE_MS);
  stopped.launcher.kill('SIGCONT');
  stopped.letGo();
  expect(await stopped.launcher.ended).toMatchObject({ exitCode: 0, stderr: '' });
  expect(await project.readMemoryFile('start.md')).toBe('It began, says stopped, here, says next,.\n');
  await allEnded(project);
  expect(turnsIn(project)).toEqual([]);
});

/** Kills a session that waits while another one has the turn. Returns the other one. */
async function killInQueue(project: MemoryProject, killed: Writer, next: Writer, { victim }: Kill): Promise<Writer[]> {
  const first = await startWriter(project, 'first', 'It');
  await takeTurn(project, first);
  killed.edit();
  await killProcess(victim, killed);
  killed.letGo();
  next.letGo();
  next.edit();
  await next.pidOf('hook');
  first.letGo();
  await written(project, next);
  return [first];
}

/** Kills a session that has the turn, or has written, while the next one waits. */
async function killInTurn(project: MemoryProject, killed: Writer, next: Writer, { step, victim }: Kill): Promise<Writer[]> {
  await takeTurn(project, killed);
  next.letGo();
  next.edit();
  await next.pidOf('hook');
  if (step === 'has written') {
    // A stopped launcher does not answer, so the hook after the write waits for it.
    killed.launcher.kill('SIGSTOP');
    killed.letGo();
    await written(project, killed);
  }
  await killProcess(victim, killed);
  const began = performance.now();
  killed.launcher.kill('SIGCONT');
  await written(project, next);
  expect(performance.now() - began).toBeLessThan(HANDED_OVER_MS);
  killed.letGo();
  return [];
}

/** A session that edits `start.md` when the test lets it. */
interface Writer {
  /** The text that its edit adds. */
  readonly says: string;
  readonly launcher: LiveChild;
  readonly edit: () => void;
  /** One of the user's hooks delays the call before the write until then. */
  readonly letGo: () => void;
  readonly pidOf: (process: 'client' | 'hook') => Promise<number>;
}

/** Starts a session, and waits until it has read the file. Its edit adds words after `place`. */
async function startWriter(project: MemoryProject, name: string, place: string): Promise<Writer> {
  const { api, sandbox, shared, cwd, env } = project;
  const says = `says ${name},`;
  const gate = await sandbox.write(`gate-${name}`, '');
  // The hook looks for the gate of the session whose words the call contains.
  const command = `event=$(cat); for gate in '${sandbox.at()}'/gate-*; do case $event in *"says \${gate##*-},"*) while [ -e "$gate" ]; do sleep 0.05; done;; esac; done`;
  await sandbox.write(
    shared('settings.json'),
    JSON.stringify({ hooks: { PreToolUse: [{ matcher: 'Edit', hooks: [{ type: 'command', command }] }] } }),
  );
  const work = prompt(`Work of ${name}`, [readMemory('start.md'), { hold: name }, editMemory('start.md', place, `${place}, ${says}`)]);
  const launcher = start(pclaude, ['-p', work], { cwd, env, timeout: 120_000 });
  launcher.ended.catch(() => undefined);
  await api.arrived(name, 1);
  const processes = async (): Promise<{ pid: number; command: string }[]> => processesWithHome(sandbox.home);
  const client = async (): Promise<{ pid: number; session: string } | undefined> => {
    for (const { pid, command: line } of await processes()) {
      const session = /^\S*claude --settings \S*\/sessions\/([^/]+)\//.exec(line)?.[1];
      if (session !== undefined && line.includes(`Work of ${name}`)) return { pid, session };
    }
    return undefined;
  };
  const { pid, session } = await eventually(client, 'the client');
  const hook = async (): Promise<number | undefined> =>
    (await processes()).find(({ command: line }) => /^\S*perl -e .*ask\.pl /.test(line) && line.includes(session))?.pid;
  return {
    says,
    launcher,
    edit: () => api.release(name),
    letGo: () => rmSync(gate, { force: true }),
    pidOf: async (process) => (process === 'client' ? pid : eventually(hook, 'the hook')),
  };
}

async function takeTurn(project: MemoryProject, writer: Writer): Promise<void> {
  writer.edit();
  await eventually(() => isTurnHeldByCall(project), 'the turn of a call');
}

/** Kills one process of a session that waits at its hook, or has no hook. */
async function killProcess(victim: Victim, { launcher, pidOf }: Writer): Promise<void> {
  if (victim === 'launcher') launcher.kill('SIGKILL');
  else endProcess(await pidOf(victim));
}

async function written(project: MemoryProject, { says }: Writer): Promise<void> {
  await eventually(async () => (await project.readMemoryFile('start.md')).includes(says), `the text: ${says}`, { timeout: 60_000 });
}

async function allEnded(project: MemoryProject): Promise<void> {
  await eventually(async () => (await processesWithHome(project.sandbox.home)).length === 0, 'the end of all sessions', {
    timeout: 60_000,
  });
}
