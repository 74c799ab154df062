import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { readManifest } from '../../../src/session/manifest.js';
import { processState } from '../../../src/system/process.js';
import { endProcess } from '../../support/processes.js';
import { type Environment, pclaude, pclaudectl } from '../../support/real-client.js';
import { type LiveChild, run, start } from '../../support/run.js';
import { createSandbox, type Sandbox } from '../../support/sandbox.js';
import { createStubClient } from '../../support/stub-client.js';
import { eventually } from '../../support/wait.js';

/** Prints its pid, and the variables that scripts in it see. */
const PRINT_SLOT = 'echo "$$ ${PCLAUDE_SLOT:-0} ${PCLAUDE_PORT_BASE:-0} $PCLAUDE_BRANCH."\n';
const WAIT = 'read line || true\n';
/** Runs until its input ends. */
const PRINT_AND_WAIT = PRINT_SLOT + WAIT;

let sandbox: Sandbox;
let env: Environment;
beforeEach(async () => {
  sandbox = await createSandbox();
  env = sandbox.env({ extra: (await createStubClient(sandbox, PRINT_AND_WAIT)).env });
});

interface SlotOutput {
  readonly client: number;
  readonly slot: number;
  readonly port: number;
  readonly branch: string;
}

interface Session extends LiveChild {
  /** The output of its client, as soon as it is there. */
  readonly output: () => Promise<SlotOutput>;
}

function launch(cwd: string, extra: Environment = {}): Session {
  const child = start(pclaude, ['-p', 'hello'], { cwd, env: { ...env, ...extra }, input: { open: true } });
  return {
    ...child,
    async output() {
      const line = await eventually(
        () => /^(\d+) (\d+) (\d+) (.*)\.$/m.exec(child.stdout().toString()) ?? undefined,
        'the client prints its slot',
        { timeout: 30_000 },
      );
      const [, client, slot, port, branch = ''] = line;
      return { client: Number(client), slot: Number(slot), port: Number(port), branch };
    },
  };
}

async function end(...sessions: readonly Session[]): Promise<void> {
  for (const { stdin } of sessions) stdin.end();
  for (const { ended } of sessions) expect(await ended).toMatchObject({ exitCode: 0, stderr: '' });
}

/** Ends this session alone as a power cut would. */
async function kill(session: Session): Promise<void> {
  const { client } = await session.output();
  for (const pid of [session.pid, client]) endProcess(pid);
  await session.exit;
  await hasEnded(client);
}

async function hasEnded(client: number): Promise<void> {
  await eventually(() => (processState(client)?.letter ?? 'Z') === 'Z', 'the end of the client');
}

const numbered = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);

describe('fifty sessions of one repository that are launched at once', () => {
  test('have the slots 1 to 50 and their own ports; slots of killed sessions are reused, the lowest first', {
    timeout: 120_000,
  }, async () => {
    const cwd = await sandbox.repo('project');
    const sessions = numbered(1, 50).map(() => launch(cwd));
    const output = await Promise.all(sessions.map(async (session) => session.output()));
    expect(output.map(({ slot }) => slot).toSorted((a, b) => a - b)).toEqual(numbered(1, 50));
    expect(output.map(({ port }) => port).toSorted((a, b) => a - b)).toEqual(numbered(0, 49).map((block) => 23_000 + 20 * block));

    const killed = sessions.filter((_, at) => at % 10 === 0);
    const free = output.filter((_, at) => at % 10 === 0).map(({ slot }) => slot);
    await Promise.all(killed.map(kill));
    const again = free.map(() => launch(cwd));
    const slots = await Promise.all(again.map(async (session) => (await session.output()).slot));
    expect(slots.toSorted((a, b) => a - b)).toEqual(free.toSorted((a, b) => a - b));

    await end(...sessions.filter((session) => !killed.includes(session)), ...again);
    const last = launch(cwd);
    expect(await last.output()).toMatchObject({ slot: 1, port: 23_000 });
    await end(last);
  });
});

