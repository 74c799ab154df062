import { existsSync, lstatSync, rmSync, symlinkSync, truncateSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findSharedDir } from '../../../../src/client/shared-dir.js';
import { readManifest } from '../../../../src/session/manifest.js';
import { tryKernelLock } from '../../../../src/system/kernel-lock.js';
import { type CtlFixture, createCtlFixture, writeMemory } from '../../../support/ctl-fixture.js';
import { openSession } from '../../../support/session.js';

const MEMORY = 'shared/projects/p/memory';

/** Two killed sessions: one has a note, a setting and a secret, the other conflicts with it in one file. */
function twoKilled(): CtlFixture & { ids: string[] } {
  const fixture = createCtlFixture();
  const { scratch, killed } = fixture;
  scratch.write(`${MEMORY}/MEMORY.md`, '# Memory\n');
  scratch.write(`${MEMORY}/arch.md`, 'one\ntwo\n');
  scratch.write('shared/settings.json', '{"env":{"KEY":"old-secret"}}');
  const first = killed('feat/x', (session) => {
    writeMemory(scratch, session, 'MEMORY.md', '# Memory\n- [a](a.md)\n', '# Memory\n');
    writeMemory(scratch, session, 'a.md', 'a\n');
    writeMemory(scratch, session, 'arch.md', 'one\nTWO of x\n', 'one\ntwo\n');
    scratch.write(`${session.paths.home}/settings.json`, '{"env":{"KEY":"new-secret"}}');
  });
  const second = killed('feat/y', (session) => writeMemory(scratch, session, 'arch.md', 'one\nTWO of y\n', 'one\ntwo\n'));
  return { ...fixture, ids: [first.paths.id, second.paths.id] };
}

/** All files below a folder, with the properties that a write would change. */
function fingerprint({ scratch }: CtlFixture): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(scratch.tree()).map(([path, content]) => {
      const { ino, mtimeNs } = lstatSync(scratch.at(path), { bigint: true });
      return [path, [content, ino, mtimeNs]];
    }),
  );
}

