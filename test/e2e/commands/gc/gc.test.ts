import { chmodSync, existsSync, rmSync, symlinkSync, truncateSync, utimesSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { holdLaunch } from '../../../../src/session/locks.js';
import { writeManifest } from '../../../../src/session/manifest.js';
import { collectorLockFile, sessionPaths } from '../../../../src/session/paths.js';
import { tryKernelLock } from '../../../../src/system/kernel-lock.js';
import { type CtlFixture, createCtlFixture, writeMemory } from '../../../support/ctl-fixture.js';
import { withoutPowers } from '../../../support/disk.js';
import { leftRunning } from '../../../support/left-running.js';
import { atEnd } from '../../../support/lifetime.js';
import { pclaudectl } from '../../../support/real-client.js';
import { run } from '../../../support/run.js';
import type { OpenSession } from '../../../support/session.js';
import { openTerminal } from '../../../support/terminal.js';

const DAY_MS = 24 * 60 * 60 * 1000;

interface Closed extends CtlFixture {
  /** Makes a session that was closed this many days ago, after it had worked. */
  readonly closed: (days: number, work?: (session: OpenSession) => void) => OpenSession;
  /** The ids of the existing sessions. */
  readonly left: () => string[];
}

function create(): Closed {
  const fixture = createCtlFixture();
  const { scratch, killed } = fixture;
  scratch.write('shared/settings.json', '{}');
  scratch.write('shared/skills/a/SKILL.md', 'a skill\n');
  return {
    ...fixture,
    closed(days, work = () => {}) {
      const session = killed('main', () => {});
      writeManifest(session.paths.manifest, { ...session.manifest, state: { name: 'closed', at: Date.now() - days * DAY_MS } });
      rmSync(session.paths.openMark);
      work(session);
      return session;
    },
    left: () =>
      [...new Set(Object.keys(scratch.tree('state/sessions')).map((path) => path.split('/')[0] ?? ''))]
        .filter((id) => id !== '')
        .toSorted(),
  };
}

/** Holds a lock until the test ends. */
function hold(path: string): void {
  const lock = tryKernelLock(path);
  atEnd(() => lock?.release());
}

describe('pclaudectl gc', () => {
  it('removes sessions that were closed longer ago than the client keeps conversations, and nothing else', async () => {
    const { scratch, killed, closed, ctl, left } = create();
    const shared = scratch.tree('shared');
    const [young, open, old] = [closed(29.9), killed('main', () => {}), closed(30.1)];
    const { stdout, stderr, exitCode } = await ctl('gc');
    expect(stdout.toString()).toMatch(new RegExp(`^removed session ${old.paths.id} from main, closed 30d ago: \\d+ B\n$`));
    expect([stderr, exitCode]).toEqual(['', 0]);
    expect(left()).toEqual([young.paths.id, open.paths.id].toSorted());
    expect(scratch.tree('state/trash')).toEqual({});
    expect(scratch.tree('shared')).toMatchObject(shared);
    expect((await ctl('gc')).stdout.toString()).toBe('nothing to remove\n');
  });

  it('shows with --dry-run what it would remove, and its size, and changes nothing', async () => {
    const { scratch, closed, ctl } = create();
    const { paths } = closed(41, ({ paths: { home } }) => scratch.write(`${home}/cache/big`, 'x'.repeat(2_000_000)));
    const before = scratch.tree();
    const { stdout, exitCode } = await ctl('gc', '--dry-run', '--force');
    expect(stdout.toString()).toBe(
      `would remove session ${paths.id} from main, closed 41d ago: 2.0 MB\n2.0 MB in all: pclaudectl gc --force removes them\n`,
    );
    expect(exitCode).toBe(0);
    expect(JSON.parse((await ctl('gc', '-n', '--json')).stdout.toString())).toEqual([
      {
        kind: 'session',
        id: paths.id,
        branch: 'main',
        closedAt: expect.stringMatching(/^\d{4}-/),
        bytes: expect.any(Number),
        state: 'removable',
      },
    ]);
    expect(scratch.tree()).toEqual(before);
  });

  it('only shows it at a terminal, unless asked to remove it', async () => {
    const { scratch, closed, env, left } = create();
    const { paths } = closed(31);
    const shown = openTerminal(pclaudectl, ['gc'], { cwd: scratch.root, env });
    await shown.waitFor(/in all: pclaudectl gc --force removes them/);
    await shown.exit;
    expect(left()).toEqual([paths.id]);
    const forced = openTerminal(pclaudectl, ['gc', '--force'], { cwd: scratch.root, env });
    await forced.waitFor(new RegExp(`removed session ${paths.id}`));
    await forced.exit;
    expect(left()).toEqual([]);
  });

  it("uses the client's own setting, in each shared dir; if that cannot be read, it keeps all sessions", async () => {
    const { scratch, closed, ctl, left } = create();
    const { paths } = closed(8);
    expect((await ctl('gc')).stdout.toString()).toBe('nothing to remove\n');
    scratch.write('shared/settings.json', '{ "cleanupPeriodDays": 7, // a week\n }');
    expect((await ctl('gc', '-n')).stdout.toString()).toContain(`would remove session ${paths.id}`);
    scratch.write('shared/settings.json', '{ "cleanupPeriodDays": 365, "cut');
    const other = closed(400);
    expect((await ctl('gc')).stdout.toString()).toBe(
      `kept session ${other.paths.id} from main, closed 400d ago: how long to keep it is not known, since ${scratch.at('shared/settings.json')} is not valid JSON\nnothing to remove\n`,
    );
    expect(left()).toEqual([paths.id, other.paths.id].toSorted());
  });

  it.each<readonly [why: string, hinder: (fixture: Closed, session: OpenSession) => void, reason: string]>([
    [
      'is changed after it was closed',
      ({ scratch }, { paths }) => void scratch.write(`${paths.home}/notes.md`, 'late\n'),
      'it was changed after it was closed: pclaudectl merge ID',
    ],
    [
      'has a note that is not merged',
      ({ scratch }, session) => writeMemory(scratch, session, 'a.md', 'a\n'),
      'it was changed after it was closed: pclaudectl merge ID',
    ],
    [
      'holds a conflict',
      ({ scratch }, { paths }) => void scratch.write(`${paths.home}/settings.json`, '{'),
      'a version in it could not be merged: pclaudectl conflicts',
    ],
    [
      'has a daemon',
      ({ scratch }, { paths }) => void scratch.write(`${paths.home}/daemon.lock`, JSON.stringify({ pid: process.pid })),
      'something that was started in it still runs',
    ],
    [
      'has a background job that has not ended',
      ({ scratch }, { paths }) => void scratch.write(`${paths.home}/jobs/1a2b3c4d/state.json`, '{"state":"working"}'),
      'Claude Code would keep its background sessions, too (1a2b3c4d): pclaude rm ID removes one',
    ],
    ['is being merged', (_, { paths }) => hold(paths.alive), 'it is being merged just now'],
  ])('keeps a session that %s, and reports it', async (_, hinder, reason) => {
    const fixture = create();
    const { closed, ctl, left } = fixture;
    const session = closed(31);
    const { id } = session.paths;
    hinder(fixture, session);
    const expected = `kept session ${id} from main, closed 31d ago: ${reason.replace('merge ID', `merge ${id}`)}\nnothing to remove\n`;
    expect((await ctl('gc', '-n')).stdout.toString()).toBe(expected);
    expect(await ctl('gc')).toMatchObject({ stdout: Buffer.from(expected), stderr: '', exitCode: 0 });
    expect(JSON.parse((await ctl('gc', '--json')).stdout.toString())).toMatchObject([
      { id, state: 'kept', why: reason.replace('merge ID', `merge ${id}`) },
    ]);
    expect(left()).toEqual([id]);
  });

  it.runIf(process.platform === 'linux')(
    'keeps a session with a running process, even if the state dir is reached through a link',
    async () => {
      const { scratch, closed, ctlWith, left } = create();
      const { paths } = closed(31);
      scratch.link('linked', scratch.at('state'));
      const end = await leftRunning(paths.home);
      const gc = async (): Promise<string> => (await ctlWith({ PCLAUDE_STATE_DIR: scratch.at('linked') }, 'gc')).stdout.toString();
      expect(await gc()).toContain('something that was started in it still runs');
      expect(left()).toEqual([paths.id]);
      await end();
      expect(await gc()).toContain(`removed session ${paths.id}`);
    },
  );

  it('removes the leftovers of killed launches and killed removals at once', async () => {
    const { scratch, ctl } = create();
    const half = sessionPaths(scratch.at('state'), 'half000000');
    scratch.write(half.unfinishedMark, '');
    scratch.write(`${half.home}/settings.json`, '{}');
    scratch.write('state/locks/launches', '');
    scratch.write('state/trash/rest000000/base/a', 'abc');
    scratch.link('state/trash/rest000000/skills', scratch.at('shared/skills'));
    const launch = holdLaunch(scratch.at('state'));
    const rest = /the rest of session rest000000: 3 B\n/;
    expect((await ctl('gc', '-n')).stdout.toString()).toMatch(new RegExp(`^would remove ${rest.source}3 B in all`));
    launch?.release();
    expect((await ctl('gc')).stdout.toString()).toBe(
      'removed the rest of session rest000000: 3 B\nremoved session half000000, which was never finished: 2 B\n',
    );
    expect(scratch.tree('state')).toEqual({ 'locks/gc': '', 'locks/launches': '', open: 'folder', sessions: 'folder', trash: 'folder' });
    expect(scratch.read('shared/skills/a/SKILL.md')).toBe('a skill\n');
  });

  it('removes a session whose manifest a power cut left empty, if it is as old, and has no notes', async () => {
    const { scratch, closed, ctl, left } = create();
    const [young, old, noted] = [closed(0), closed(0), closed(0, ({ paths }) => scratch.write(`${paths.notes}/a.md`, 'a\n'))];
    for (const { paths } of [young, old, noted]) truncateSync(paths.manifest);
    for (const { paths } of [old, noted]) utimesSync(paths.root, 0, Date.now() / 1000 - 31 * 24 * 60 * 60);
    const lines = (await ctl('gc')).stdout.toString().split('\n').toSorted();
    expect(lines).toEqual([
      '',
      `kept session ${noted.paths.id}, whose manifest is lost: there are notes in ${noted.paths.notes} that cannot be merged; remove them when they are not needed`,
      expect.stringMatching(`^removed session ${old.paths.id}, whose manifest is lost: `),
    ]);
    expect(left()).toEqual([young.paths.id, noted.paths.id].toSorted());
  });

  it('keeps a session that a newer version made, and a file in the place of a session', async () => {
    const { scratch, closed, ctl } = create();
    const [newer, linked] = [closed(31), closed(31)];
    writeManifest(newer.paths.manifest, newer.manifest);
    scratch.write(newer.paths.manifest, '{"version":2,"state":{"name":"closed","at":1}}');
    utimesSync(newer.paths.root, 0, 0);
    scratch.folder('elsewhere');
    rmSync(scratch.at('elsewhere'), { recursive: true });
    await run({ name: 'mv', file: '/bin/mv', args: [], env: {} }, [linked.paths.root, scratch.at('elsewhere')], {
      cwd: scratch.root,
      env: {},
    });
    symlinkSync(scratch.at('elsewhere'), linked.paths.root);
    expect((await ctl('gc')).stdout.toString()).toBe('nothing to remove\n');
    expect([newer.paths.manifest, scratch.at('elsewhere/session.json'), linked.paths.manifest].map((path) => existsSync(path))).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('never moves anything through a link: it refuses a trash that is a link', async () => {
    const { scratch, closed, ctl, left } = create();
    const { paths } = closed(31);
    scratch.write('elsewhere/kept', 'kept');
    scratch.link('state/trash', scratch.at('elsewhere'));
    const { stdout, stderr, exitCode } = await ctl('gc');
    expect([stdout.toString(), stderr, exitCode]).toEqual([
      '',
      `pclaudectl: session ${paths.id} from main, closed 31d ago could not be removed: ${scratch.at('state/trash')} is a link; remove it\n`,
      1,
    ]);
    expect(left()).toEqual([paths.id]);
    expect(scratch.tree('elsewhere')).toEqual({ kept: 'kept' });
  });

  it('continues with the other sessions if one cannot be removed, and exits with 1', async () => {
    const { scratch, closed, env, left } = create();
    const sessions = [closed(31), closed(31)];
    const locked = sessions.toSorted((one, other) => (one.paths.id < other.paths.id ? -1 : 1))[0];
    chmodSync(locked?.paths.manifest ?? '', 0o000);
    const [file = '', ...args] = withoutPowers([pclaudectl.file, ...pclaudectl.args]);
    const { stdout, stderr, exitCode } = await run({ ...pclaudectl, file, args }, ['gc'], { cwd: scratch.root, env });
    expect(stderr).toBe(
      `pclaudectl: session ${locked?.paths.id} could not be removed: cannot use ${locked?.paths.manifest}: permission denied; try again with: pclaudectl gc --force\n`,
    );
    expect(stdout.toString()).toMatch(/^removed session [^\n]+\n$/);
    expect(exitCode).toBe(1);
    chmodSync(locked?.paths.manifest ?? '', 0o600);
    expect(left()).toEqual([locked?.paths.id]);
  });

  it('runs one at a time, and makes nothing if there is nothing to remove', async () => {
    const { scratch, closed, ctl, ctlWith } = create();
    expect(await ctlWith({ PCLAUDE_STATE_DIR: scratch.at('none') }, 'gc')).toMatchObject({
      stdout: Buffer.from('nothing to remove\n'),
      exitCode: 0,
    });
    expect(existsSync(scratch.at('none'))).toBe(false);
    closed(31);
    const lock = tryKernelLock(collectorLockFile(scratch.at('state')));
    expect(await ctl('gc')).toMatchObject({
      stderr: 'pclaudectl: another pclaudectl gc is at work; wait until it has ended\n',
      exitCode: 75,
    });
    expect((await ctl('gc', '-n')).exitCode).toBe(0);
    lock?.release();
  });
});
