import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../../src/system/id.js';
import { isInSomeEnvironment, thisMoment } from '../../../../src/system/process-environment.js';
import { bundled } from '../../../support/bundled.js';
import { atEnd, endEverything } from '../../../support/lifetime.js';
import type { Program } from '../../../support/real-client.js';
import { run } from '../../../support/run.js';
import { createScratch } from '../../../support/scratch.js';
import { eventually } from '../../../support/wait.js';

/** The script ask-environment.ts. */
let ask: Program;

beforeAll(async () => {
  ask = await bundled(fileURLToPath(new URL('ask-environment.ts', import.meta.url)));
});
afterAll(endEverything);

describe.runIf(process.platform === 'linux')('isInSomeEnvironment', () => {
  it.each([['all'], ['younger ones']])('sees another process as long as it runs, among %s', async (which) => {
    const value = newId();
    const since = which === 'all' ? undefined : thisMoment();
    const child = await start('read line', { HOME_OF: value, MORE: 'a\nb' });
    expect(isInSomeEnvironment('HOME_OF', value, since)).toBe(true);
    expect(
      [
        ['HOME', value],
        ['HOME_O', value],
        ['HOME_OF', ''],
        ['HOME_OF', value.slice(1)],
        ['HOME_OF', value.slice(0, -1)],
        ['OF', value],
      ].filter(([name = '', text = '']) => isInSomeEnvironment(name, text, since)),
    ).toEqual([]);
    child.stdin?.end();
    await once(child, 'exit');
    expect(isInSomeEnvironment('HOME_OF', value, since)).toBe(false);
  });

  it('does not see the calling process, nor an exited one whose exit status no process has read', async () => {
    const value = newId();
    expect((await run(ask, ['HOME_OF', value], { cwd: '/', env: { HOME_OF: value } })).stdout.toString()).toBe('[false,false,false]');
    // The shell becomes a program that never waits for the shell's child.
    const parent = await start('HOME_OF=$VALUE sh -c exit & exec cat', { VALUE: value });
    await eventually(() => !isInSomeEnvironment('HOME_OF', value), 'the end of the child');
    expect(parent.exitCode).toBeNull();
  });

  it('does not read processes that are older than the given moment, unless pids may have wrapped around since', async () => {
    const value = newId();
    await start('read line', { HOME_OF: value });
    expect((await run(ask, ['HOME_OF', value], { cwd: '/', env: {} })).stdout.toString()).toBe('[true,false,true]');
  });

  it('always sees a process that becomes another program again and again', async () => {
    const scratch = createScratch();
    const value = newId();
    scratch.write('again.sh', `[ -e ${scratch.at('stop')} ] || exec sh "$0"\n`);
    await start(`exec sh ${scratch.at('again.sh')}`, { HOME_OF: value });
    const since = thisMoment();
    const seen = Array.from({ length: 500 }, (_, at) => isInSomeEnvironment('HOME_OF', value, at % 2 === 0 ? since : undefined));
    scratch.write('stop', '');
    expect(seen.every((is) => is)).toBe(true);
  });
});

/** A shell with only these variables that runs this code; it has begun when the promise resolves. */
async function start(code: string, env: Readonly<Record<string, string>>): Promise<ChildProcess> {
  const child = spawn('/bin/sh', ['-c', `echo begun; ${code}`], {
    env: { PATH: '/usr/bin:/bin', ...env },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  atEnd(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}
