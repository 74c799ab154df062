import { symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createStubClient } from '../../../support/stub-client.js';
import { endProcess } from '../../../support/processes.js';
import { pclaude, pclaudectl } from '../../../support/real-client.js';
import { run, start } from '../../../support/run.js';
import { createSandbox } from '../../../support/sandbox.js';
import { openTerminal } from '../../../support/terminal.js';
import { eventually } from '../../../support/wait.js';
import { createCtlFixture } from '../../../support/ctl-fixture.js';
import { openShell } from './shells.js';

const MISSING_PID = 2 ** 30;

/** The command reports that it waits only after it has waited for a while. */
const LONG_TIMEOUT = { timeout: 30_000 };

describe('pclaudectl claim', () => {
  it('gives the path to one of 30 shells at once; the others print the holder', { timeout: 240_000 }, async () => {
    const fixture = createCtlFixture();
    const shells = Array.from({ length: 30 }, () => openShell(fixture, 'claim', 'gen'));
    const codes = await Promise.all(shells.map(async ({ code }) => code()));
    expect([codes.filter((code) => code === 0).length, codes.filter((code) => code === 1).length]).toEqual([1, 29]);
    const winner = shells[codes.indexOf(0)]?.child.pid;
    const path = fixture.scratch.at('gen');
    const said = new Set(shells.map(({ child }) => child.stderr().replace(/\d{4}-\S+ \S+;/, 'TIME;')));
    expect(said).toEqual(new Set(['', `pclaudectl: ${path} is claimed by process ${winner} since TIME; to wait for it: --wait\n`]));
    const listed: unknown = JSON.parse((await fixture.ctl('claims', '--json')).stdout.toString());
    expect(listed).toEqual([{ path, holder: { kind: 'process', pid: winner }, since: expect.stringMatching(/^\d{4}-.*Z$/) }]);
  });

  it('keeps the claim of a stopped holder, and gives it to a waiting command when the holder is killed', async () => {
    const fixture = createCtlFixture();
    const holder = openShell(fixture, 'claim', 'a', 'b');
    expect(await holder.code()).toBe(0);
    holder.child.kill('SIGSTOP');
    expect(await fixture.ctl('claim', 'b')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(`process ${holder.child.pid} since`),
    });
    const waiting = openShell(fixture, 'claim', '--wait', 'b/below');
    await eventually(() => waiting.child.stderr().includes('waiting: '), 'it says that it waits', LONG_TIMEOUT);
    expect((await fixture.ctl('claims')).stdout.toString()).toMatch(
      new RegExp(`^HOLDER +BRANCH +AGE +PATH\n(pid ${holder.child.pid} +- +0m +\\S+/[ab]\n){2}$`),
    );
    holder.child.kill('SIGKILL');
    expect(await waiting.code()).toBe(0);
    expect((await fixture.ctl('claims')).stdout.toString()).toMatch(new RegExp(`^HOLDER .*\npid ${waiting.child.pid} .*/b/below\n$`));
  });

  it('waits for a release', async () => {
    const fixture = createCtlFixture();
    const { ctl } = fixture;
    expect(await ctl('claim', 'a')).toMatchObject({ exitCode: 0, stdout: Buffer.from(''), stderr: '' });
    const waiting = openShell(fixture, 'claim', '--wait', 'a');
    await eventually(() => waiting.child.stderr().includes('waiting: '), 'it says that it waits', LONG_TIMEOUT);
    expect(await ctl('release', 'a')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await waiting.code()).toBe(0);
  });

  it('waits no longer than its time limit', async () => {
    const fixture = createCtlFixture();
    await fixture.ctl('claim', 'a');
    const waiting = openShell(fixture, 'claim', '--timeout', '0.1', 'a');
    expect(await waiting.code()).toBe(1);
    expect(waiting.child.stderr()).toMatch(/is claimed by process \d+ since .*; wait longer, or try again later\n$/);
  });

  it('is cancelled with Ctrl-C while it waits', async () => {
    const { scratch, ctl, env } = createCtlFixture();
    await ctl('claim', 'a', 'b');
    const shell = {
      ...pclaudectl,
      file: '/bin/sh',
      args: ['-c', 'trap : INT; "$0" "$@"; echo "code $?."', pclaudectl.file, ...pclaudectl.args],
    };
    const terminal = openTerminal(shell, ['claim', '--wait', 'a'], { cwd: scratch.root, env });
    await terminal.waitFor(/waiting: /);
    terminal.type('\u0003');
    await terminal.waitFor(/code 130\./);
    expect((await ctl('claims')).stdout.toString().match(/pid \d+/g)).toEqual([`pid ${process.pid}`, `pid ${process.pid}`]);
  });

  it('succeeds again for the same holder, even through links and from another process', async () => {
    const { scratch, ctl } = createCtlFixture();
    scratch.folder('real');
    symlinkSync('real', scratch.at('link'));
    symlinkSync('real/later', scratch.at('dangling'));
    for (const path of ['link/f', 'real/f', 'dangling']) expect(await ctl('claim', path)).toMatchObject({ exitCode: 0, stderr: '' });
    const { stdout } = await ctl('claim', '--json', '--pid', String(process.pid), 'real/later');
    expect(JSON.parse(stdout.toString())).toMatchObject([{ path: scratch.at('real/later'), holder: { pid: process.pid } }]);
    expect((await ctl('claims')).stdout.toString().split('\n')).toHaveLength(4);
    expect(await ctl('claim', '--pid', String(MISSING_PID), 'x')).toMatchObject({
      exitCode: 1,
      stderr: `pclaudectl: there is no process ${MISSING_PID} to claim for; name one that runs, with --pid\n`,
    });
  });

  it.each([
    [['claim']],
    [['claim', '']],
    [['claim', '--pid', '-1', 'x']],
    [['claim', '--timeout', 'soon', 'x']],
    [['claim', '--fail', '--wait', 'x']],
    [['release']],
    [['release', '--all', 'x']],
  ])('%j is wrong usage', async (args) => {
    const { ctl, scratch } = createCtlFixture();
    expect(await ctl(...args)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^error: .*\nrun pclaudectl (?:claim|release) --help/),
    });
    expect(scratch.tree()).toEqual({ shared: 'folder' });
  });
});

