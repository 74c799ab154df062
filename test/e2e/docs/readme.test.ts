import { chmodSync } from 'node:fs';
import { expect, test } from 'vitest';
import { install } from '../../support/installed.js';
import { isOfClone, readmeBlocks } from '../../support/readme.js';
import type { Environment } from '../../support/real-client.js';
import { run } from '../../support/run.js';
import { createSandbox, type Sandbox } from '../../support/sandbox.js';
import { createStubClient } from '../../support/stub-client.js';

const BLOCKS = readmeBlocks();

/** Prints its version, or a list without jobs. */
const CLIENT = 'if [ "$1" = --version ]; then echo "2.1.332 (Claude Code)"; else echo "[]"; fi';

async function prepare(): Promise<{ readonly sandbox: Sandbox; readonly cwd: string; readonly env: Environment }> {
  const sandbox = await createSandbox();
  const [{ folder }, client, cwd] = [await install(sandbox), await createStubClient(sandbox, CLIENT), await sandbox.repo('project')];
  // Uninstalls nothing.
  chmodSync(await sandbox.write('npm/bin/npm', '#!/bin/sh\necho "npm $*"\n'), 0o755);
  return { sandbox, cwd, env: { ...sandbox.env({ path: [folder] }), ...client.env } };
}

test('the blocks that the next test leaves out are those of a clone, which test/load/readme.test.ts runs', () => {
  expect(BLOCKS.filter(isOfClone).map(({ heading }) => heading)).toEqual(['See it', 'See it', 'Install', 'Update and uninstall']);
  expect(BLOCKS.filter((block) => !isOfClone(block)).map(({ heading }) => heading)).toEqual(['Use', 'Use', 'Update and uninstall']);
});

test.each(BLOCKS.filter((block) => !isOfClone(block)))('each line of this block works as written: $heading', async ({ heading, code }) => {
  const { sandbox, cwd, env } = await prepare();
  await run({ name: 'sh', file: '/bin/sh', args: ['-c', 'pclaude'], env: {} }, [], { cwd, env });
  for (const line of code.trimEnd().split('\n')) {
    const shell = { name: 'bash', file: '/usr/bin/env', args: ['bash', '-c', line], env: {} };
    const { stderr, exitCode } = await run(shell, [], { cwd, env });
    expect([line, stderr.split('\n').filter((each) => /^(?:error|pclaude\w*:|bash:|sh:)/.test(each)), exitCode]).toEqual([line, [], 0]);
  }
  expect(sandbox.exists(sandbox.stateDir)).toBe(heading === 'Use');
});
