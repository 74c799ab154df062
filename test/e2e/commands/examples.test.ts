import { chmodSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { install } from '../../support/installed.js';
import type { Environment, Program } from '../../support/real-client.js';
import { run, start } from '../../support/run.js';
import { createSandbox, type Sandbox } from '../../support/sandbox.js';
import { eventually } from '../../support/wait.js';

const page = readFileSync(new URL('../../../docs/claims.md', import.meta.url), 'utf8');

/** The first shell code that follows these words in docs/claims.md. */
function example(words: string): string {
  const code = /```sh\n(.*?)```/s.exec(page.slice(page.indexOf(words)))?.[1];
  if (code === undefined) throw new Error(`no example after "${words}"`);
  return code;
}

interface Example {
  readonly sandbox: Sandbox;
  readonly env: Environment;
  readonly script: Program;
}

async function prepare(words: string): Promise<Example> {
  const sandbox = await createSandbox();
  const { folder } = await install(sandbox);
  const file = await sandbox.write('example.sh', example(words));
  return { sandbox, env: sandbox.env({ path: [folder] }), script: { name: 'sh', file: '/bin/sh', args: [file], env: {} } };
}

it('the example hook records what was written', async () => {
  const { sandbox, env, script } = await prepare('A `PostToolUse` hook');
  const input = JSON.stringify({ tool_name: 'Edit', tool_input: { file_path: '/r/a.ts' } });
  for (const id of ['aaaaaaaaaa', ''])
    expect(await run(script, [], { cwd: sandbox.home, env: { ...env, PCLAUDE_SESSION_ID: id }, input })).toMatchObject({
      exitCode: 0,
      stderr: '',
    });
  expect(await sandbox.read('edits.log')).toMatch(/^\S+Z aaaaaaaaaa \/r\/a\.ts\n\S+Z none \/r\/a\.ts\n$/);
});

it('the example generator runs once at a time', async () => {
  const { sandbox, env, script } = await prepare('A generator');
  await sandbox.write('src/generated/schema.ts', '');
  chmodSync(await sandbox.write('generate', '#!/bin/sh\necho run >> runs\n[ -e go ] || { mkfifo hold; read line < hold; }\n'), 0o755);
  const first = start(script, [], { cwd: sandbox.home, env });
  await eventually(() => sandbox.exists('hold'), 'the generator runs');
  const second = start(script, [], { cwd: sandbox.home, env });
  await eventually(() => second.stderr().includes('waiting: ~/src/generated is claimed by process'), 'the second one waits', {
    timeout: 30_000,
  });
  expect(await sandbox.read('runs')).toBe('run\n');
  await sandbox.write('go', '');
  await sandbox.write('hold', '\n');
  expect(await first.ended).toMatchObject({ exitCode: 0 });
  expect(await second.ended).toMatchObject({ exitCode: 0 });
  expect(await sandbox.read('runs')).toBe('run\nrun\n');
});

it('the example count counts', async () => {
  const { sandbox, env, script } = await prepare('A count');
  await sandbox.write('builds.json', '{"count":1}');
  expect(await run(script, [], { cwd: sandbox.home, env })).toMatchObject({ exitCode: 0, stderr: '' });
  expect(await sandbox.read('builds.json')).toBe('{"count":2}');
});
