import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newId } from '../../../../src/system/id.js';
import { readManifest } from '../../../../src/session/manifest.js';
import { sessionPaths, type SessionPaths } from '../../../../src/session/paths.js';
import { pclaude, pclaudectl } from '../../../support/real-client.js';
import { run, start } from '../../../support/run.js';
import { createSandbox, type Sandbox } from '../../../support/sandbox.js';
import { createStubClient } from '../../../support/stub-client.js';
import { eventually } from '../../../support/wait.js';

/**
 * Prints a file of its config dir, of a kind that is never merged; makes a job of a session; or prints where it runs, and its arguments.
 */
const CLIENT = `
home=\${CLAUDE_CONFIG_DIR:-$HOME/.claude}
if [ "$3" = make ]; then shift 2; fi
case $1 in
  agents) cat "$home/list.tmp"; [ ! -e "$home/fail.tmp" ];;
  make) mkdir -p "$home/jobs/$2"; echo '{"state":"working"}' > "$home/jobs/$2/state.json"
    if [ "$3" = wait ]; then until [ -e "$HOME/go" ]; do sleep 0.05; done; fi;;
  *) echo "$home" "$PCLAUDE_SESSION_ID" "$@"
    if [ -d "$home/jobs" ]; then echo '{"by":"'$1'"}' > "$home/new.tmp"; mv "$home/new.tmp" "$home/settings.json"; fi;;
esac
`;

interface User {
  readonly sandbox: Sandbox;
  readonly pclaudeIn: (
    environment: Readonly<Record<string, string>>,
    ...args: string[]
  ) => Promise<{ exitCode: number | null; stdout: string; stderr: string }>;
  readonly env: Readonly<Record<string, string>>;
  /** Makes a session with a job, and returns the session's paths. */
  readonly withJob: (id: string) => Promise<SessionPaths>;
}

async function createUser(extra: Readonly<Record<string, string>> = {}): Promise<User> {
  const sandbox = await createSandbox();
  await sandbox.write('.claude/settings.json', '{}');
  const stub = await createStubClient(sandbox, CLIENT);
  const env = sandbox.env({ extra: { ...stub.env, ...extra } });
  const pclaudeIn: User['pclaudeIn'] = async (environment, ...args) => {
    const { exitCode, stdout, stderr } = await run(pclaude, args, { cwd: sandbox.home, env: { ...env, ...environment } });
    return { exitCode, stdout: stdout.toString(), stderr };
  };
  const known = new Set<string>();
  return {
    sandbox,
    env,
    pclaudeIn,
    async withJob(id) {
      expect(await pclaudeIn({}, 'make', id)).toEqual({ exitCode: 0, stdout: '', stderr: '' });
      const { stdout } = await run(pclaudectl, ['sessions', '--all', '--json'], { cwd: sandbox.home, env });
      const sessions: { id: string }[] = JSON.parse(stdout.toString());
      const made = sessions.find((session) => !known.has(session.id))?.id ?? '';
      known.add(made);
      return sessionPaths(sandbox.stateDir, made);
    },
  };
}

/** The fields of a job that the client lists, in short. */
function entry(id: string, startedAt: number): object {
  return { id, kind: 'background', startedAt };
}

function stateOf({ manifest }: SessionPaths): unknown {
  return readManifest(manifest)?.state;
}

