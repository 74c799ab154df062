import { chmodSync, utimesSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { pclaude } from '../../support/real-client.js';
import { run, type RunResult } from '../../support/run.js';
import { createSandbox, type Sandbox } from '../../support/sandbox.js';

const DAY_MS = 86_400_000;

/** Runs a session that leaves a file `notes.md` in its home, with these limits in the config. */
async function session(sandbox: Sandbox, log: object, client = 'echo hello > "$CLAUDE_CONFIG_DIR/notes.md"; exit 3'): Promise<RunResult> {
  const program = await sandbox.write('bin/client', `#!/bin/sh\n${client}\n`);
  chmodSync(program, 0o755);
  await sandbox.write('config/pclaude/config.json', JSON.stringify({ log }));
  const env = sandbox.env({ extra: { PCLAUDE_CLAUDE_PATH: program, ANTHROPIC_API_KEY: 'none', XDG_CONFIG_HOME: sandbox.at('config') } });
  return run(pclaude, ['hello'], { cwd: sandbox.home, env });
}

/** A log file of another shared dir that was last written this many days ago. */
async function oldLog(sandbox: Sandbox, days: number): Promise<string> {
  const path = await sandbox.write(`${sandbox.stateDir}/log/other/000001.jsonl`, 'x');
  const time = (Date.now() - days * DAY_MS) / 1000;
  utimesSync(path, time, time);
  for (const folder of [sandbox.stateDir, `${sandbox.stateDir}/log`]) chmodSync(folder, 0o700);
  return path;
}

async function logFiles(sandbox: Sandbox): Promise<string[]> {
  return (await readdir(`${sandbox.stateDir}/log`, { recursive: true })).filter((name) => name.endsWith('.jsonl'));
}

describe('the end of a session', () => {
  test('removes what exceeds the limits, in the logs of all shared dirs', async () => {
    const sandbox = await createSandbox();
    const path = await oldLog(sandbox, 8);
    await session(sandbox, { days: 9 });
    expect(sandbox.exists(path)).toBe(true);
    await session(sandbox, { days: 7 }, 'exit 3');
    expect(sandbox.exists(path)).toBe(false);
    expect(await logFiles(sandbox)).toHaveLength(1);
  });

  test.each([{ days: 0 }, { mebibytes: 0 }])('leaves nothing of the log with %j', async (limits) => {
    const sandbox = await createSandbox();
    await session(sandbox, {});
    expect(await logFiles(sandbox)).toHaveLength(1);
    expect(await session(sandbox, limits, 'echo more > "$CLAUDE_CONFIG_DIR/notes.md"; exit 3')).toMatchObject({ stderr: '', exitCode: 3 });
    expect(await sandbox.read('.claude/notes.md')).toBe('more\n');
    expect(await logFiles(sandbox)).toEqual([]);
  });

  test('is the same if the log cannot be read', async () => {
    const sandbox = await createSandbox();
    await oldLog(sandbox, 31);
    // A folder in place of the lock file.
    await sandbox.write(`${sandbox.stateDir}/locks/other/inside`, '');
    expect(await session(sandbox, {})).toMatchObject({ stderr: '', exitCode: 3 });
    expect(await sandbox.read('.claude/notes.md')).toBe('hello\n');
  });
});
