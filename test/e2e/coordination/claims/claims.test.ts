import { readdirSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { claimPaths, listClaims, releaseAll, releasePaths } from '../../../../src/coordination/claims/claims.js';
import { type Holder, holderHere, isAlive, withClaims } from '../../../../src/coordination/claims/claim-store.js';
import { writeManifest } from '../../../../src/session/manifest.js';
import { tryKernelLock } from '../../../../src/system/kernel-lock.js';
import { leftRunning } from '../../../support/left-running.js';
import { createScratch } from '../../../support/scratch.js';
import { openSession } from '../../../support/session.js';

const dead: Holder = { kind: 'process', pid: process.pid, start: 'before our time' };
const me = (): Holder => holderHere({}, '/nowhere', process.pid);
const parent = (): Holder => holderHere({}, '/nowhere');

describe('claims', () => {
  it('are readable only by the user, with one file for each holder, and no file remains at the end', async () => {
    const { at } = createScratch();
    await claimPaths(at('state'), me(), ['/r/b', '/r/a']);
    expect(readdirSync(at('state/claims'))).toEqual(['lock', expect.stringMatching(new RegExp(`^process-${process.pid}-\\d+\\.json$`))]);
    expect([at('state'), at('state/claims')].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o700]);
    expect(readdirSync(at('state/claims')).map((name) => statSync(at('state/claims', name)).mode & 0o777)).toEqual([0o600, 0o600]);
    expect((await listClaims(at('state'))).map(({ path }) => path)).toEqual(['/r/a', '/r/b']);
    await releaseAll(at('state'), me());
    expect(readdirSync(at('state/claims'))).toEqual(['lock']);
  });

  it('are read and changed by one process at a time', async () => {
    const { at } = createScratch();
    const second = await withClaims(at('state'), () => tryKernelLock(at('state/claims/lock')));
    expect(second).toBeUndefined();
  });

  it('on several paths are granted together or not at all', async () => {
    const { at } = createScratch();
    await claimPaths(at('state'), me(), ['/r/b']);
    const refused = await claimPaths(at('state'), parent(), ['/r/a', '/r/b']);
    expect(refused).toMatchObject({ state: 'refused', inTheWay: [{ path: '/r/b', holder: me() }] });
    expect((await listClaims(at('state'))).map(({ path }) => path)).toEqual(['/r/b']);
    await releasePaths(at('state'), me(), ['/r/b'], false);
    expect(await claimPaths(at('state'), parent(), ['/r/a', '/r/b'])).toMatchObject({ state: 'granted' });
  });

  it('of exited processes are removed by the next command, and so are temp files of a killed writer', async () => {
    const { at, write } = createScratch();
    await claimPaths(at('state'), dead, ['/r']);
    write('state/claims/.process-1.json.0123456789.pclaude-tmp', '{"ver');
    expect(await claimPaths(at('state'), me(), ['/r'])).toMatchObject({ state: 'granted' });
    expect(readdirSync(at('state/claims'))).toHaveLength(2);
    await releaseAll(at('state'), me());
    await claimPaths(at('state'), dead, ['/r']);
    expect(await listClaims(at('state'))).toEqual([]);
    expect(readdirSync(at('state/claims'))).toEqual(['lock']);
  });

  it.each([
    '',
    '{"version":1,"hol',
    '[]',
    '{"version":2,"holder":{"kind":"process","pid":1,"start":"2"},"claims":[]}',
    '{"version":1,"claims":[]}',
    '{"version":1,"holder":{"kind":"process","pid":"1","start":"2"},"claims":[]}',
    '{"version":1,"holder":{"kind":"process","pid":1},"claims":[]}',
    '{"version":1,"holder":{"kind":"machine","pid":1,"start":"2"},"claims":[]}',
    '{"version":1,"holder":{"kind":"session","branch":null},"claims":[]}',
    '{"version":1,"holder":{"kind":"session","id":"aaaaaaaaaa"},"claims":[]}',
    '{"version":1,"holder":{"kind":"session","id":"aaaaaaaaaa","branch":null},"claims":{}}',
    '{"version":1,"holder":{"kind":"session","id":"aaaaaaaaaa","branch":null},"claims":[{"path":"/s"}]}',
    '{"version":1,"holder":{"kind":"session","id":"aaaaaaaaaa","branch":null},"claims":[{"path":1,"since":1}]}',
  ])('that cannot be parsed make every command fail: %j', async (text) => {
    const { at, write } = createScratch();
    await claimPaths(at('state'), me(), ['/s']);
    const file = write('state/claims/process-1.json', text);
    await expect(claimPaths(at('state'), me(), ['/r'])).rejects.toMatchObject({
      code: 'claims-unreadable',
      message: expect.stringContaining(file),
    });
  });

  it('are empty without a state dir, and none is made', async () => {
    const { at, tree } = createScratch();
    expect(await listClaims(at('state'))).toEqual([]);
    expect(tree()).toEqual({});
  });
});

describe('the holder', () => {
  it('is the session in which a command runs, as long as any process of that session runs', async () => {
    const scratch = createScratch();
    const { stateDir, paths, lock } = openSession(scratch, 'aaaaaaaaaa', { branch: 'feat/x' });
    const holder = holderHere({ PCLAUDE_SESSION_ID: paths.id }, stateDir);
    expect(holder).toEqual({ kind: 'session', id: paths.id, branch: 'feat/x' });
    const end = await leftRunning(paths.home);
    lock.release();
    expect(isAlive(stateDir, holder)).toBe(process.platform === 'linux');
    await end();
    expect(isAlive(stateDir, holder)).toBe(false);
  });

  it.each(['', 'bbbbbbbbbb', '../sessions/aaaaaaaaaa'])('is the parent process outside any session: PCLAUDE_SESSION_ID=%s', (id) => {
    const scratch = createScratch();
    const { stateDir, lock } = openSession(scratch, 'aaaaaaaaaa');
    expect(holderHere({ PCLAUDE_SESSION_ID: id }, stateDir)).toEqual(parent());
    expect(parent()).toMatchObject({ kind: 'process', pid: process.ppid });
    lock.release();
  });

  it('is the parent process if the session has been closed', () => {
    const scratch = createScratch();
    const { stateDir, paths, manifest, lock } = openSession(scratch, 'aaaaaaaaaa');
    writeManifest(paths.manifest, { ...manifest, state: { name: 'closed', at: 1 } });
    expect(holderHere({ PCLAUDE_SESSION_ID: paths.id }, stateDir)).toEqual(parent());
    lock.release();
  });

  it('is alive only if both pid and start match', () => {
    expect([isAlive('/nowhere', me()), isAlive('/nowhere', dead)]).toEqual([true, false]);
  });

  it('must be a running process', () => {
    expect(() => holderHere({}, '/nowhere', 2 ** 30)).toThrow('there is no process 1073741824');
  });
});
