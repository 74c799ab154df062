import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { tryKernelLock, waitForKernelLock } from '../../../src/system/kernel-lock.js';
import { atEnd } from '../../support/lifetime.js';
import { endProcess } from '../../support/processes.js';
import type { Program } from '../../support/real-client.js';
import { type LiveChild, start } from '../../support/run.js';
import { createSandbox, type Sandbox } from '../../support/sandbox.js';
import { eventually } from '../../support/wait.js';

const module = new URL('../../../src/system/kernel-lock.js', import.meta.url).href;
const node: Program = {
  name: 'node',
  file: process.execPath,
  args: ['--import', import.meta.resolve('tsx'), '--input-type=module', '-e'],
  env: {},
};

describe('a kernel lock', () => {
  test('is held once, and can be taken again after its release', async () => {
    const { at } = await createSandbox();
    const lock = tryKernelLock(at('lock'));
    expect(lock).toBeDefined();
    expect(tryKernelLock(at('lock'))).toBeUndefined();
    lock?.release();
    const again = tryKernelLock(at('lock'));
    expect(again).toBeDefined();
    again?.release();
  });

  test('that is shared has many holders, and excludes an exclusive one', async () => {
    const { at } = await createSandbox();
    const shared = [tryKernelLock(at('lock'), 'shared'), tryKernelLock(at('lock'), 'shared')];
    expect(shared).not.toContain(undefined);
    shared[0]?.release();
    expect(tryKernelLock(at('lock'))).toBeUndefined();
    shared[1]?.release();
    const alone = tryKernelLock(at('lock'));
    expect(alone).toBeDefined();
    expect(tryKernelLock(at('lock'), 'shared')).toBeUndefined();
    alone?.release();
  });

  test('makes its file for the user alone, and leaves it', async () => {
    const { at } = await createSandbox();
    tryKernelLock(at('lock'))?.release();

    expect(statSync(at('lock')).mode & 0o777).toBe(0o600);
  });

  test('keeps the content of its file', async () => {
    const { at, write, read } = await createSandbox();
    await write('lock', 'text');
    tryKernelLock(at('lock'))?.release();

    expect(await read('lock')).toBe('text');
  });

  test('holds between processes, and ends with its holder, however that exits', async () => {
    const sandbox = await createSandbox();
    const holder = await startHolder(sandbox, '');
    expect(tryKernelLock(sandbox.at('lock'))).toBeUndefined();
    holder.kill('SIGKILL');
    await holder.ended;

    const lock = tryKernelLock(sandbox.at('lock'));
    expect(lock).toBeDefined();
    lock?.release();
  });

  test('continues in a child that inherited it, after its holder was killed', async () => {
    const sandbox = await createSandbox();
    const holder = await startHolder(
      sandbox,
      `import { spawn } from 'node:child_process';
       const heir = spawn('sleep', ['600'], { stdio: ['ignore', 'ignore', 'ignore', lock.descriptor], detached: true });
       process.stdout.write('heir <' + heir.pid + '>');`,
    );
    const heir = Number(await eventually(() => /heir <(\d+)>/.exec(holder.stdout().toString())?.[1], 'the pid of the heir'));
    holder.kill('SIGKILL');
    await holder.exit;
    expect(tryKernelLock(sandbox.at('lock'))).toBeUndefined();

    endProcess(heir);
    await eventually(() => isFree(sandbox), 'the end of the lock with the heir');
  });

  test('does not continue in a child that did not inherit it', async () => {
    const { at, env, home } = await createSandbox();
    const lock = tryKernelLock(at('lock'));
    const child = spawn('sleep', ['600'], { stdio: 'ignore', env: env(), cwd: home });
    atEnd(() => void child.kill('SIGKILL'));
    lock?.release();

    const again = tryKernelLock(at('lock'));
    expect(again).toBeDefined();
    again?.release();
  });

  test('fails if its file cannot be made', async () => {
    const { at } = await createSandbox();

    expect(() => tryKernelLock(at('none/lock'))).toThrow('ENOENT');
  });
});

describe('waiting for a kernel lock', () => {
  test('ends when the holder has released it', async () => {
    const { at } = await createSandbox();
    const first = tryKernelLock(at('lock'));
    const second = waitForKernelLock(at('lock'), { timeout: 60_000 });
    first?.release();

    (await second).release();
    expect(existsSync(at('lock'))).toBe(true);
  });

  test('ends after its time limit', async () => {
    const { at } = await createSandbox();
    const lock = tryKernelLock(at('lock'));

    await expect(waitForKernelLock(at('lock'), { timeout: 20 })).rejects.toMatchObject({ code: 'lock-busy', exitCode: 75 });
    lock?.release();
  });

  test('ends when it is cancelled', async () => {
    const { at } = await createSandbox();
    const lock = tryKernelLock(at('lock'));
    const cancel = new AbortController();
    const waiting = waitForKernelLock(at('lock'), { timeout: 60_000, signal: cancel.signal });
    cancel.abort();

    await expect(waiting).rejects.toThrow('aborted');
    lock?.release();
  });

  test('lets one process at a time through', async () => {
    const { at } = await createSandbox();
    let inside = 0;
    const seen: number[] = [];
    const enter = async (): Promise<void> => {
      const lock = await waitForKernelLock(at('lock'), { timeout: 60_000 });
      inside += 1;
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(inside);
      inside -= 1;
      lock.release();
    };
    await Promise.all(Array.from({ length: 8 }, enter));

    expect(seen).toEqual(Array.from({ length: 8 }, () => 1));
  });
});

/** A process that holds the lock until it is killed. */
async function startHolder(sandbox: Sandbox, more: string): Promise<LiveChild> {
  const code = `
    import { tryKernelLock } from ${JSON.stringify(module)};
    const lock = tryKernelLock(${JSON.stringify(sandbox.at('lock'))});
    process.stdout.write('held ' + (lock !== undefined) + ' ');
    setInterval(() => {}, 1e6);
    ${more}`;
  const holder = start(node, [code], { cwd: sandbox.home, env: sandbox.env() });
  await eventually(() => holder.stdout().includes('held true'), 'the lock is held by another process');
  return holder;
}

function isFree(sandbox: Sandbox): boolean {
  const lock = tryKernelLock(sandbox.at('lock'));
  lock?.release();
  return lock !== undefined;
}