test('slots are counted for each repository, in all its working trees; ports are counted over all repositories', async () => {
  const one = await sandbox.repo('one');
  const two = await sandbox.repo('two');
  const [worktree = ''] = await sandbox.worktrees('one', 1);
  for (const name of ['here', 'there']) mkdirSync(sandbox.at(name));
  const sessions: Session[] = [];
  const output: unknown[] = [];
  for (const cwd of [one, two, worktree, sandbox.at('here'), sandbox.at('there'), sandbox.at('here')]) {
    const session = launch(cwd);
    sessions.push(session);
    const { slot, port, branch } = await session.output();
    output.push([slot, port, branch]);
  }
  expect(output).toEqual([
    [1, 23_000, 'main'],
    [1, 23_020, 'main'],
    [2, 23_040, 'branch-1'],
    [1, 23_060, ''],
    [1, 23_080, ''],
    [2, 23_100, ''],
  ]);

  const listed = await run(pclaudectl, ['sessions', '--json'], { cwd: one, env });
  expect(JSON.parse(listed.stdout.toString())).toMatchObject([1, 1, 2, 1, 1, 2].map((slot) => ({ slot })));
  await end(...sessions);
});

test('a slot stays taken while the client runs on after its launcher was killed', async () => {
  const cwd = await sandbox.repo('project');
  // Its input ends with its launcher.
  const stub = await createStubClient(sandbox, `${PRINT_SLOT}[ -z "$LASTS" ] || exec sleep 600\n${WAIT}`);
  const first = launch(cwd, { ...stub.env, LASTS: '1' });
  const { client, slot } = await first.output();
  first.kill('SIGKILL');
  await first.exit;
  const second = launch(cwd);
  expect([slot, (await second.output()).slot]).toEqual([1, 2]);

  endProcess(client);
  await hasEnded(client);
  const third = launch(cwd);
  expect((await third.output()).slot).toBe(1);
  await end(second, third);
});

test('a process that a session has left running in the background keeps its slot', async () => {
  const cwd = await sandbox.repo('project');
  const stub = await createStubClient(
    sandbox,
    `${PRINT_AND_WAIT}[ -z "$LEAVES" ] || sh -c 'until [ -e "$HOME/go" ]; do sleep 0.05; done' 3>&- 4>&- 5>&- > /dev/null 2>&1 &`,
  );
  const leaving = launch(cwd, { ...stub.env, LEAVES: '1' });
  expect((await leaving.output()).slot).toBe(1);
  await end(leaving);
  const beside = launch(cwd);
  expect((await beside.output()).slot).toBe(2);

  await sandbox.write('go', '');
  await eventually(async () => {
    const session = launch(cwd);
    const { slot } = await session.output();
    await end(session);
    return slot === 1;
  }, 'the slot is free');
  await end(beside);
});

test('a session in a session has its own slot', async () => {
  const cwd = await sandbox.repo('project');
  const stub = await createStubClient(
    sandbox,
    `if [ -n "$INSIDE" ]; then\n${PRINT_AND_WAIT}else\nINSIDE=1 "$NODE" "$PCLAUDE" -p hello\necho "outside $PCLAUDE_SLOT"\nfi`,
  );
  const session = launch(cwd, { ...stub.env, NODE: pclaude.file, PCLAUDE: pclaude.args[0] ?? '' });

  expect(await session.output()).toMatchObject({ slot: 2, port: 23_020 });
  await end(session);
  expect(session.stdout().toString()).toContain('outside 1\n');
});

test('the ports are those that the user has configured', async () => {
  const cwd = await sandbox.repo('project');
  const config = await sandbox.write('config.json', '{ "slots": { "portBase": 40000, "ports": 5 } }');
  const sessions = [launch(cwd, { PCLAUDE_CONFIG: config }), launch(cwd, { PCLAUDE_CONFIG: config })];
  const output = await Promise.all(sessions.map(async (session) => session.output()));

  expect(output.map(({ port }) => port).toSorted((a, b) => a - b)).toEqual([40_000, 40_005]);
  await end(...sessions);
});

test('if no slot can be taken, the session has none, and one line reports why', async () => {
  const cwd = await sandbox.repo('project');
  mkdirSync(sandbox.stateDir, { recursive: true, mode: 0o700 });
  writeFileSync(join(sandbox.stateDir, 'slots'), 'in the way');
  const session = launch(cwd);
  expect(await session.output()).toMatchObject({ slot: 0, port: 0, branch: 'main' });
  session.stdin.end();

  const place = join(sandbox.stateDir, 'slots');
  const { exitCode, stderr } = await session.ended;
  expect({ exitCode, stderr }).toEqual({
    exitCode: 0,
    stderr: `pclaude: PCLAUDE_SLOT and PCLAUDE_PORT_BASE are not set in this session, because of ${place}: a file stands where a folder is needed\n`,
  });
  const [id = ''] = readdirSync(join(sandbox.stateDir, 'sessions'));
  expect(readManifest(join(sandbox.stateDir, 'sessions', id, 'session.json'))?.slot).toBeNull();
});