describe('a command that names a job', () => {
  test('runs in the home that has the job, and its changes are merged; other commands run on the shared dir', async () => {
    const { sandbox, pclaudeIn, withJob } = await createUser();
    const [one, two] = [await withJob('aaaaaaaa'), await withJob('bbbbbbbb')];
    expect(await pclaudeIn({}, 'stop', 'a')).toEqual({ exitCode: 0, stdout: `${one.home} ${one.id} stop a\n`, stderr: '' });
    expect(await sandbox.read('.claude/settings.json')).toBe('{"by":"stop"}\n');
    expect(await pclaudeIn({}, 'rm', 'bbbbbbbb')).toMatchObject({ stdout: `${two.home} ${two.id} rm bbbbbbbb\n` });
    expect([stateOf(one), stateOf(two)]).toMatchObject([{ name: 'closed' }, { name: 'closed' }]);
    expect(await pclaudeIn({}, 'stop', 'c')).toMatchObject({ stdout: `${sandbox.at('.claude')}  stop c\n` });
  });

  test('starts in the same way inside another session', async () => {
    const { env, pclaudeIn, withJob } = await createUser();
    const [one, two] = [await withJob('aaaaaaaa'), await withJob('bbbbbbbb')];
    const inside = { ...env, CLAUDE_CONFIG_DIR: two.home, PCLAUDE_HOME: two.home, PCLAUDE_SESSION_ID: two.id, PCLAUDE_USER_CONFIG_DIR: '' };
    expect(await pclaudeIn(inside, 'stop', 'aaaaaaaa')).toMatchObject({ stdout: `${one.home} ${one.id} stop aaaaaaaa\n` });
  });

  test('attach gets the settings of the session, unless the user passes others', async () => {
    const { pclaudeIn, withJob } = await createUser();
    const { home, id, settings } = await withJob('aaaaaaaa');
    expect((await pclaudeIn({}, 'attach', 'aa')).stdout).toBe(`${home} ${id} --settings ${settings} attach aaaaaaaa\n`);
    expect((await pclaudeIn({}, '--settings', '{}', 'attach', 'aaaaaaaa')).stdout).toBe(`${home} ${id} --settings {} attach aaaaaaaa\n`);
    expect((await pclaudeIn({}, '--model', 'opus', 'attach', 'aaaaaaaa')).stdout).toBe(
      `${home} ${id} --settings ${settings} --model opus attach aaaaaaaa\n`,
    );
  });

  test('runs beside the client of an open session, which merges as usual', async () => {
    const { sandbox, env, pclaudeIn } = await createUser();
    const child = start(pclaude, ['make', 'aaaaaaaa', 'wait'], { cwd: sandbox.home, env });
    await eventually(async () => (await pclaudeIn({}, 'stop', 'aaaaaaaa')).stdout.includes('/sessions/'), 'the job is there');
    await sandbox.write('go', '');
    expect(await child.ended).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await sandbox.read('.claude/settings.json')).toBe('{"by":"stop"}\n');
  });

  test('leaves a discarded session unchanged, and reports it', async () => {
    const { sandbox, env, pclaudeIn, withJob } = await createUser({ PCLAUDE_SYNC: 'exit' });
    const one = await withJob('aaaaaaaa');
    await sandbox.write(
      one.manifest,
      (await sandbox.read(one.manifest)).replace('"name": "closed"', '"discarded": true, "name": "closed"'),
    );
    const state = stateOf(one);
    const note = `pclaude: session ${one.id} was discarded, so what its background sessions change in settings stays there\n`;
    expect(await pclaudeIn({}, 'stop', 'a')).toEqual({ exitCode: 0, stdout: `${one.home} ${one.id} stop a\n`, stderr: note });
    expect(await pclaudeIn({ PCLAUDE_QUIET: '1' }, 'stop', 'a')).toMatchObject({ stderr: '' });
    expect(stateOf(one)).toEqual(state);
    await run(pclaudectl, ['merge', '--all'], { cwd: sandbox.home, env });
    expect(await sandbox.read('.claude/settings.json')).toBe('{}');
  });

  test('refuses a state dir that is open to other users', async () => {
    const { sandbox, pclaudeIn, withJob } = await createUser();
    await withJob('aaaaaaaa');
    chmodSync(sandbox.stateDir, 0o755);
    expect(await pclaudeIn({}, 'stop', 'aaaaaaaa')).toEqual({
      exitCode: 77,
      stdout: '',
      stderr: `pclaude: ${sandbox.stateDir} is open to other users; run: chmod 700 '${sandbox.stateDir}'\n`,
    });
  });
});

describe('agents --json', () => {
  test('is one list of all jobs, with the exit code of a client that fails', async () => {
    const { sandbox, pclaudeIn, withJob } = await createUser();
    await sandbox.write('.claude/list.tmp', JSON.stringify([entry('cccccccc', 2)]));
    const [one, two] = [await withJob('aaaaaaaa'), await withJob('bbbbbbbb')];
    for (const [{ home }, id, at] of [
      [one, 'aaaaaaaa', 3],
      [two, 'bbbbbbbb', 1],
    ] as const)
      await sandbox.write(join(home, 'list.tmp'), JSON.stringify([entry(id, at)]));
    const all = [entry('bbbbbbbb', 1), entry('cccccccc', 2), entry('aaaaaaaa', 3)];
    expect(await pclaudeIn({}, 'agents', '--json')).toEqual({ exitCode: 0, stdout: `${JSON.stringify(all, null, 2)}\n`, stderr: '' });

    await sandbox.write(join(two.home, 'list.tmp'), 'oops');
    const line = `pclaude: the background sessions of session ${two.id} cannot be listed; they are in ${two.home}\n`;
    expect(await pclaudeIn({}, 'agents', '--json')).toEqual({
      exitCode: 0,
      stdout: `${JSON.stringify(all.slice(1), null, 2)}\n`,
      stderr: line,
    });
    await sandbox.write(join(one.home, 'fail.tmp'), '');
    await sandbox.write('.claude/list.tmp', 'Usage\n');
    expect(await pclaudeIn({}, 'agents', '--json')).toEqual({ exitCode: 1, stdout: 'Usage\n', stderr: line });
  });

  test('asks no home whose jobs have all ended, except with --all', async () => {
    const { sandbox, pclaudeIn, withJob } = await createUser();
    await sandbox.write('.claude/list.tmp', '[]');
    const { home } = await withJob('aaaaaaaa');
    await sandbox.write(join(home, 'list.tmp'), JSON.stringify([entry('aaaaaaaa', 1)]));
    await sandbox.write(join(home, 'jobs/aaaaaaaa/state.json'), '{"state":"done"}');
    expect((await pclaudeIn({}, 'agents', '--json')).stdout).toBe('[]');
    expect((await pclaudeIn({}, 'agents', '--json', '--all')).stdout).toContain('aaaaaaaa');
  });

  test('makes no state dir', async () => {
    const { sandbox, pclaudeIn } = await createUser();
    await sandbox.write('.claude/list.tmp', '[]');
    expect(await pclaudeIn({ PCLAUDE_STATE_DIR: sandbox.at(newId()) }, 'agents', '--json')).toEqual({
      exitCode: 0,
      stdout: '[]',
      stderr: '',
    });
    expect(sandbox.exists('.local')).toBe(false);
  });
});
