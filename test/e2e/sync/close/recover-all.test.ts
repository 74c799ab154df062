import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readManifest, writeManifest } from '../../../../src/session/manifest.js';
import { recoverAll } from '../../../../src/sync/close/recover-all.js';
import { realFiles } from '../../../../src/system/files/real-files.js';
import { type KernelLock, tryKernelLock } from '../../../../src/system/kernel-lock.js';
import { brokenFiles, countingFiles, crashingFiles, crashPoints } from '../../../support/faulty-files.js';
import { atEnd } from '../../../support/lifetime.js';
import { quickFiles } from '../../../support/quick-files.js';
import { createScratch, type Scratch } from '../../../support/scratch.js';
import { layout, openSession, type OpenSession } from '../../../support/session.js';
import { leaveUnverified } from '../../../support/unverified.js';

/** Sessions that changed a file each and whose launcher and client are dead. */
function orphans(...ids: readonly string[]): { scratch: Scratch; sessions: OpenSession[] } {
  const scratch = createScratch();
  scratch.write('shared/settings.json', '{}');
  const sessions = ids.map((id) => {
    const session = openSession(scratch, id);
    scratch.write(`${session.paths.home}/settings.json`, `{"${id}":1}`);
    leaveUnverified(scratch, session, 'call', `${id}.md`, `${id}\n`);
    session.lock.release();
    return session;
  });
  return { scratch, sessions };
}

/** A client that inherits the lock of its session; it runs until the returned function is called. */
async function startClient(lock: KernelLock): Promise<() => Promise<void>> {
  const client = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore', lock.descriptor] });
  await once(client, 'spawn');
  const end = async (): Promise<void> => {
    if (client.exitCode !== null) return;
    client.stdin?.end();
    await once(client, 'exit');
  };
  atEnd(end);
  return end;
}

