import { symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { tryKernelLock } from '../../../src/system/kernel-lock.js';
import { createCtlFixture } from '../../support/ctl-fixture.js';

describe('in a folder that has been removed', () => {
  const inRemoved = 'mkdir gone && cd gone && rmdir ../gone && exec "$0" "$@"';

  it.each([['--version'], ['sessions'], ['merge'], ['conflicts'], ['log']])('%s works', async (command) => {
    const { ctlIn } = createCtlFixture();
    expect(await ctlIn(inRemoved, {}, command)).toMatchObject({ stderr: '', exitCode: 0 });
  });

  it('finds a conflict by the end of its path', async () => {
    const { scratch, ctlIn } = createCtlFixture();
    scratch.write('shared/notes.conflict-main-0123456789.md', 'ours\n');
    expect(await ctlIn(inRemoved, {}, 'conflicts', 'resolve', 'notes.md', '--ours')).toMatchObject({ stderr: '', exitCode: 0 });
    expect(scratch.tree('shared')).toEqual({ 'notes.md': 'ours\n' });
  });

  it.each([
    [{ CLAUDE_CONFIG_DIR: 'shared' }, 'sessions', 0, ''],
    [
      { CLAUDE_CONFIG_DIR: 'shared' },
      'conflicts',
      1,
      'pclaudectl: CLAUDE_CONFIG_DIR is "shared", below a folder that has been removed; go to another folder\n',
    ],
    [{ PCLAUDE_STATE_DIR: 'state' }, 'sessions', 78, 'pclaudectl: PCLAUDE_STATE_DIR is a relative path: state; make it an absolute one\n'],
  ])('with %j: %s', async (more, command, exitCode, message) => {
    const { ctlIn } = createCtlFixture();
    expect(await ctlIn(inRemoved, more, command)).toMatchObject({ stderr: message, exitCode });
  });
});

it('an error of the system takes one line', async () => {
  const { scratch, ctl } = createCtlFixture();
  scratch.folder('state');
  symlinkSync('sessions', scratch.at('state/sessions'));
  expect(await ctl('sessions')).toMatchObject({
    stderr: `pclaudectl: cannot use ${scratch.at('state/sessions')}: a link leads back to itself\n`,
    exitCode: 1,
  });
});

describe('standard output that cannot be written to', () => {
  // Only Linux has this device.
  it.skipIf(process.platform !== 'linux').each([[['sessions', '--json']], [['merge']], [['conflicts', '--json']], [['log', '--json']]])(
    '%j: one line, no stack',
    async (args) => {
      const { ctlIn } = createCtlFixture();
      expect(await ctlIn('exec "$0" "$@" > /dev/full', {}, ...args)).toMatchObject({
        stderr: 'pclaudectl: cannot write to standard output: the disk is full\n',
        exitCode: 1,
      });
    },
  );

  it.skipIf(process.platform !== 'linux')('nor standard error: merge runs to its end', async () => {
    const { scratch, killed, ctlIn } = createCtlFixture();
    for (const name of ['a', 'b']) killed('main', ({ paths: { home } }) => scratch.write(`${home}/${name}.md`, name));
    expect(await ctlIn('exec "$0" "$@" > /dev/full 2>&1', {}, 'merge')).toMatchObject({ exitCode: 1, signal: null });
    expect([scratch.read('shared/a.md'), scratch.read('shared/b.md')]).toEqual(['a', 'b']);
  });

  it.each(['"$0" "$@"', '"$0" "$@" 2>&1'])(
    'because its reader has exited: merge runs to its end and keeps its own exit code (%s)',
    async (command) => {
      const { scratch, killed, ctlIn } = createCtlFixture();
      const [running, first, second] = ['r', 'a', 'b'].map(
        (name) => killed('main', ({ paths: { home } }) => scratch.write(`${home}/${name}.md`, name)).paths,
      );
      const alive = tryKernelLock(running?.alive ?? '');
      await ctlIn(`{ sleep 0.3; ${command}; echo $? > code; } | :`, {}, 'merge', running?.id ?? '', first?.id ?? '', second?.id ?? '');
      alive?.release();
      expect([scratch.read('shared/a.md'), scratch.read('shared/b.md'), scratch.read('code')]).toEqual(['a', 'b', '1\n']);
    },
  );

  it('because its reader has exited is no error', async () => {
    const { scratch, killed, ctlIn } = createCtlFixture();
    for (const name of ['a', 'b']) killed('main', ({ paths: { home } }) => scratch.write(`${home}/${name}.md`, name));
    expect((await ctlIn('{ sleep 0.3; "$0" "$@"; echo $? > code; } | :', {}, 'merge')).stderr).toBe('');
    expect([scratch.read('shared/a.md'), scratch.read('shared/b.md'), scratch.read('code')]).toEqual(['a', 'b', '0\n']);
  });
});
