import { mkdirSync, symlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { findProgram } from '../../../src/client/find.js';
import { run } from '../../support/run.js';
import { createScratch } from '../../support/scratch.js';

const SETUP = fileURLToPath(new URL('../../../scripts/setup.sh', import.meta.url));
const NEEDED = ['git', 'openssl', 'perl', 'python3', 'jq', 'zsh', 'fish', 'stty', 'strace', 'initdb'];

/** Runs the set-up with only these programs on PATH. */
async function setUp(...programs: readonly string[]): ReturnType<typeof run> {
  const scratch = createScratch();
  mkdirSync(scratch.at('bin'));
  const bash = findProgram('bash', process.env) ?? '';
  for (const name of ['uname', 'id']) symlinkSync(findProgram(name, process.env) ?? '', scratch.at('bin', name));
  for (const name of programs) symlinkSync('/bin/true', scratch.at('bin', name));
  return run({ name: 'setup', file: bash, args: [SETUP], env: {} }, [], { cwd: scratch.root, env: { PATH: scratch.at('bin') } });
}

it('does nothing if all programs are there', async () => {
  expect(await setUp(...NEEDED)).toMatchObject({ stdout: Buffer.from(''), stderr: '', exitCode: 0 });
});

it('names in one line what is missing if it cannot install it', async () => {
  expect(await setUp(...NEEDED.filter((name) => !['jq', 'zsh'].includes(name)))).toMatchObject({
    stdout: Buffer.from(''),
    stderr: 'setup: the tests need these programs; please install: jq zsh\n',
    exitCode: 1,
  });
});