describe('pclaudectl merge', () => {
  it('merges killed sessions once, and prints what it merged', async () => {
    const { scratch, ctl, ids } = twoKilled();
    const { stdout, stderr, exitCode } = await ctl('merge');
    expect(stdout.toString().split('\n').toSorted()).toEqual(
      [
        '',
        `${ids[0]}: merged 2 memories and settings.json from feat/x`,
        `${ids[1]}: 1 conflict in memory/arch.md from feat/y, both versions kept: pclaudectl conflicts`,
      ].toSorted(),
    );
    expect([stderr, exitCode]).toEqual(['', 0]);
    expect(scratch.read(`${MEMORY}/a.md`)).toBe('a\n');
    expect(scratch.read('shared/settings.json')).toBe('{"env":{"KEY":"new-secret"}}');
    expect((await ctl('merge')).stdout.toString()).toBe('nothing to merge\n');
  });

  it('shows with --dry-run what would change, and changes nothing: no file, no time stamp', async () => {
    const fixture = twoKilled();
    const before = fingerprint(fixture);
    const { stdout, exitCode } = await fixture.ctl('merge', '--dry-run');
    expect(fingerprint(fixture)).toEqual(before);
    expect(exitCode).toBe(0);
    const text = stdout.toString();
    expect(text).toContain(`+++ ${fixture.scratch.at(MEMORY)}/MEMORY.md\n@@ -1,1 +1,2 @@\n # Memory\n+- [a](a.md)\n`);
    expect(text).toContain(`--- /dev/null\n+++ ${fixture.scratch.at(MEMORY)}/a.md\n@@ -0,0 +1,1 @@\n+a\n`);
    expect(text).toContain(`arch.conflict-feat-y-${fixture.ids[1]}.md`);
    expect(text).toContain('settings.json: keys that change: env.KEY\n');
    expect(text).not.toContain('secret');
  });

  it('does what its dry run printed', async () => {
    const { scratch, ctl } = twoKilled();
    const predicted: { changes: { path: string }[] }[] = JSON.parse((await ctl('merge', '-n', '--json')).stdout.toString());
    const before = scratch.tree('shared');
    await ctl('merge');
    const after = scratch.tree('shared');
    const changed = Object.keys(after).filter((path) => after[path] !== before[path]);
    expect([...new Set(predicted.flatMap(({ changes }) => changes.map(({ path }) => path)))].toSorted()).toEqual(
      changed.map((path) => scratch.at('shared', path)).toSorted(),
    );
  });

  it('prints as JSON the path of a quarantined file, in the list and with its file', async () => {
    const { scratch, killed, ctl } = createCtlFixture();
    scratch.write('shared/settings.json', '{"model":"a"}');
    killed('main', (session) => scratch.write(`${session.paths.home}/settings.json`, '{"model":"b"}'));
    scratch.write('shared/settings.json', '{"model":');
    const [merged] = JSON.parse((await ctl('merge', '--json')).stdout.toString());
    expect(merged.setAside).toEqual([expect.stringMatching(/settings\.json\.corrupt\.[\d.TZ-]+$/)]);
    expect(merged.files).toEqual([{ path: 'settings.json', outcome: 'merged', decided: [], setAside: merged.setAside[0] }]);
  });

  it('prints as JSON the result for each file, and for the keys that both sides had changed', async () => {
    const { scratch, killed, ctl } = createCtlFixture();
    scratch.write('shared/.claude.json', '{"lastSessionId":"a","numStartups":1}');
    const { paths } = killed('main', (session) =>
      scratch.write(`${session.paths.home}/.claude.json`, '{"lastSessionId":"b","numStartups":2}'),
    );
    scratch.write('shared/.claude.json', '{"lastSessionId":"c","numStartups":2}');
    expect(JSON.parse((await ctl('merge', '--json')).stdout.toString())).toEqual([
      {
        id: paths.id,
        branch: 'main',
        state: 'merged',
        files: [{ path: '.claude.json', outcome: 'merged', decided: ['lastSessionId'] }],
        setAside: [],
      },
    ]);
    expect(scratch.read('shared/.claude.json')).toBe('{"lastSessionId":"b","numStartups":3}');
    expect(scratch.read(paths.journal)).toMatch(
      /^\n\{"at":\d+,"pid":\d+,"path":"\.claude\.json","outcome":"merged","decided":\["lastSessionId"\],"copy":null\}$/,
    );
  });

  it('merges a session that is named by the start of its id, and leaves the others', async () => {
    const { scratch, ctl, ids } = twoKilled();
    await ctl('merge', (ids[1] ?? '').slice(0, 6));
    expect(ids.map((id) => readManifest(scratch.at(`state/sessions/${id}/session.json`))?.state.name)).toEqual(['open', 'closed']);
  });

  it('merges later writes to a closed session on request', async () => {
    const { scratch, killed, ctl } = createCtlFixture();
    scratch.write('shared/settings.json', '{"a":1}');
    const { paths } = killed('main', ({ paths: { home } }) => scratch.write(`${home}/settings.json`, '{"a":1,"b":2}'));
    await ctl('merge');
    scratch.write('shared/settings.json', '{"b":2}');
    scratch.write(`${paths.home}/settings.json`, '{"a":1,"b":2,"late":3}');
    expect((await ctl('merge')).stdout.toString()).toBe('nothing to merge\n');
    await ctl('merge', '--all');
    // Only new content is merged: a file that was removed in the meantime does not return.
    expect(scratch.read('shared/settings.json')).toBe('{"b":2,"late":3}');
  });

  it('leaves a running session alone', async () => {
    const { killed, ctl } = createCtlFixture();
    const { paths } = killed('main', () => {});
    const alive = tryKernelLock(paths.alive);
    const results = [await ctl('merge', paths.id, '--json'), await ctl('merge', paths.id, '--json', '--dry-run')];
    alive?.release();
    for (const { stdout, stderr, exitCode } of results) {
      expect(stderr).toMatch(new RegExp(`^pclaudectl: session ${paths.id} is still running; [^\n]+\n$`));
      expect(JSON.parse(stdout.toString())).toEqual([{ id: paths.id, branch: 'main', state: 'running' }]);
      expect(exitCode).toBe(1);
    }
  });

  it('skips a session whose daemon runs, but reports it if it is named', async () => {
    const { scratch, killed, ctl } = createCtlFixture();
    const { paths } = killed('main', ({ paths: { home } }) => scratch.write(`${home}/daemon.lock`, JSON.stringify({ pid: process.pid })));
    expect(JSON.parse((await ctl('sessions', '--json')).stdout.toString())).toMatchObject([{ id: paths.id, status: 'running' }]);
    expect(await ctl('merge')).toMatchObject({ stdout: Buffer.from('nothing to merge\n'), stderr: '', exitCode: 0 });
    expect((await ctl('merge', paths.id)).exitCode).toBe(1);
  });

  it('reports a settings file that it had to quarantine', async () => {
    const { scratch, killed, ctl } = createCtlFixture();
    const { paths } = killed('main', ({ paths: { home } }) => scratch.write(`${home}/settings.json`, '{"a":1}'));
    scratch.write('shared/settings.json', '{"cut');
    const [line, ...more] = (await ctl('merge')).stdout.toString().split('\n');
    expect(line).toMatch(
      new RegExp(
        `^${paths.id}: a settings file was not valid JSON; it is kept as ${scratch.at('shared/settings.json')}\\.corrupt\\.\\S+ and was rebuilt `,
      ),
    );
    expect(more).toEqual([`${paths.id}: merged settings.json from main`, '']);
  });

  it.each([[[]], [['--dry-run']]])('continues with the other sessions if one cannot be merged: merge %j', async (options) => {
    const { scratch, killed, ctl } = createCtlFixture();
    const broken = openSession(scratch, 'brokenone0', { shared: findSharedDir({ CLAUDE_CONFIG_DIR: scratch.folder('other') }, '/') });
    scratch.write(`${broken.paths.home}/notes.md`, 'mine\n');
    broken.lock.release();
    rmSync(scratch.at('other'), { recursive: true });
    scratch.write('other', 'no folder');
    const { paths } = killed('main', ({ paths: { home } }) => scratch.write(`${home}/notes.md`, 'mine\n'));
    const { stdout, stderr, exitCode } = await ctl('merge', '--json', ...options);
    const line = `session brokenone0 could not be merged: cannot use ${scratch.at('other')}: it is not a folder; nothing is lost, try again with: pclaudectl merge brokenone0`;
    expect(JSON.parse(stdout.toString())).toMatchObject([
      { id: 'brokenone0', branch: 'main', state: 'failed', error: line },
      { id: paths.id, state: options.length > 0 ? 'dry-run' : 'merged' },
    ]);
    expect([stderr, exitCode]).toEqual([`pclaudectl: ${line}\n`, 1]);
  });

  it.each(['nosuch', '', '../x', 'two\nlines'])('reports an unknown session %j', async (name) => {
    const { killed, ctl } = createCtlFixture();
    killed('main', () => {});
    const { stdout, stderr, exitCode } = await ctl('merge', name);
    const shown = name.replace('\n', String.raw`\n`);
    expect([stdout.toString(), stderr, exitCode]).toEqual([
      '',
      `pclaudectl: there is no session "${shown}"; see: pclaudectl sessions --all\n`,
      1,
    ]);
  });

  it('asks which of several sessions to merge', async () => {
    const { scratch, ctl } = createCtlFixture();
    for (const id of ['abc0000000', 'abd0000000']) openSession(scratch, id).lock.release();
    expect((await ctl('merge', 'ab')).stderr).toBe('pclaudectl: 2 sessions begin with "ab"; see: pclaudectl sessions --all\n');
  });

  it('names a session that could not be merged, and leaves it for another try', async () => {
    const { scratch, killed, ctl } = createCtlFixture();
    const { paths } = killed('main', ({ paths: { home } }) => scratch.write(`${home}/notes.md`, 'mine\n'));
    rmSync(scratch.at('shared'), { recursive: true });
    scratch.write('shared', 'no folder');
    const { stderr, exitCode } = await ctl('merge');
    expect(stderr).toBe(
      `pclaudectl: session ${paths.id} could not be merged: cannot use ${scratch.at('shared')}: it is not a folder; nothing is lost, try again with: pclaudectl merge ${paths.id}\n`,
    );
    expect(scratch.read('shared')).toBe('no folder');
    expect(exitCode).toBe(1);
    expect(readManifest(paths.manifest)?.state.name).toBe('open');
  });

  it.each([[[]], [['--all']], [['--dry-run']]])('skips a session that cannot be read (%j)', async (args) => {
    const { scratch, killed, ctl } = createCtlFixture();
    const [broken, whole] = ['a', 'b'].map(
      (name) => killed('main', ({ paths: { home } }) => scratch.write(`${home}/${name}.md`, name)).paths,
    );
    rmSync(broken?.manifest ?? '');
    symlinkSync('session.json', broken?.manifest ?? '');
    const { stdout, stderr, exitCode } = await ctl('merge', ...args);
    expect(stdout.toString()).toContain(whole?.id);
    expect(stderr).toBe(
      `pclaudectl: session ${broken?.id} was not merged: its manifest cannot be read: a link leads back to itself; see: pclaudectl doctor\n`,
    );
    expect(exitCode).toBe(1);
    expect(['a.md', 'b.md'].filter((name) => existsSync(scratch.at('shared', name)))).toEqual(args.includes('--dry-run') ? [] : ['b.md']);
  });

  it('reports why a named session cannot be read', async () => {
    const { killed, ctl } = createCtlFixture();
    const { paths } = killed('main', () => {});
    truncateSync(paths.manifest);
    expect(await ctl('merge', paths.id)).toMatchObject({
      stderr: `pclaudectl: session ${paths.id} cannot be read: its manifest is lost; see: pclaudectl doctor\n`,
      exitCode: 1,
    });
  });
});
