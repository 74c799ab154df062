import { truncateSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pclaude } from '../../support/real-client.js';
import { run } from '../../support/run.js';
import { createSandbox } from '../../support/sandbox.js';
import { createStubClient } from '../../support/stub-client.js';

test('pclaude does not read settings that are too large before a session begins, so it reports nothing about their content', async () => {
  const sandbox = await createSandbox();
  const client = await createStubClient(sandbox, 'echo started');
  // Zeros are not JSON.
  truncateSync(await sandbox.write('.claude/settings.json', ''), 65 * 2 ** 20);
  const result = await run(pclaude, [], { cwd: await sandbox.repo('project'), env: { ...sandbox.env(), ...client.env } });
  expect(result).toMatchObject({ stdout: Buffer.from('started\n'), stderr: '', exitCode: 0 });
});
