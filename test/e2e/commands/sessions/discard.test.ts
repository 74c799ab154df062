import { describe, expect, it } from 'vitest';
import { readManifest } from '../../../../src/session/manifest.js';
import { decideEnding } from '../../../../src/sync/close/discard.js';
import { realFiles } from '../../../../src/system/files/real-files.js';
import { newId } from '../../../../src/system/id.js';
import { type CtlFixture, createCtlFixture } from '../../../support/ctl-fixture.js';
import { openSession, type OpenSession } from '../../../support/session.js';

const MEMORY = 'shared/projects/p/memory';

/** A session that is held back, has made two notes and changed a setting. It runs until its lock is released. */
function held({ scratch }: CtlFixture): OpenSession {
  scratch.write(`${MEMORY}/MEMORY.md`, '# Memory\n');
  const session = openSession(scratch, newId(), { branch: 'feat/x', sync: 'exit' });
  for (const name of ['a.md', 'b.md']) scratch.write(`${session.paths.notes}/${name}`, `${name}\n`);
  scratch.write(`${session.paths.home}/settings.json`, '{"a":1}');
  return session;
}

async function discard({ ctl }: CtlFixture, ...args: string[]): Promise<[stdout: string, stderr: string, exitCode: number | null]> {
  const { stdout, stderr, exitCode } = await ctl('merge', '--discard', ...args);
  return [stdout.toString(), stderr, exitCode];
}

describe('pclaudectl merge --discard', () => {
  it('discards the changes of a killed session, and prints what they are and where they stay', async () => {
    const fixture = createCtlFixture();
    const { scratch, ctl } = fixture;
    const { paths, lock } = held(fixture);
    lock.release();
    const before = scratch.tree('shared');
    const line = `discarded 2 memories and settings.json from feat/x; all of it stays in ${paths.root} until pclaudectl gc`;
    expect(await discard(fixture, paths.id.slice(0, 6))).toEqual([`${paths.id}: ${line}\n`, '', 0]);
    expect(await discard(fixture, paths.id)).toEqual([`${paths.id}: nothing to discard\n`, '', 0]);
    expect((await ctl('merge', '--all')).stdout.toString()).toBe(`${paths.id}: nothing to merge\n`);
    expect(scratch.tree('shared')).toEqual(before);
    expect(scratch.read(`${paths.oldNotes}/a.md`)).toBe('a.md\n');
    expect((await ctl('conflicts')).stdout.toString()).toBe('');
  });

  it('discards a running session at its end, whichever process closes it', async () => {
    const fixture = createCtlFixture();
    const { scratch, ctl } = fixture;
    const { paths, lock } = held(fixture);
    const before = scratch.tree('shared');
    expect(await discard(fixture, paths.id)).toEqual([`${paths.id}: will be discarded when it ends\n`, '', 0]);
    expect(readManifest(paths.manifest)?.state.name).toBe('open');
    expect((await ctl('merge', paths.id)).stderr).toBe(
      `pclaudectl: session ${paths.id} is still running; nothing of it is merged before it ends\n`,
    );
    lock.release();
    expect((await ctl('merge')).stdout.toString()).toMatch(
      new RegExp(`^${paths.id}: discarded 2 memories and settings\\.json from feat/x; `),
    );
    expect(scratch.tree('shared')).toEqual(before);
  });

  it('prints JSON', async () => {
    const fixture = createCtlFixture();
    const [one, two] = [held(fixture), held(fixture)];
    two.lock.release();
    const first = { id: one.paths.id, branch: 'feat/x' };
    const both = await discard(fixture, one.paths.id, two.paths.id, '--json');
    expect([JSON.parse(both[0]), both[1], both[2]]).toEqual([
      [
        { ...first, state: 'discarding', dropped: [] },
        { id: two.paths.id, branch: 'feat/x', state: 'discarded', dropped: ['memory/a.md', 'memory/b.md', 'settings.json'] },
      ],
      '',
      0,
    ]);
    expect(JSON.parse((await discard(fixture, two.paths.id, '--json'))[0])).toEqual([
      { id: two.paths.id, branch: 'feat/x', state: 'closed', dropped: [] },
    ]);
    one.lock.release();
    const merged: unknown = JSON.parse((await fixture.ctl('merge', '--json')).stdout.toString());
    expect(merged).toEqual([{ ...first, state: 'discarded', dropped: ['memory/a.md', 'memory/b.md', 'settings.json'] }]);
  });

  it('fails for a session that is already being merged', async () => {
    const fixture = createCtlFixture();
    const { paths } = held(fixture);
    decideEnding(realFiles, paths, 'merge');
    const line = `session ${paths.id} was not discarded: it has just ended, and is being merged; see what came of it with: pclaudectl sessions --all`;
    const [stdout, ...rest] = await discard(fixture, paths.id, '--json');
    expect([JSON.parse(stdout), ...rest]).toEqual([
      [{ id: paths.id, branch: 'feat/x', state: 'failed', error: line }],
      `pclaudectl: ${line}\n`,
      1,
    ]);
  });

  it('does not touch a running continuous session, and continues with the others', async () => {
    const fixture = createCtlFixture();
    const running = openSession(fixture.scratch, newId());
    const { paths, lock } = held(fixture);
    lock.release();
    const [stdout, stderr, exitCode] = await discard(fixture, running.paths.id, paths.id);
    expect(stdout).toMatch(new RegExp(`^${paths.id}: discarded `));
    expect(stderr).toMatch(
      new RegExp(
        `^pclaudectl: session ${running.paths.id} was not discarded: it is running, and what it writes is merged at once; [^\n]+\n$`,
      ),
    );
    expect(exitCode).toBe(1);
  });

  it.each([
    [[], 'pclaudectl: --discard needs the id of a session; see: pclaudectl sessions\n'],
    [['nosuch'], 'pclaudectl: there is no session "nosuch"; see: pclaudectl sessions --all\n'],
    [['--all'], "error: option '--discard' cannot be used with option '--all'\nrun pclaudectl merge --help to see how it is used\n"],
    [
      ['--dry-run', 'x'],
      "error: option '--discard' cannot be used with option '-n, --dry-run'\nrun pclaudectl merge --help to see how it is used\n",
    ],
  ])('does nothing with %j', async (args, line) => {
    const fixture = createCtlFixture();
    const { paths, lock } = held(fixture);
    lock.release();
    const [stdout, stderr, exitCode] = await discard(fixture, ...args);
    expect([stdout, stderr.replaceAll(/\n+/g, '\n'), exitCode]).toEqual(['', line, 1]);
    expect(readManifest(paths.manifest)?.state.name).toBe('open');
  });
});
