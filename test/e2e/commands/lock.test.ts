import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bounded } from '../../../src/system/attempt.js';
import { createCtlFixture } from '../../support/ctl-fixture.js';
import { endProcess } from '../../support/processes.js';
import { pclaudectl } from '../../support/real-client.js';
import { start } from '../../support/run.js';
import { openTerminal } from '../../support/terminal.js';
import { eventually } from '../../support/wait.js';

/** Adds one to the count in a JSON file, in the simplest way; `held` runs between reading and writing, and delays the write. */
const count = (held = ''): string =>
  `read -r json < count.json; ${held} n=\${json#*:}; echo "{\\"count\\":$((\${n%\\}} + 1))}" > count.json`;
/** Waits until this many have read. */
const meeting = (readers: number): string => `: > read.$$; until [ "$(ls read.* | wc -l)" -ge ${readers} ]; do sleep 0.02; done;`;

describe('pclaudectl lock', () => {
  it('keeps all 60 counts, 20 commands at a time', { timeout: 240_000 }, async () => {
    const { scratch, ctl } = createCtlFixture();
    scratch.write('count.json', '{"count":0}\n');
    const results = await bounded(Array.from({ length: 60 }), 20, async () => ctl('lock', 'count', '--', 'sh', '-c', count()));
    expect(results.filter(({ exitCode }) => exitCode !== 0)).toEqual([]);
    expect(scratch.read('count.json')).toBe('{"count":60}\n');
  });

  it('is what keeps them: without it, only one of 10 counts is kept', async () => {
    const { scratch, ctl } = createCtlFixture();
    scratch.write('count.json', '{"count":0}\n');
    await Promise.all(Array.from({ length: 10 }, async (_, at) => ctl('lock', `count-${at}`, '--', 'sh', '-c', count(meeting(10)))));
    expect(scratch.read('count.json')).toBe('{"count":1}\n');
  });

  it.each([
    ['exit 7', { exitCode: 7, signal: null }],
    ['kill -TERM $$', { exitCode: null, signal: 'SIGTERM' }],
    ['kill -KILL $$', { exitCode: null, signal: 'SIGKILL' }],
  ])('exits as its command does: %s', async (code, ending) => {
    const { ctl } = createCtlFixture();
    expect(await ctl('lock', 'any', '--', 'sh', '-c', code)).toMatchObject({ ...ending, stderr: '' });
  });

  it('passes all arguments and its own standard streams to its command', async () => {
    const { ctlIn } = createCtlFixture();
    const { stdout, exitCode } = await ctlIn(
      'echo in | "$0" "$@"',
      {},
      'lock',
      'any name: /.. \n',
      '--fail',
      '--',
      'sh',
      '-c',
      'cat; echo "$@"',
      'sh',
      '--json',
      '-x',
      '--',
      'y',
    );
    expect([stdout.toString(), exitCode]).toEqual(['in\n--json -x -- y\n', 0]);
  });

  it.each([
    [['nosuch'], 127, 'pclaudectl: there is no program nosuch; check its name and PATH\n'],
    [['/etc/passwd'], 126, 'pclaudectl: cannot run /etc/passwd: permission denied; fix that\n'],
  ])('reports why it cannot run %j', async (command, exitCode, stderr) => {
    expect(await createCtlFixture().ctl('lock', 'any', '--', ...command)).toMatchObject({ exitCode, stderr });
  });

  it('passes signals on', async () => {
    const { scratch, env } = createCtlFixture();
    const child = start(pclaudectl, ['lock', 'any', '--', 'sh', '-c', 'trap "exit 9" TERM; echo ready; while :; do sleep 0.02; done'], {
      cwd: scratch.root,
      env,
    });
    await eventually(() => child.stdout().toString().includes('ready'), 'the command runs');
    child.kill('SIGTERM');
    expect(await child.ended).toMatchObject({ exitCode: 9 });
  });

  it('stays held by its command if pclaudectl itself is killed, until the command exits', async () => {
    const { scratch, env, ctl } = createCtlFixture();
    const child = start(pclaudectl, ['lock', 'any', '--', 'sh', '-c', 'echo "pid $$."; exec sleep 600'], { cwd: scratch.root, env });
    const pid = Number(await eventually(() => /pid (\d+)\./.exec(child.stdout().toString())?.[1], 'the command runs'));
    child.kill('SIGKILL');
    await child.exit;
    expect(await ctl('lock', 'any', '--fail', '--', 'true')).toMatchObject({
      exitCode: 75,
      stderr: 'pclaudectl: the lock "any" is held by another process; nothing was done; wait longer, or try again later\n',
    });
    expect(await ctl('lock', 'other', '--fail', '--', 'true')).toMatchObject({ exitCode: 0 });
    const waiting = ctl('lock', 'any', '--', 'echo', 'mine');
    endProcess(pid);
    expect((await waiting).stdout.toString()).toBe('mine\n');
  });

  it('is not held by processes that its command leaves in the background', async () => {
    const { scratch, ctl } = createCtlFixture();
    await ctl('lock', 'any', '--', 'sh', '-c', 'sleep 600 > /dev/null 2>&1 & echo $! > pid');
    const taken = await ctl('lock', 'any', '--timeout', '0', '--', 'true');
    endProcess(Number(scratch.read('pid')));
    expect(taken).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('reports that it waits, and Ctrl-C stops the waiting', async () => {
    const { scratch, env } = createCtlFixture();
    const holder = start(pclaudectl, ['lock', 'any', '--', 'sh', '-c', 'echo ready; read line'], {
      cwd: scratch.root,
      env,
      input: { open: true },
    });
    await eventually(() => holder.stdout().toString().includes('ready'), 'the command runs');
    const terminal = openTerminal(pclaudectl, ['lock', 'any', '--', 'touch', 'done'], { cwd: scratch.root, env });
    await terminal.waitFor(/waiting for the lock "any"/);
    terminal.type('\u0003');
    expect(await terminal.exit).toMatchObject({ signal: 'SIGINT' });
    expect(existsSync(scratch.at('done'))).toBe(false);
    holder.stdin.end();
    expect(await holder.ended).toMatchObject({ exitCode: 1 });
  });
});
