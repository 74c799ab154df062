import { chmodSync } from 'node:fs';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { programFor, runPclaudectl } from '../../../src/commands/run.js';
import { createDisk } from '../../support/disk.js';
import { createCtlFixture } from '../../support/ctl-fixture.js';

/** These commands need no state dir: their output is for a shell, or explains a command. */
const WITHOUT = ['init', 'help', 'complete-words'];
/** This command reports the problem as one of its findings. */
const FINDING = ['doctor'];
/** This command only groups subcommands. */
const ONLY_GROUPS = ['worktree'];

/** Each command of the program, with a word for each required argument. */
function commandLines(command: Command, words: readonly string[] = []): string[][] {
  return command.commands.flatMap((child) => {
    const path = [...words, child.name()];
    if ([...WITHOUT, ...FINDING].includes(child.name())) return [];
    const given = child.registeredArguments.filter(({ required }) => required).map(() => 'x');
    return [...(ONLY_GROUPS.includes(path.join(' ')) ? [] : [[...path, ...given]]), ...commandLines(child, path)];
  });
}

const LINES = commandLines(programFor('', {})).map((words) => words.join(' '));

describe.each([
  {
    what: 'a relative state dir',
    state: () => 'state',
    exitCode: 78,
    line: () => 'PCLAUDE_STATE_DIR is a relative path: state; make it an absolute one',
  },
  {
    what: 'a file in the place of the state dir',
    state: (root: string) => `${root}/file`,
    exitCode: 77,
    line: (root: string) => `cannot use ${root}/file: it is not a folder; correct that, or set PCLAUDE_STATE_DIR to a folder of yours`,
  },
  {
    what: 'a file above the state dir',
    state: (root: string) => `${root}/file/a/b`,
    exitCode: 77,
    line: (root: string) =>
      `cannot use ${root}/file/a/b: a file stands where a folder is needed; correct that, or set PCLAUDE_STATE_DIR to a folder of yours`,
  },
])('$what', ({ state, exitCode, line }) => {
  it.each(LINES)('pclaudectl %s reports the problem, and does nothing', async (words) => {
    const { scratch, env } = createCtlFixture();
    scratch.write('file', '');
    const before = scratch.tree();
    const running = runPclaudectl(['node', 'pclaudectl', ...words.split(' ')], { ...env, PCLAUDE_STATE_DIR: state(scratch.root) });
    await expect(running).rejects.toMatchObject({ line: line(scratch.root), exitCode });
    expect(scratch.tree()).toEqual(before);
  });
});

it('the table lists all commands', () => {
  expect(LINES).toEqual(expect.arrayContaining(['sessions', 'log restore x', 'worktree add x', 'lock x x']));
});

describe('a state dir on a disk that is read-only', () => {
  it.each([
    ['.', 'there'],
    ['state', 'still to be made'],
  ])('is reported by a command and by the doctor (%s: %s)', async (place) => {
    const { scratch, ctlWith } = createCtlFixture();
    const disk = createDisk(scratch.at('disk'));
    disk.setReadOnly(true);
    const env = { ...disk.env(), PCLAUDE_STATE_DIR: scratch.at('disk', place) };
    const named = scratch.at('disk', place);
    const what = 'the disk is read-only; correct that, or set PCLAUDE_STATE_DIR to a folder of yours\n';
    expect(await ctlWith(env, 'sessions')).toMatchObject({
      stderr: `pclaudectl: cannot use ${named}: ${what}`,
      exitCode: 77,
      stdout: Buffer.alloc(0),
    });
    const doctor = await ctlWith(env, 'doctor');
    expect(doctor.stdout.toString()).toContain(`error    ${named}: cannot be used: ${what}`);
    expect(doctor.exitCode).toBe(1);
    disk.setReadOnly(false);
  });
});

describe('a state dir on a disk that is full', () => {
  it('can be read; a command that must write, and the doctor, report the problem', async () => {
    const { scratch, ctlWith } = createCtlFixture();
    const disk = createDisk(scratch.at('disk'));
    const state = scratch.folder('disk/state');
    chmodSync(state, 0o700);
    disk.fill(0);
    const env = { ...disk.env(), PCLAUDE_STATE_DIR: state };
    expect(await ctlWith(env, 'sessions')).toMatchObject({ stderr: '', exitCode: 0 });
    expect(await ctlWith(env, 'claim', 'x')).toMatchObject({
      stderr: expect.stringMatching(/^pclaudectl: .*the disk is full; .+\n$/),
      exitCode: 1,
    });
    const doctor = await ctlWith(env, 'doctor');
    expect(doctor.stdout.toString()).toContain(
      `error    ${state}: is on a disk that is full; free some space; pclaudectl gc says what old sessions take\n`,
    );
    expect(doctor.exitCode).toBe(1);
  });
});
