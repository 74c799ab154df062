import { mkdirSync, rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { keepGood } from '../../../src/sync/mishaps/last-good.js';
import { realFiles } from '../../../src/system/files/real-files.js';
import { createCtlFixture, type CtlFixture } from '../../support/ctl-fixture.js';

const GOOD = '{"permissions":{"deny":["Read(./.env)"]},"model":"opus"}\n';

/** A session has kept the settings while they were good; then they lost their rules. */
function emptied(): CtlFixture {
  const fixture = createCtlFixture();
  const { scratch, killed } = fixture;
  scratch.write('shared/settings.json', GOOD);
  keepGood(
    realFiles,
    killed('main', () => {}),
  );
  scratch.write('shared/settings.json', '{"env":{}}\n');
  return fixture;
}

describe('pclaudectl restore', () => {
  it('lists what is kept, brings it back together with what is new, and names where the replaced version is', async () => {
    const { scratch, ctl } = emptied();
    expect((await ctl('restore')).stdout.toString()).toBe(`${scratch.at('shared/settings.json')}  0m ago\n`);
    const { stdout, stderr, exitCode } = await ctl('restore', 'settings.json');
    const [, before = ''] = /^restored \S+settings\.json; what it held is kept as (\S+)\n$/.exec(stdout.toString()) ?? [];
    expect([stderr, exitCode, scratch.read(before)]).toEqual(['', 0, '{"env":{}}\n']);
    expect(JSON.parse(scratch.read('shared/settings.json') ?? '')).toEqual({ ...JSON.parse(GOOD), env: {} });
  });

  it.each<readonly [what: string, args: string[], harm: (fixture: CtlFixture) => void, line: string]>([
    [
      'a file of which no version is kept',
      ['keybindings.json'],
      () => {},
      'no last good version is kept of a file "keybindings.json"; name one of .claude.json, .config.json, settings.json, .credentials.json; for others see: pclaudectl log',
    ],
    [
      'a file of which no version was kept yet',
      ['.credentials.json'],
      () => {},
      'no good version of ROOT/shared/.credentials.json is kept; one is kept when a session of pclaude ends',
    ],
    [
      'a folder in the place of the file',
      ['settings.json'],
      ({ scratch }) => {
        rmSync(scratch.at('shared/settings.json'));
        mkdirSync(scratch.at('shared/settings.json'));
      },
      'ROOT/shared/settings.json is in the way; move it, and try again',
    ],
    [
      '--keep of a file that is not valid JSON',
      ['settings.json', '--keep'],
      ({ scratch }) => void scratch.write('shared/settings.json', '{"model":'),
      'ROOT/shared/settings.json is not valid JSON; correct that, or bring back its last good version: pclaudectl restore settings.json',
    ],
  ])('refuses %s in one line, and leaves the file as it is', async (_what, args, harm, line) => {
    const fixture = emptied();
    const { scratch, ctl } = fixture;
    harm(fixture);
    const before = scratch.tree('shared');
    const { stdout, stderr, exitCode } = await ctl('restore', ...args);
    expect([stdout.toString(), stderr.replaceAll(scratch.root, 'ROOT'), exitCode]).toEqual(['', `pclaudectl: ${line}\n`, 1]);
    expect(scratch.tree('shared')).toEqual(before);
  });

  it('refuses --keep without a file', async () => {
    const { ctl } = createCtlFixture();
    const { stderr, exitCode } = await ctl('restore', '--keep');
    expect([stderr.replaceAll(/\n+/g, '\n'), exitCode]).toEqual([
      'error: --keep goes with a file\nrun pclaudectl restore --help to see how it is used\n',
      1,
    ]);
  });
});
