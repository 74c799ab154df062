import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { readManifest, writeManifest } from '../../../src/session/manifest.js';
import { recoverAll } from '../../../src/sync/close/recover-all.js';
import { realFiles } from '../../../src/system/files/real-files.js';
import { processState } from '../../../src/system/process.js';
import { mergeAndClose } from '../../support/close.js';
import { createDisk } from '../../support/disk.js';
import { leftovers } from '../../support/leftovers.js';
import { endProcess } from '../../support/processes.js';
import { pclaude } from '../../support/real-client.js';
import { run } from '../../support/run.js';
import { createSandbox } from '../../support/sandbox.js';
import { createScratch } from '../../support/scratch.js';
import { layout, openSession } from '../../support/session.js';
import { createStubClient } from '../../support/stub-client.js';
import { eventually } from '../../support/wait.js';
import { createUser, ready, WORKING_CLIENT } from '../../support/working-client.js';

describe('unusual events in a session', () => {
  test('only its client is killed: its changes are merged, and the launcher exits as the client did', async () => {
    const { sandbox, launch, settings } = await createUser();
    const child = launch();
    expect(endProcess(await ready(child), 'SIGKILL')).toBe(true);
    expect(await child.exit).toEqual({ exitCode: null, signal: 'SIGKILL' });
    expect(settings()).toEqual({ first: 1, early: 1 });
    // A program that the client had started may outlive it for a moment; the next launch then closes the session.
    await sandbox.write('go', '');
    expect((await launch().ended).exitCode).toBe(0);
    await eventually(async () => (await leftovers(sandbox)).length === 0, 'nothing is left');
  });

  test('its launcher is stopped while the client works and exits: it merges when it continues', async () => {
    const { sandbox, launch, settings } = await createUser();
    const child = launch();
    const client = await ready(child);
    await eventually(() => JSON.stringify(settings()).includes('early'), 'the first setting is shared');
    child.kill('SIGSTOP');
    await sandbox.write('go', '');
    await eventually(() => readFileSync(`/proc/${client}/stat`, 'utf8').includes(') Z '), 'the client has ended');
    expect(settings()).toEqual({ first: 1, early: 1 });
    child.kill('SIGCONT');
    expect(await child.exit).toEqual({ exitCode: 0, signal: null });
    expect(settings()).toEqual({ first: 1, early: 1, late: 1 });
    expect(await leftovers(sandbox)).toEqual([]);
  });

  test("only its launcher is killed: the client writes on, and the next launch after the client's exit merges it", async () => {
    const { sandbox, launch, settings } = await createUser();
    const child = launch();
    const client = await ready(child);
    child.kill('SIGKILL');
    await child.exit;
    await sandbox.write('go', '');
    await eventually(() => (processState(client)?.letter ?? 'Z') === 'Z', 'the client has ended');
    expect((await launch().ended).exitCode).toBe(0);
    expect(settings()).toEqual({ first: 1, early: 1, late: 1 });
    expect(await leftovers(sandbox)).toEqual([]);
  });
});

describe('unusual places', () => {
  test('the state dir is on another disk than the home', async () => {
    const sandbox = await createSandbox();
    const disk = createDisk(sandbox.at('disk'));
    const state = join(disk.folder, 'state');
    mkdirSync(state, { mode: 0o700 });
    await sandbox.write('.claude/settings.json', '{"first":1}');
    await sandbox.write('go', '');
    const stub = await createStubClient(sandbox, WORKING_CLIENT);
    expect(
      await run(pclaude, [], { cwd: sandbox.home, env: sandbox.env({ extra: { ...stub.env, ...disk.env(), PCLAUDE_STATE_DIR: state } }) }),
    ).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(await sandbox.read('.claude/settings.json'))).toEqual({ first: 1, early: 1, late: 1 });
  });

  test('the shared dir is behind two links, and its settings are behind another link', async () => {
    const sandbox = await createSandbox();
    await sandbox.write('dotfiles/claude/keybindings.json', '{}');
    await sandbox.write('dotfiles/settings', '{"first":1}');
    symlinkSync('../settings', sandbox.at('dotfiles/claude/settings.json'));
    symlinkSync('dotfiles/claude', sandbox.at('one'));
    symlinkSync('one', sandbox.at('.claude'));
    await sandbox.write('go', '');
    const stub = await createStubClient(sandbox, WORKING_CLIENT);
    expect(await run(pclaude, [], { cwd: sandbox.home, env: sandbox.env({ extra: stub.env }) })).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(await sandbox.read('dotfiles/settings'))).toEqual({ first: 1, early: 1, late: 1 });
  });
});

describe('unusual times', () => {
  afterEach(() => void vi.useRealTimers());

  test('the clock is set back while a session runs', async () => {
    const scratch = createScratch();
    scratch.write('shared/settings.json', '{"first":1}');
    const session = openSession(scratch, 'one', { startedAt: Date.now() });
    writeFileSync(`${session.paths.home}/settings.json`, '{"first":1,"own":1}');
    session.lock.release();
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('1999-01-01') });
    await mergeAndClose(session);
    expect(JSON.parse(scratch.read('shared/settings.json') ?? '')).toEqual({ first: 1, own: 1 });
    expect(scratch.temporaries()).toEqual([]);
  });

  test('another process now has the pid of a dead launcher', async () => {
    const scratch = createScratch();
    scratch.write('shared/settings.json', '{"first":1}');
    const session = openSession(scratch, 'one', { pid: process.pid });
    writeFileSync(`${session.paths.home}/settings.json`, '{"first":1,"own":1}');
    session.lock.release();
    const manifest = readManifest(session.paths.manifest);
    if (manifest) writeManifest(session.paths.manifest, { ...manifest, pid: 1 });
    await recoverAll(realFiles, { stateDir: session.stateDir, layout });
    expect(JSON.parse(scratch.read('shared/settings.json') ?? '')).toEqual({ first: 1, own: 1 });
  });
});
