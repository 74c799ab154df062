import { chmodSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listSessions } from '../../../src/session/list.js';
import { TEMPORARY_SUFFIX } from '../../../src/system/fs/atomic-write.js';
import { pclaude, type Program } from '../../support/real-client.js';
import { run, type RunResult } from '../../support/run.js';
import { createSandbox, type Sandbox } from '../../support/sandbox.js';
import { killing, type Moment, spread, straced, tracing } from '../../support/strace.js';
import { partOf } from '../../support/some-of.js';

/** The system calls with which a launch changes files and takes locks. Not every machine has each of them. */
const CALLS = [
  'mkdir',
  'mkdirat',
  'symlink',
  'symlinkat',
  'rename',
  'renameat',
  'renameat2',
  'openat',
  'write',
  'fcntl',
  'statx',
  'ioctl',
  'copy_file_range',
  'sendfile',
  'unlink',
  'unlinkat',
  'rmdir',
];
/** This many of each, from the first to the last: test/e2e/session/create-crash.test.ts tries them all, but in one process. */
const OF_EACH = partOf(6, 2);

// Only Linux has strace. There it must be installed: without it this test fails.
describe.runIf(process.platform === 'linux')('a launch that is killed by the system', () => {
  it('leaves nothing half made, at whichever system call, when the next launch has ended', { timeout: 600_000 }, async () => {
    const moments = await momentsOf(await createHome());
    for (const kind of [/^mkdir/, /^symlink/, /^rename/, /^openat$/, /^write$/, /^fcntl$/, /^unlink/])
      expect(moments.map(({ call }) => call)).toContainEqual(expect.stringMatching(kind));
    await Promise.all(
      [0, 1].map(async (half) => {
        for (const moment of moments.filter((_, at) => at % 2 === half)) await killAndLaunch(moment);
      }),
    );
  });
});

async function killAndLaunch({ call, nth }: Moment): Promise<void> {
  const sandbox = await createHome();
  const killed = await launch(sandbox, killing({ call, nth }));
  expect({ call, nth, signal: killed.signal }).toEqual({ call, nth, signal: 'SIGKILL' });
  const { stateDir } = sandbox;
  expect(await run(launcher, ['-p'], { cwd: sandbox.at('project'), env: environment(sandbox) })).toMatchObject({ exitCode: 3, stderr: '' });
  expect(readdirSync(join(stateDir, 'open'))).toEqual([]);
  const { sessions } = listSessions(stateDir);
  expect(new Set(sessions.map(({ status }) => status))).toEqual(new Set(['closed']));
  // A folder without a manifest would not be a session.
  expect(readdirSync(join(stateDir, 'sessions')).toSorted()).toEqual(sessions.map(({ manifest }) => manifest.id).toSorted());
  expect(readdirSync(sandbox.home, { recursive: true }).filter((path) => String(path).endsWith(TEMPORARY_SUFFIX))).toEqual([]);
  expect(await sandbox.read('.claude/settings.json')).toBe('{"kept":1}');
}

/**
 * Moments of a launch, some for each kind of call: from the first look at the state dir until the session is made, and to the launch's end
 * for calls that make and remove names. How often Node makes the other calls after that differs from run to run.
 */
async function momentsOf(sandbox: Sandbox): Promise<Moment[]> {
  const log = sandbox.at('log');
  expect(await launch(sandbox, tracing(CALLS, log))).toMatchObject({ exitCode: 3, stderr: '' });
  const lines = readFileSync(log, 'utf8').split('\n');
  const from = lines.findIndex((line) => line.includes(sandbox.stateDir));
  const made = lines.findLastIndex((line) => line.startsWith('rename') && line.includes('.new"'));
  expect(made).toBeGreaterThan(from);
  return CALLS.flatMap((call) => {
    const all = lines.flatMap((line, at) =>
      line.startsWith(`${call}(`) && (at <= made || /^(?:rename|unlink|rmdir)/.test(call)) ? [at] : [],
    );
    const earlier = all.filter((at) => at < from).length;
    return spread(all.length - earlier, OF_EACH).map((at) => ({ call, nth: earlier + at + 1 }));
  });
}

/** A home with something to copy and something to link, and a client that changes nothing. */
async function createHome(): Promise<Sandbox> {
  const sandbox = await createSandbox();
  await sandbox.write('.claude/settings.json', '{"kept":1}');
  await sandbox.write('.claude/plans/plan.md', 'a plan\n');
  await sandbox.write('project/notes.md', 'notes\n');
  chmodSync(await sandbox.write('bin/claude', '#!/bin/sh\nexit 3\n'), 0o755);
  return sandbox;
}

const launcher: Program = { ...pclaude, env: {} };

async function launch(sandbox: Sandbox, options: readonly string[]): Promise<RunResult> {
  return run(straced(launcher, options), ['-p'], { cwd: sandbox.at('project'), env: environment(sandbox) });
}

function environment(sandbox: Sandbox): Record<string, string> {
  return { ...sandbox.env({ extra: { PCLAUDE_CLAUDE_PATH: sandbox.at('bin/claude'), ANTHROPIC_API_KEY: 'none' } }) };
}