describe('recoverAll', () => {
  it('merges an orphan once, and closes it', async () => {
    const { scratch, sessions } = orphans('one');
    const stateDir = scratch.at('state');
    expect(await recoverAll(realFiles, { stateDir, layout })).toMatchObject([
      {
        id: 'one',
        branch: 'main',
        result: {
          state: 'merged',
          report: { memory: [['memory/one.md', { outcome: 'merged' }]], home: [['settings.json', { outcome: 'merged' }]] },
        },
      },
    ]);
    expect(scratch.read('shared/settings.json')).toBe('{"one":1}');
    expect(scratch.read('shared/projects/p/memory/one.md')).toBe('one\n');
    expect(readManifest(sessions[0]?.paths.manifest ?? '')?.state.name).toBe('closed');
    expect(scratch.tree('state/open')).toEqual({});
    scratch.write('shared/settings.json', '{}');
    expect(await recoverAll(realFiles, { stateDir, layout })).toEqual([]);
    expect(scratch.read('shared/settings.json')).toBe('{}');
  });

  it('skips a session whose manifest cannot be read', async () => {
    const { scratch, sessions } = orphans('one', 'two');
    const manifest = sessions[0]?.paths.manifest ?? '';
    rmSync(manifest);
    symlinkSync('session.json', manifest);
    expect(await recoverAll(realFiles, { stateDir: scratch.at('state'), layout })).toMatchObject([
      { id: 'one', result: { state: 'failed', error: { code: 'ELOOP' } } },
      { id: 'two', result: { state: 'merged' } },
    ]);
  });

  it("removes the lock of a session's own state file, which no process can hold any more; the lock of the shared one may be a client's", async () => {
    const { scratch, sessions } = orphans('one');
    const locks = [`${sessions[0]?.paths.home}/.claude.json.lock`, scratch.at('shared/.claude.json.lock')];
    for (const lock of locks) mkdirSync(lock);
    await recoverAll(realFiles, { stateDir: scratch.at('state'), layout });
    expect(locks.map((lock) => existsSync(lock))).toEqual([false, true]);
  });

  it("merges a session whose launcher was killed and whose client runs, each time, and closes it after the client's exit", async () => {
    const { scratch } = orphans();
    const session = openSession(scratch, 'one');
    scratch.write(`${session.paths.home}/settings.json`, '{"one":1}');
    const end = await startClient(session.lock);
    expect(await recoverAll(realFiles, session)).toEqual([]);
    expect(scratch.read('shared/settings.json')).toBe('{}');
    session.lock.release();
    for (const [settings, outcome] of [
      ['{"one":1}', 'merged'],
      ['{"one":2}', 'merged'],
      ['{"one":2}', undefined],
    ] as const) {
      scratch.write(`${session.paths.home}/settings.json`, settings);
      const home = outcome === undefined ? [] : [['settings.json', { outcome, decided: [] }]];
      expect(await recoverAll(realFiles, session)).toMatchObject([{ id: 'one', result: { state: 'synced', report: { home } } }]);
      expect(scratch.read('shared/settings.json')).toBe(settings);
      expect(readManifest(session.paths.manifest)?.state.name).toBe('open');
      expect(scratch.tree('state/open')).toEqual({ one: '' });
    }
    scratch.write(`${session.paths.home}/settings.json`, '{"one":3}');
    await end();
    expect(await recoverAll(realFiles, session)).toMatchObject([{ id: 'one', result: { state: 'merged' } }]);
    expect(scratch.read('shared/settings.json')).toBe('{"one":3}');
    expect(readManifest(session.paths.manifest)?.state.name).toBe('closed');
  });

  it('keeps a failing session in use for the next time, and merges it in one launch at a time', async () => {
    const { scratch } = orphans();
    const session = openSession(scratch, 'one');
    scratch.write(`${session.paths.home}/settings.json`, '{"one":1}');
    await startClient(session.lock);
    session.lock.release();
    const full = brokenFiles(realFiles, { call: 'writeNew', error: 'ENOSPC' });
    expect(await recoverAll(full, session)).toMatchObject([{ id: 'one', result: { state: 'failed' } }]);
    const another = tryKernelLock(session.paths.launcher);
    expect(await recoverAll(realFiles, session)).toEqual([]);
    another?.release();
    expect(await recoverAll(realFiles, session)).toMatchObject([{ id: 'one', result: { state: 'synced' } }]);
    expect(scratch.read('shared/settings.json')).toBe('{"one":1}');
  });

  it('leaves a session in use alone if it cannot find out whether the launcher runs', async () => {
    const { scratch } = orphans();
    const session = openSession(scratch, 'one');
    scratch.write(`${session.paths.home}/settings.json`, '{"one":1}');
    await startClient(session.lock);
    session.lock.release();
    rmSync(session.paths.launcher);
    expect(await recoverAll(realFiles, session)).toEqual([]);
    expect(scratch.read('shared/settings.json')).toBe('{}');
  });

  it('merges each session once if two processes recover at once', async () => {
    const { scratch } = orphans('one', 'two', 'three');
    const both = await Promise.all([
      recoverAll(realFiles, { stateDir: scratch.at('state'), layout }),
      recoverAll(realFiles, { stateDir: scratch.at('state'), layout }),
    ]);
    // On a slow disk one process may leave a session that the other holds too long to the next launch.
    const later = await recoverAll(realFiles, { stateDir: scratch.at('state'), layout });
    expect([...both.flat(), ...later].map(({ id, result }) => `${id} ${result.state}`).toSorted()).toEqual([
      'one merged',
      'three merged',
      'two merged',
    ]);
    expect(JSON.parse(scratch.read('shared/settings.json') ?? '')).toEqual({ one: 1, two: 1, three: 1 });
  });

  it('keeps a failing session for the next time, and continues with the others', async () => {
    const { scratch, sessions } = orphans('one', 'two');
    const full = brokenFiles(realFiles, { call: 'writeNew', error: 'ENOSPC' });
    expect(await recoverAll(full, { stateDir: scratch.at('state'), layout })).toMatchObject([
      { id: 'one', result: { state: 'failed' } },
      { id: 'two', result: { state: 'failed' } },
    ]);
    expect(sessions.map(({ paths }) => readManifest(paths.manifest)?.state.name)).toEqual(['open', 'open']);
    expect(scratch.read('shared/settings.json')).toBe('{}');
    expect(await recoverAll(realFiles, { stateDir: scratch.at('state'), layout })).toHaveLength(2);
    expect(JSON.parse(scratch.read('shared/settings.json') ?? '')).toEqual({ one: 1, two: 1 });
  });

  it('removes the mark that a closed session has left, and merges nothing', async () => {
    const { scratch, sessions } = orphans('one');
    for (const { paths, manifest } of sessions) {
      writeManifest(paths.manifest, { ...manifest, state: { name: 'closed', at: 1 } });
      // Older versions of pclaude removed the base.
      rmSync(paths.base, { recursive: true });
    }
    expect(await recoverAll(realFiles, { stateDir: scratch.at('state'), layout })).toEqual([]);
    expect(scratch.tree('state/open')).toEqual({});
    expect(scratch.read('shared/settings.json')).toBe('{}');
  });

  it('leaves a session alone that a newer version made', async () => {
    const { scratch, sessions } = orphans('one');
    for (const { paths, manifest } of sessions) scratch.write(paths.manifest, JSON.stringify({ ...manifest, version: 2 }));
    const before = scratch.tree('state');
    expect(await recoverAll(realFiles, { stateDir: scratch.at('state'), layout })).toEqual([]);
    expect(scratch.tree('state')).toEqual(before);
  });

  it('has nothing to do without a state dir, and makes nothing for a session that was removed', async () => {
    const { scratch, sessions } = orphans('one');
    expect(await recoverAll(realFiles, { stateDir: scratch.at('missing'), layout })).toEqual([]);
    for (const { paths } of sessions) rmSync(paths.root, { recursive: true });
    expect(await recoverAll(realFiles, { stateDir: scratch.at('state'), layout })).toEqual([]);
    expect(scratch.tree('state/sessions')).toEqual({});
  });

  it('can itself be recovered from if it is killed before any call', async () => {
    const files = countingFiles(quickFiles);
    await recoverAll(files, { stateDir: orphans('one').scratch.at('state'), layout });
    expect(files.calls.length).toBeGreaterThan(50);
    for (const call of crashPoints(files.calls)) {
      const { scratch } = orphans('one');
      // A recovery treats an error from its session as a failure of that session.
      await recoverAll(crashingFiles(quickFiles, call), { stateDir: scratch.at('state'), layout }).catch(() => []);
      await recoverAll(quickFiles, { stateDir: scratch.at('state'), layout });
      expect(scratch.tree('state/open')).toEqual({});
      expect(scratch.read('shared/settings.json')).toBe('{"one":1}');
      expect(scratch.read('shared/projects/p/memory/one.md')).toBe('one\n');
      rmSync(scratch.root, { recursive: true });
    }
  });
});
