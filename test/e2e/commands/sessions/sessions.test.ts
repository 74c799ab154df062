import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { symlinkSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { writeManifest } from '../../../../src/session/manifest.js';
import { processState } from '../../../../src/system/process.js';
import { type CtlFixture, createCtlFixture, writeMemory } from '../../../support/ctl-fixture.js';
import { atEnd } from '../../../support/lifetime.js';
import { pclaudectl } from '../../../support/real-client.js';
import { openSession } from '../../../support/session.js';
import { openTerminal } from '../../../support/terminal.js';
import { eventually } from '../../../support/wait.js';

describe('pclaudectl sessions', () => {
  it('lists what is not merged, without its content', async () => {
    const { scratch, killed, ctl } = createCtlFixture();
    scratch.write('shared/settings.json', '{"env":{"KEY":"old-secret"}}');
    const { paths } = killed('feat/x', (session) => {
      writeMemory(scratch, session, 'a.md', 'a\n');
      scratch.write(`${session.paths.home}/settings.json`, '{"env":{"KEY":"new-secret"}}');
    });
    expect(await tableOf(ctl)).toEqual([expect.stringMatching(new RegExp(`^${paths.id}  unmerged +- +- +\\d+d +2 +feat/x`))]);
    const json = (await ctl('sessions', '--json')).stdout.toString();
    expect(JSON.parse(json)).toMatchObject([
      { id: paths.id, status: 'unmerged', isolated: true, unmerged: ['memory/a.md', 'settings.json'] },
    ]);
    const shown = (await ctl('sessions', 'show', paths.id.slice(0, 6))).stdout.toString();
    expect(shown).toContain('unmerged      memory/a.md\n              settings.json\n');
    expect(shown).toContain(`pclaudectl merge ${paths.id}\n`);
    expect(`${json}${shown}`).not.toContain('secret');
  });

  it('prints at a terminal that there is no session, as other lists do', async () => {
    const { scratch, env } = createCtlFixture();
    for (const [list, words] of [
      [['sessions'], 'no session runs, and none waits to be merged; closed ones: pclaudectl sessions --all'],
      [['sessions', '--all'], 'no sessions'],
      [['claims'], 'nothing is claimed'],
      [['restore'], 'no last good version is kept yet'],
      [['merge'], 'nothing to merge'],
      [['gc'], 'nothing to remove'],
    ] as const) {
      const terminal = openTerminal(pclaudectl, list, { cwd: scratch.root, env });
      expect(await terminal.exit).toEqual({ exitCode: 0, signal: null });
      expect(terminal.screen().trim()).toBe(words);
    }
  });

  it('lists a stopped session, in colour at a terminal unless NO_COLOR is set, and in 60 columns without wrapping', async () => {
    const { scratch, env, ctl } = createCtlFixture();
    const child = spawn('/bin/sh', ['-c', 'kill -STOP $$'], { stdio: 'ignore' });
    atEnd(() => void child.kill('SIGKILL'));
    await once(child, 'spawn');
    const { pid = 0 } = child;
    await eventually(() => processState(pid)?.letter === 'T', 'it is stopped');
    const { lock } = openSession(scratch, '0123456789', { pid, branch: 'feature/with-a-long-name' });
    atEnd(() => lock.release());
    expect(JSON.parse((await ctl('sessions', '--json')).stdout.toString())).toMatchObject([{ id: '0123456789', stopped: true }]);
    for (const [more, colours] of [
      [{}, true],
      [{ NO_COLOR: '1' }, false],
    ] as const) {
      const terminal = openTerminal(pclaudectl, ['sessions'], { cwd: scratch.root, env: { ...env, ...more }, cols: 60 });
      await terminal.exit;
      expect(terminal.screen().trimEnd().split('\n')).toEqual([
        expect.stringMatching(/^ID +STATE +ACTIVITY .*FOLDER$/),
        expect.stringMatching(/^0123456789 +running +stopped /),
      ]);
      expect(terminal.output().includes('\u001B[35mstopped')).toBe(colours);
    }
  });

  it('lists what a session that holds back its notes would merge', async () => {
    const { scratch, ctl } = createCtlFixture();
    const { paths, lock } = openSession(scratch, '0123456789', { sync: 'exit' });
    atEnd(() => lock.release());
    scratch.write(`${paths.notes}/a.md`, 'a\n');
    expect(JSON.parse((await ctl('sessions', '--json')).stdout.toString())).toMatchObject([
      { status: 'running', sync: 'exit', unmerged: ['memory/a.md'] },
    ]);
  });

  it('lists closed sessions only with --all', async () => {
    const { killed, ctl } = createCtlFixture();
    const { paths, manifest } = killed('main', () => {});
    writeManifest(paths.manifest, { ...manifest, state: { name: 'closed', at: 2 } });
    expect(await tableOf(ctl)).toEqual([]);
    expect(await tableOf(ctl, '--all')).toEqual([expect.stringContaining(`${paths.id}  closed`)]);
    expect((await ctl('sessions', 'show', paths.id)).stdout.toString()).toMatch(/^state +closed$/m);
  });

  it.each<readonly [what: string, spoil: (manifest: string) => void, reason: string]>([
    ['empty', (manifest) => truncateSync(manifest), 'its manifest is lost'],
    ['of a newer version', (manifest) => writeFileSync(manifest, '{"version":2}'), 'a newer pclaude made it'],
    ['refused', loop, 'its manifest cannot be read: a link leads back to itself'],
  ])('continues past a session whose manifest is %s, and names it', async (_what, spoil, reason) => {
    const { killed, ctl } = createCtlFixture();
    const [broken, whole] = ['a', 'b'].map((branch) => killed(branch, () => {}).paths);
    spoil(broken?.manifest ?? '');
    expect(await tableOf(ctl)).toEqual([
      expect.stringMatching(new RegExp(String.raw`^${broken?.id}  unreadable [ -]+ \(${reason}\) +-$`)),
      expect.stringContaining(`${whole?.id}  unmerged`),
    ]);
    expect(JSON.parse((await ctl('sessions', '--json')).stdout.toString())).toMatchObject([
      { id: broken?.id, status: 'unreadable', reason },
      { id: whole?.id },
    ]);
    expect(await ctl('sessions', 'show', broken?.id ?? '')).toMatchObject({
      stderr: `pclaudectl: session ${broken?.id} cannot be read: ${reason}; see: pclaudectl doctor\n`,
      exitCode: 1,
    });
  });

  it('asks which session to list', async () => {
    const { scratch, ctl } = createCtlFixture();
    for (const id of ['abc0000000', 'abd0000000']) openSession(scratch, id).lock.release();
    expect(await ctl('sessions', 'show', 'ab')).toMatchObject({
      stderr: 'pclaudectl: 2 sessions begin with "ab"; see: pclaudectl sessions --all\n',
      exitCode: 1,
    });
    expect(await ctl('sessions', 'show', '4711')).toMatchObject({
      stderr: 'pclaudectl: there is no session "4711"; see: pclaudectl sessions --all\n',
      exitCode: 1,
    });
  });
});

/** The lines of the table below its headings. */
async function tableOf(ctl: CtlFixture['ctl'], ...args: string[]): Promise<string[]> {
  const { stdout, stderr, exitCode } = await ctl('sessions', ...args);
  expect([stderr, exitCode]).toEqual(['', 0]);
  return stdout.toString().split('\n').slice(1, -1);
}

function loop(manifest: string): void {
  unlinkSync(manifest);
  symlinkSync('session.json', manifest);
}
