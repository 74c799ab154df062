import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { preloading } from '../../support/disk.js';
import { openHomes } from '../../support/project.js';
import { pclaude } from '../../support/real-client.js';
import { run } from '../../support/run.js';
import { createSandbox, type Sandbox } from '../../support/sandbox.js';
import { straced, tracing } from '../../support/strace.js';
import { createStubClient } from '../../support/stub-client.js';

/** Waits until the first sync of the session is done: it keeps good versions of the shared files last. */
const AFTER_FIRST_SYNC = 'until [ -e "$STATE"/good/*/settings.json ]; do sleep 0.02; done';

async function environment(sandbox: Sandbox, code: string): Promise<Record<string, string>> {
  await sandbox.write('.claude/settings.json', '{"a":1}');
  await sandbox.write('.claude/plans/plan.md', 'plan\n');
  const { env } = await createStubClient(sandbox, code);
  return { ...sandbox.env({ extra: { ...env, STATE: sandbox.stateDir, ANTHROPIC_API_KEY: 'none' } }) };
}

it('a launcher ends at once when its session is closed, with the exit code of its client', async () => {
  const sandbox = await createSandbox();
  const env = await environment(sandbox, 'exit 3');
  const code = `
    import { writeSync } from 'node:fs';
    for (const moment of ['beforeExit', 'exit']) process.on(moment, (code) => writeSync(1, moment + ' ' + code + '\\n'));
  `;
  expect(await run({ ...pclaude, env: {} }, ['-p'], { cwd: sandbox.home, env: { ...env, ...preloading(code) } })).toMatchObject({
    exitCode: 3,
    stdout: Buffer.from('exit 3\n'),
    stderr: '',
  });
  expect(await openHomes(sandbox)).toEqual([]);
});

// Only Linux has strace. There it must be installed: without it this test fails.
it.runIf(process.platform === 'linux')('a session that changed nothing ends with few system calls', async () => {
  const sandbox = await createSandbox();
  const env = await environment(sandbox, AFTER_FIRST_SYNC);
  const log = sandbox.at('log');
  const traced = straced({ ...pclaude, env: {} }, tracing(['%file', 'munmap', 'wait4'], log));
  expect(await run(traced, ['-p'], { cwd: sandbox.home, env })).toMatchObject({ exitCode: 0, stderr: '' });
  const lines = readFileSync(log, 'utf8').split('\n');
  const after = lines.slice(lines.findLastIndex((line) => /^wait4\(.* = [1-9]/.test(line)) + 1);
  expect(await openHomes(sandbox)).toEqual([]);
  // Each of 22 links is read once; two versions of a plan, of the settings and of the state file are looked at, opened and read. What it
  // costs to look at the processes of this user differs, and is not counted.
  const inHome = after.filter((line) => line.includes(`"${sandbox.home}/`));
  expect(inHome.filter((line) => line.startsWith('readlink(')).length).toBeLessThanOrEqual(28);
  expect(inHome.filter((line) => !line.startsWith('readlink(')).length).toBeLessThanOrEqual(64);
  expect(after.filter((line) => line.startsWith('munmap(')).length).toBeLessThanOrEqual(8);
});
