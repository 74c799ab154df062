import { existsSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { DEFAULT_BLOCKS } from '../../../../src/config/config.js';
import type { SessionConfigDir } from '../../../../src/launch/jobs/find-job.js';
import { mergeIfClosed, takeSession } from '../../../../src/launch/jobs/in-home.js';
import { isHeld } from '../../../../src/session/locks.js';
import { readManifest, writeManifest } from '../../../../src/session/manifest.js';
import { tryKernelLock } from '../../../../src/system/kernel-lock.js';
import { mergeAndClose } from '../../../support/close.js';
import { createScratch, type Scratch } from '../../../support/scratch.js';
import { openSession, type OpenSession } from '../../../support/session.js';

function start(): { scratch: Scratch; session: OpenSession; dir: SessionConfigDir; state: () => string | undefined } {
  const scratch = createScratch();
  scratch.write('shared/settings.json', '{"a":1}');
  const session = openSession(scratch, 'one');
  const { paths, manifest } = session;
  return {
    scratch,
    session,
    dir: { kind: 'session', home: paths.home, paths, manifest },
    state: () => readManifest(paths.manifest)?.state.name,
  };
}

describe('takeSession', () => {
  it('opens a closed session, with the current settings, and holds it as a launcher does', async () => {
    const { scratch, session, dir, state } = start();
    session.lock.release();
    await mergeAndClose(session);
    scratch.write('shared/settings.json', '{"a":2}');
    expect(state()).toBe('closed');
    const taken = await takeSession(session, dir, DEFAULT_BLOCKS);
    expect(taken?.session.manifest.state.name).toBe('open');
    expect(state()).toBe('open');
    expect(scratch.read(`${dir.home}/settings.json`)).toBe('{"a":2}');
    expect([dir.paths.alive, dir.paths.launcher].map((path) => isHeld(path))).toEqual([true, true]);
    taken?.lock.release();
    expect([dir.paths.alive, dir.paths.launcher].map((path) => isHeld(path))).toEqual([false, false]);
  });

  it('takes the slot that the session had, or another one if another session has it now', async () => {
    const { session, dir } = start();
    const slot = { number: 2, portBase: 23_040 };
    writeManifest(dir.paths.manifest, { ...session.manifest, slot });
    session.lock.release();
    await mergeAndClose(session);
    const closed = readManifest(dir.paths.manifest);
    for (const expected of [slot, { number: 1, portBase: 23_000 }]) {
      if (closed) writeManifest(dir.paths.manifest, { ...closed, slot });
      const taken = await takeSession(session, dir, DEFAULT_BLOCKS);
      expect([taken?.slot.slot, taken?.session.manifest.slot, readManifest(dir.paths.manifest)?.slot]).toEqual([
        expected,
        expected,
        expected,
      ]);
      taken?.lock.release();
    }
  });

  it('reports the obstacle, and leaves the session closed', async () => {
    const { scratch, session, dir, state } = start();
    session.lock.release();
    await mergeAndClose(session);
    rmSync(dirname(dir.paths.openMark), { recursive: true });
    scratch.write(dirname(dir.paths.openMark), 'in the way');
    const line = 'cannot open session one again: a file stands where a folder is needed; fix that';
    await expect(takeSession(session, dir, DEFAULT_BLOCKS)).rejects.toMatchObject({ code: 'home-not-built', line });
    expect(state()).toBe('closed');
    expect(isHeld(dir.paths.alive)).toBe(false);
  });

  it('leaves an open session at once to the process that holds it', async () => {
    const { session, dir } = start();
    expect(await takeSession(session, dir, DEFAULT_BLOCKS)).toBeUndefined();
  });

  it('waits a moment for the process that holds a closed session', async () => {
    const { session, dir, state } = start();
    session.lock.release();
    await mergeAndClose(session);
    const lock = tryKernelLock(dir.paths.alive);
    let isTaken = false;
    const taking = takeSession(session, dir, DEFAULT_BLOCKS).finally(() => (isTaken = true));
    await turn();
    expect([isTaken, state()]).toEqual([false, 'closed']);
    lock?.release();
    (await taking)?.lock.release();
    expect(state()).toBe('open');
  });
});

describe('mergeIfClosed', () => {
  it('merges later changes of a closed session, which stays closed', async () => {
    const { scratch, session, dir, state } = start();
    session.lock.release();
    await mergeAndClose(session);
    scratch.write(`${dir.home}/settings.json`, '{"a":3}');
    await mergeIfClosed(session, 'one');
    expect(scratch.read('shared/settings.json')).toBe('{"a":3}');
    expect(state()).toBe('closed');
  });

  it('opens a closed session in which a process runs', async () => {
    const { scratch, session, dir, state } = start();
    session.lock.release();
    await mergeAndClose(session);
    scratch.write(`${dir.home}/daemon.lock`, JSON.stringify({ pid: process.pid }));
    await mergeIfClosed(session, 'one');
    expect(state()).toBe('open');
    expect(existsSync(dir.paths.openMark)).toBe(true);
    expect(isHeld(dir.paths.alive)).toBe(false);
  });

  it('leaves an open session alone', async () => {
    const { scratch, session, dir, state } = start();
    session.lock.release();
    scratch.write(`${dir.home}/settings.json`, '{"a":3}');
    await mergeIfClosed(session, 'one');
    expect(scratch.read('shared/settings.json')).toBe('{"a":1}');
    expect(state()).toBe('open');
  });
});
