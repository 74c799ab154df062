import { chmodSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openTerminal } from '../../../support/terminal.js';
import { pclaudectl } from '../../../support/real-client.js';
import { withoutPowers } from '../../../support/disk.js';
import { run } from '../../../support/run.js';
import { treeOf } from '../../../support/scratch.js';
import { type CtlFixture, createCtlFixture } from '../../../support/ctl-fixture.js';

function create(): CtlFixture {
  const fixture = createCtlFixture();
  const { scratch, env } = fixture;
  chmodSync(scratch.write('bin/claude', '#!/bin/sh\necho "2.1.329 (Claude Code)"\n'), 0o755);
  chmodSync(scratch.folder('state'), 0o700);
  return { ...fixture, env: { ...env, PCLAUDE_CLAUDE_PATH: scratch.at('bin/claude') } };
}

describe('pclaudectl doctor', () => {
  it('finds nothing in a healthy installation, changes nothing, and exits with 0', async () => {
    const { scratch, ctlWith, env } = create();
    const before = treeOf(scratch.root);
    expect(await ctlWith(env, 'doctor')).toMatchObject({ stdout: Buffer.from('nothing is wrong\n'), stderr: '', exitCode: 0 });
    expect((await ctlWith(env, 'doctor', '--verbose')).stdout.toString()).toContain(
      `ok       ${scratch.at('bin/claude')}: Claude Code 2.1.329\n`,
    );
    expect(treeOf(scratch.root)).toEqual(before);
  });

  it('reports problems, and exits with 1', async () => {
    const { killed, ctlWith, env } = create();
    const { paths } = killed('main', () => {});
    const line = `session ${paths.id}: from main, has ended, and is not merged yet; the next pclaude does that; or now: pclaudectl merge ${paths.id}`;
    expect(await ctlWith(env, 'doctor')).toMatchObject({ stdout: Buffer.from(`warning  ${line}\n1 warning\n`), stderr: '', exitCode: 1 });
    const { stdout, exitCode } = await ctlWith(env, 'doctor', '--json');
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout.toString())).toMatchObject({
      version: 1,
      errors: 0,
      warnings: 1,
      notes: 0,
      findings: expect.arrayContaining([expect.objectContaining({ check: 'open-sessions', level: 'warning', session: paths.id })]),
    });
    expect((await ctlWith(env, 'merge')).exitCode).toBe(0);
    expect((await ctlWith(env, 'doctor')).exitCode).toBe(0);
  });

  it('--fix writes the shared paths into files that name homes of sessions, existing and removed; the rest stays byte for byte', async () => {
    const { scratch, killed, ctl, ctlWith, env } = create();
    scratch.write('shared/statusline.sh', 'echo hi\n');
    const open = killed('main', () => {});
    const home = scratch.at('state/sessions/gonegonego/.claude');
    const settings = (dir: string): string =>
      `{ // mine\n  "statusLine": {"command": "sh ${dir}/statusline.sh"},\n  "env": {"A": "${dir === home ? open.paths.home : dir}/statusline.sh", "B": "/else${home}/x"}\n}\n`;
    const state = (dir: string): string => JSON.stringify({ mcpServers: { s: { args: [`${dir}/statusline.sh`, `${home}/lost.js`] } } });
    scratch.write('shared/settings.json', settings(home));
    scratch.write('shared/.claude.json', state(home));
    expect((await ctl('merge')).exitCode).toBe(0);
    const found = (await ctlWith(env, 'doctor')).stdout.toString();
    expect(found.split('\n').filter((line) => line.includes('names the home'))).toHaveLength(2);
    expect(found).toContain(
      `${scratch.at('shared/settings.json')}: names the home of 2 sessions (gonegonego, ${open.paths.id}), which pclaudectl gc removes; write the shared path instead: pclaudectl doctor --fix\n`,
    );
    const { stdout, exitCode } = await ctlWith(env, 'doctor', '--fix');
    expect([stdout.toString(), exitCode]).toEqual([
      `note     ${scratch.at('shared/.claude.json')}: named homes of sessions; it names the shared dir now\n` +
        `note     ${scratch.at('shared/settings.json')}: named homes of sessions; it names the shared dir now\n` +
        `warning  ${scratch.at('shared/.claude.json')}: names the home of session gonegonego, and there a file that the shared dir does not have; copy that into the shared dir, then: pclaudectl doctor --fix; or take the path out\n` +
        '1 warning, 2 notes\n',
      1,
    ]);
    expect(scratch.read('shared/settings.json')).toBe(settings(scratch.at('shared')));
    expect(scratch.read('shared/.claude.json')).toBe(state(scratch.at('shared')));
    expect(scratch.temporaries()).toEqual([]);
  });

  it('does not accept the built pclaude as a client', async () => {
    const { ctlWith, env } = create();
    const [file = ''] = pclaudectl.args;
    const { stdout, exitCode } = await ctlWith({ ...env, PCLAUDE_CLAUDE_PATH: file.replace('pclaudectl.js', 'pclaude.js') }, 'doctor');
    expect([stdout.toString(), exitCode]).toEqual([
      expect.stringMatching(/^error {4}\S+ is pclaude itself; point PCLAUDE_CLAUDE_PATH to the real claude\n1 error\n$/),
      1,
    ]);
  });

  it('checks nothing else if the config cannot be read', async () => {
    const { scratch, ctlWith, env } = create();
    const config = scratch.write('config.json', '{"stateDir":1}');
    const output = await ctlWith({ ...env, PCLAUDE_CONFIG: config }, 'doctor', '--json');
    expect([JSON.parse(output.stdout.toString()), output.exitCode]).toMatchObject([
      { errors: 1, findings: [{ check: 'config', level: 'error' }] },
      1,
    ]);
  });

  it('reports a shared dir, and a session, that the user may not write or read', async () => {
    const { scratch, killed, env } = create();
    const { paths } = killed('main', () => {});
    chmodSync(paths.manifest, 0o000);
    chmodSync(scratch.at('shared'), 0o500);
    const [file = '', ...args] = withoutPowers([pclaudectl.file, ...pclaudectl.args]);
    const { stdout, exitCode } = await run({ ...pclaudectl, file, args }, ['doctor'], { cwd: scratch.root, env });
    chmodSync(scratch.at('shared'), 0o700);
    expect([stdout.toString(), exitCode]).toEqual([
      `error    ${scratch.at('shared')}: nothing can be written there: permission denied; fix that, or set CLAUDE_CONFIG_DIR to another folder\n` +
        `error    ${paths.manifest}: cannot be read: permission denied; make it readable, then: pclaudectl merge\n2 errors\n`,
      1,
    ]);
  });

  it('fits the width of a terminal, and prints colours unless NO_COLOR is set', async () => {
    const { scratch, killed, env } = create();
    killed('main', () => {});
    const bytes = async (more: Readonly<Record<string, string>>): Promise<string> => {
      const terminal = openTerminal(pclaudectl, ['doctor'], { cwd: scratch.root, env: { ...env, TERM: 'xterm-256color', ...more } });
      await terminal.waitFor(/1 warning/);
      expect((await terminal.exit).exitCode).toBe(1);
      return terminal.output();
    };
    expect(await bytes({})).toContain('\u001B[33mwarning');
    expect(await bytes({ NO_COLOR: '1' })).not.toContain('\u001B[33m');
  });
});
