import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { preloading } from '../../support/disk.js';
import { endProcess } from '../../support/processes.js';
import { type Environment, pclaude } from '../../support/real-client.js';
import { type LiveChild, run, start } from '../../support/run.js';
import { createSandbox } from '../../support/sandbox.js';
import { createStubClient } from '../../support/stub-client.js';
import { openTerminal } from '../../support/terminal.js';
import { eventually } from '../../support/wait.js';

const LIVES = 'pclaude: waiting for 1 session to end (main); Ctrl-C gives up\n';

interface LaunchFixture {
  /** Starts a session whose client prints `lives` and exits when its input ends. */
  readonly launch: () => LiveChild;
  readonly cwd: string;
  readonly env: Environment;
}

async function createLaunchFixture(extra: Environment): Promise<LaunchFixture> {
  const sandbox = await createSandbox();
  const cwd = await sandbox.repo('project');
  const client = await createStubClient(sandbox, 'echo lives; read line || true');
  const env = { ...sandbox.env(), ...client.env, ...extra };
  return { launch: () => start(pclaude, ['-p'], { cwd, env, input: { open: true } }), cwd, env };
}

test('two launchers wait for one place, and one of them gets it; SIGKILL frees it for the other', async () => {
  const { launch, cwd, env } = await createLaunchFixture({ PCLAUDE_LIMIT_SESSIONS: '1' });
  const first = launch();
  await lives(first);
  const others = [launch(), launch()];
  await eventually(() => others.every(({ stderr }) => stderr() === LIVES), 'both wait');
  first.stdin.end();
  expect(await first.ended).toMatchObject({ exitCode: 0, stderr: '' });

  const next = await eventually(() => others.find(isLiving), 'one of them lives');
  const last = others.find((other) => other !== next);
  if (!last) throw new Error('no launcher waits');
  const third = await run(pclaude, ['-p'], { cwd, env: { ...env, PCLAUDE_AT_LIMIT: 'fail' } });
  expect([third.exitCode, isLiving(last)]).toEqual([75, false]);
  // Its client runs on, and also holds the place until it exits.
  next.kill('SIGKILL');
  next.stdin.end();
  await lives(last);
  last.stdin.end();
  expect(await last.ended).toMatchObject({ exitCode: 0, stderr: LIVES });
});

test('fails at once if it may not wait, with the exit code for a later retry', async () => {
  const { launch, cwd, env } = await createLaunchFixture({ PCLAUDE_LIMIT_SESSIONS: '1', PCLAUDE_AT_LIMIT: 'fail' });
  const first = launch();
  await lives(first);
  const failed = await run(pclaude, ['-p'], { cwd, env });
  expect(failed).toMatchObject({
    exitCode: 75,
    stderr:
      'pclaude: 1 session runs, and limits.sessions allows 1; end one (pclaudectl sessions lists them), or raise the limit: PCLAUDE_LIMIT_SESSIONS\n',
  });
});

test('ten launchers at once never take more places than there are', async () => {
  const { launch } = await createLaunchFixture({ PCLAUDE_LIMIT_SESSIONS: '3' });
  const launchers = Array.from({ length: 10 }, launch);
  for (let ended = 0; ended < launchers.length; ended++) {
    const living = await eventually(
      () => {
        const all = launchers.filter(isLiving);
        return all.length === Math.min(ended + 3, launchers.length) ? all : undefined;
      },
      `so many live as may, after ${ended} have ended`,
      { timeout: 30_000 },
    );
    const [next] = living.filter(({ stdin }) => !stdin.writableEnded);
    next?.stdin.end();
    await next?.ended;
    expect(launchers.filter((each) => isLiving(each) && !each.stdin.writableEnded).length).toBeLessThanOrEqual(3);
  }
});

test('Ctrl-C stops the waiting, as the signal does', async () => {
  const { launch } = await createLaunchFixture({ PCLAUDE_LIMIT_SESSIONS: '1' });
  const first = launch();
  await lives(first);
  const second = launch();
  await eventually(() => second.stderr() === LIVES, 'the second waits');
  endProcess(second.pid, 'SIGINT');
  expect(await second.exit).toEqual({ exitCode: null, signal: 'SIGINT' });
});

test('waits for memory that no machine has', async () => {
  const sandbox = await createSandbox();
  const config = await sandbox.write('config.json', '{ "limits": { "freeMemoryMiB": 1e9, "atLimit": "fail" } }');
  const cwd = await sandbox.repo('project');
  const client = await createStubClient(sandbox, 'echo lives');
  const failed = await run(pclaude, ['-p'], { cwd, env: { ...sandbox.env(), ...client.env, PCLAUDE_CONFIG: config } });
  expect(failed.stderr).toMatch(
    /^pclaude: \d+ MiB of memory are free, and limits\.freeMemoryMiB asks for 1000000000; end one \(pclaudectl sessions lists them\), or lower/,
  );
  expect(failed.exitCode).toBe(75);
  expect(readdirSync(join(sandbox.stateDir, 'locks'))).toContain('limits');
});

test.runIf(process.platform === 'linux').each<readonly [free: number, extra: Environment, line: string]>([
  [210, {}, 'pclaude: 210 MiB of memory are free, and a session takes about 300: the system may end one; see pclaudectl sessions\n'],
  [210, { PCLAUDE_QUIET: '1' }, ''],
  [300, {}, ''],
])('a launch at a terminal with %d MiB of free memory, and %j, reports: %j', async (free, extra, line) => {
  const { cwd, env } = await createLaunchFixture({
    ...preloading(`import os from 'node:os'; os.freemem = () => ${free} * 2 ** 20;`),
    ...extra,
  });
  const terminal = openTerminal(pclaude, [], { cwd, env, cols: 160 });
  const screen = await terminal.waitFor(/^lives$/m);
  expect(screen.slice(0, screen.indexOf('lives'))).toBe(line);
  terminal.type('\r');
  expect(await terminal.exit).toEqual({ exitCode: 0, signal: null });
});

function isLiving(child: LiveChild): boolean {
  return child.stdout().toString().includes('lives');
}

async function lives(child: LiveChild): Promise<void> {
  await eventually(() => isLiving(child), 'its client lives');
}