describe('pclaudectl release', () => {
  it("gives up the holder's own claims, and those of others only with force", async () => {
    const fixture = createCtlFixture();
    const { scratch, ctl } = fixture;
    const other = openShell(fixture, 'claim', 'a', 'b');
    await other.code();
    expect(await ctl('release', 'a')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/\/a is claimed by process \d+ since .*; to take it from them: --force\n$/),
    });
    expect(await ctl('release', '--all')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await ctl('release', 'a/below')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(`; release that: ${scratch.at('a')}\n`),
    });
    expect(await ctl('release', '--force', 'a')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await ctl('claim', 'a')).toMatchObject({ exitCode: 0 });
    expect(await ctl('release', '--all')).toMatchObject({ exitCode: 0 });
    expect(await ctl('release', 'a')).toMatchObject({
      exitCode: 1,
      stderr: `pclaudectl: no one has claimed ${scratch.at('a')}; pclaudectl claims lists what is claimed\n`,
    });
    expect((await ctl('claims')).stdout.toString()).toMatch(/^HOLDER .*\npid \d+ .*\/b\n$/);
  });
});

it('a session claims for all of its commands, until its launcher and its client have exited', async () => {
  const sandbox = await createSandbox();
  const cwd = await sandbox.repo('project');
  const ctl = [pclaudectl.file, ...pclaudectl.args].join(' ');
  const client = await createStubClient(
    sandbox,
    `sh -c '${ctl} claim gen; true'\n${ctl} claim gen/below\nmkfifo hold\necho $$ > pid\nread line < hold`,
  );
  const env = sandbox.env({ extra: { ...client.env, ANTHROPIC_API_KEY: 'none' } });
  const session = start(pclaude, ['hello'], { cwd, env, input: { open: true } });
  const pid = Number(
    await eventually(async () => (sandbox.exists('project/pid') ? sandbox.read('project/pid') : undefined), 'the session has claimed'),
  );
  const outside = await run(pclaudectl, ['claim', 'gen'], { cwd, env });
  expect(outside).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(/~\/project\/gen is claimed by session \w{10} \(main\) since/),
  });
  expect((await run(pclaudectl, ['claims'], { cwd, env })).stdout.toString()).toMatch(
    /^HOLDER +BRANCH +AGE +PATH\n(\w{10} +main +0m +~\/project\/gen(\/below)?\n){2}$/,
  );

  session.kill('SIGKILL');
  await session.exit;
  expect(await run(pclaudectl, ['claim', 'gen'], { cwd, env })).toMatchObject({ exitCode: 1 });
  endProcess(pid);
  expect(await run(pclaudectl, ['claim', '--wait', 'gen'], { cwd, env })).toMatchObject({ exitCode: 0 });
});
