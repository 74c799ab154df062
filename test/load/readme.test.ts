import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { isOfClone, readmeBlocks } from '../support/readme.js';
import type { Environment } from '../support/real-client.js';
import { run } from '../support/run.js';
import { createSandbox } from '../support/sandbox.js';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

/** `.ci/run` runs the block of the tests. */
const BLOCKS = readmeBlocks().filter((block) => isOfClone(block) && !block.code.includes('npm test'));

test('the README: its commands for a clone demonstrate, install and update pclaude', { timeout: 2_700_000 }, async () => {
  const sandbox = await createSandbox();
  const clone = sandbox.at('clone');
  execFileSync('git', ['clone', '--quiet', REPOSITORY, clone]);
  const prefix = sandbox.at('npm');
  const env = { ...sandbox.env({ path: [`${prefix}/bin`] }), ...npmOptions(), npm_config_prefix: prefix };
  const bash = async (code: string): Promise<{ stdout: string; exitCode: number | null; stderr: string }> => {
    const { stdout, stderr, exitCode } = await run({ name: 'bash', file: '/usr/bin/env', args: ['bash', '-c', code], env: {} }, [], {
      cwd: clone,
      env,
      timeout: 900_000,
    });
    return { stdout: stdout.toString(), stderr, exitCode };
  };
  expect(BLOCKS.map(({ heading }) => heading)).toEqual(['See it', 'Install', 'Update and uninstall']);
  const outputs: string[] = [];
  for (const { code } of BLOCKS) {
    const { stdout, stderr, exitCode } = await bash(code);
    expect([code, exitCode, exitCode === 0 ? '' : stderr]).toEqual([code, 0, '']);
    outputs.push(stdout);
  }
  expect(outputs[0]).toMatch(/index lines kept in MEMORY\.md +\d+ of 15 +15 of 15/);
  expect(await bash('command -v pclaude pclaudectl && pclaudectl --version')).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining(`${prefix}/bin/pclaude\n${prefix}/bin/pclaudectl\n`),
  });
});

/** Where npm finds packages on this machine: a sandbox has no npm configuration and no cache of its own. */
function npmOptions(): Environment {
  return Object.fromEntries(['cache', 'registry', 'userconfig'].map((name) => [`npm_config_${name}`, npmOption(name)]));
}

function npmOption(name: string): string {
  return execFileSync('npm', ['config', 'get', name], { encoding: 'utf8' }).trim();
}
