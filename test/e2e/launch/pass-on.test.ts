import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { atEnd } from '../../support/lifetime.js';
import { pclaude, type Program } from '../../support/real-client.js';
import { run } from '../../support/run.js';
import { createSandbox } from '../../support/sandbox.js';

/** The pclaude launcher, which knows no other client. */
const launcher: Program = { ...pclaude, env: {} };

test('if Node can, the pclaude process becomes the program', async () => {
  const { client, cwd, env, sandbox } = await createClient('never started');
  const stub = await sandbox.write(
    'stub.cjs',
    'process.execve = (...call) => { process.stdout.write(JSON.stringify(call)); process.exit(0); };',
  );
  const { stdout } = await run(launcher, [client, 'daemon', 'run'], { cwd, env: { ...env, NODE_OPTIONS: `--require=${stub}` } });

  expect(JSON.parse(stdout.toString())).toEqual([client, [client, 'daemon', 'run'], expect.objectContaining({ ...env })]);
});

describe('a program that the client starts for itself', () => {
  test('gets its arguments and environment unchanged, and pclaude exits as it does', async () => {
    const { client, cwd, env } = await createClient(
      '#!/bin/sh\nprintf "%s|" "$@"; env | grep -E "^(PCLAUDE|CLAUDE_CODE_P|CLAUDE_CONF)" | sort; exit 7\n',
    );
    const args = [client, '--bg-spare', '/s s', ''];

    const { stdout, stderr, exitCode } = await run(launcher, args, { cwd, env: { ...env, PCLAUDE_NESTING: '8' } });

    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 7 });
    expect(stdout.toString().split('\n')).toEqual([
      '--bg-spare|/s s||CLAUDE_CODE_PROCESS_WRAPPER=/bin/pclaude',
      'PCLAUDE_NESTING=8',
      `PCLAUDE_STATE_DIR=${env['PCLAUDE_STATE_DIR']}`,
      '',
    ]);
  });

  test('starts even if the configuration is broken', async () => {
    const { client, cwd, env } = await createClient('#!/bin/sh\necho started\n');

    expect(await run(launcher, [client, 'daemon', 'run'], { cwd, env: { ...env, PCLAUDE_CONFIG: join(cwd, 'none.json') } })).toMatchObject({
      exitCode: 0,
      stderr: '',
      stdout: Buffer.from('started\n'),
    });
  });

  test('exchanges messages with the process that started it', async () => {
    const { client, env } = await createClient(
      "#!/usr/bin/env node\nprocess.on('message', (said) => { process.send({ heard: said }); process.disconnect(); process.exitCode = 9; });\n",
    );
    const child = fork(launcher.args[0] ?? '', [client, '--daemon-worker', 'remoteControl'], {
      env,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    atEnd(() => void child.kill('SIGKILL'));
    child.send({ token: 'new' });

    expect(await heard(child)).toEqual([
      [{ heard: { token: 'new' } }, undefined],
      [9, null],
    ]);
  });
});

async function heard(child: ChildProcess): Promise<unknown[]> {
  return Promise.all([once(child, 'message'), once(child, 'exit')]);
}

/** A program that is called as the client is. */
async function createClient(text: string) {
  const sandbox = await createSandbox();
  const client = await sandbox.write('bin/claude', text);
  chmodSync(client, 0o755);
  return { sandbox, client, cwd: sandbox.home, env: sandbox.env({ extra: { CLAUDE_CODE_PROCESS_WRAPPER: '/bin/pclaude' } }) };
}
