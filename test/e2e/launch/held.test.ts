import { chmod, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { preloading } from '../../support/disk.js';
import { type Environment, pclaude } from '../../support/real-client.js';
import { run } from '../../support/run.js';
import { createSandbox } from '../../support/sandbox.js';

const given = v.object({ autoMemoryDirectory: v.string() });

/** Runs a session whose client shows its settings: the memory folder that it got, and the output of pclaude. */
async function memoryFolder(extra: Environment): Promise<{ folder: string; notes: string; stderr: string }> {
  const sandbox = await createSandbox();
  const client = await sandbox.write('bin/client', '#!/bin/sh\ncat "$2"\n');
  await chmod(client, 0o755);
  const env = sandbox.env({ extra: { PCLAUDE_CLAUDE_PATH: client, ANTHROPIC_API_KEY: 'none', ...extra } });
  const { stdout, stderr, exitCode } = await run(pclaude, [], { cwd: await sandbox.repo('project'), env });
  expect(exitCode).toBe(0);
  const sessions = join(sandbox.stateDir, 'sessions');
  const [id = ''] = await readdir(sessions);
  return { folder: v.parse(given, JSON.parse(stdout.toString())).autoMemoryDirectory, notes: join(sessions, id, 'notes'), stderr };
}

test('PCLAUDE_SYNC=exit gives the client its own memory folder', async () => {
  const { folder, notes, stderr } = await memoryFolder({ PCLAUDE_SYNC: 'exit' });
  expect([folder, stderr]).toEqual([notes, '']);
});

test("an administrator's memory folder takes precedence: notes that cannot be held back are merged at once, and one line reports it", async () => {
  const managed = preloading(`
    import fs from 'node:fs';
    const isManaged = (path) => /claude-code\\/managed-settings\\.json$/i.test(path) || /ClaudeCode\\/managed-settings\\.json$/.test(path);
    const { existsSync, readFileSync } = fs;
    fs.existsSync = (path) => isManaged(path) || existsSync(path);
    fs.readFileSync = (path, ...more) => (isManaged(path) ? '{"autoMemoryDirectory":"/srv/memory"}' : readFileSync(path, ...more));
  `);
  const { folder, stderr } = await memoryFolder({ PCLAUDE_SYNC: 'exit', ...managed });
  expect(folder).toBe('/srv/memory');
  expect(stderr).toBe(
    'pclaude: an administrator has set autoMemoryDirectory, so this session cannot hold its notes back: they are merged at once\n',
  );
});
