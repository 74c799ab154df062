import { chmodSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bounded } from '../../../src/system/attempt.js';
import { type CtlFixture, createCtlFixture } from '../../support/ctl-fixture.js';
import { createDisk } from '../../support/disk.js';
import { type Environment, pclaudectl, type Program } from '../../support/real-client.js';
import { run, type RunResult, start } from '../../support/run.js';
import { openSession } from '../../support/session.js';
import { killing, straced } from '../../support/strace.js';
import { openTerminal } from '../../support/terminal.js';

interface Writer extends CtlFixture {
  /** Runs the program with this text on standard input. */
  readonly write: (input: string, ...args: string[]) => Promise<RunResult>;
}

function create(program: Program = pclaudectl, more: () => Environment = () => ({})): Writer {
  const fixture = createCtlFixture();
  const { scratch, env } = fixture;
  return {
    ...fixture,
    write: async (input, ...args) => run(program, ['write', ...args], { cwd: scratch.root, env: { ...env, ...more() }, input }),
  };
}

const WRITTEN = { exitCode: 0, stdout: Buffer.from(''), stderr: '' };

describe('pclaudectl write', () => {
  it('replaces the content of a file, or makes the file; an empty input makes an empty file', async () => {
    const { scratch, write } = create();
    const umask = statSync(scratch.write('like', '')).mode;
    expect(await write('one\n', 'f')).toMatchObject(WRITTEN);
    expect([scratch.read('f'), statSync(scratch.at('f')).mode]).toEqual(['one\n', umask]);
    chmodSync(scratch.at('f'), 0o640);
    expect(await write('', 'f')).toMatchObject(WRITTEN);
    expect([scratch.read('f'), statSync(scratch.at('f')).mode & 0o777, scratch.temporaries()]).toEqual(['', 0o640, []]);
  });

  it('writes through links, also through one to a missing file', async () => {
    const { scratch, write } = create();
    scratch.write('real/f', 'old');
    symlinkSync('real/f', scratch.at('link'));
    symlinkSync('real/new', scratch.at('dangling'));
    await write('1', 'link');
    await write('2', 'dangling');
    expect(scratch.tree()).toMatchObject({ 'real/f': '1', 'real/new': '2', link: '-> real/f', dangling: '-> real/new' });
  });

  it.each([
    ['folder', /\/folder is not a file; name a file\n$/],
    ['missing/f', /\/missing is not a folder; make it first\n$/],
    ['/dev/null', /\/dev\/null is not a regular file; write to it with a redirect of the shell\n$/],
    ['', /an empty name is not a file; name a file\n$/],
  ])('refuses a path that is not a file: %j', async (name, message) => {
    const { scratch, write } = create();
    scratch.folder('folder');
    expect(await write('x', name)).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(message) });
    expect([scratch.tree('folder'), statSync('/dev/null').isCharacterDevice()]).toEqual([{}, true]);
  });

  it('refuses an input without an end', async () => {
    const { scratch, ctlIn } = create();
    scratch.write('f', 'old');
    expect(await ctlIn('yes | "$0" "$@"', {}, 'write', 'f')).toMatchObject({
      exitCode: 1,
      stderr: 'pclaudectl: standard input has more than 64 MiB; nothing was written; does the command before the pipe end by itself?\n',
    });
    expect(scratch.read('f')).toBe('old');
  });

  it('writes nothing if it cannot read its input', async () => {
    const { scratch, env, ctlIn } = create();
    scratch.write('f', 'old');
    const terminal = openTerminal(pclaudectl, ['write', 'f'], { cwd: scratch.root, env, cols: 200 });
    expect(await terminal.exit).toMatchObject({ exitCode: 1 });
    expect(terminal.screen()).toContain('say what to write: some-command | pclaudectl write f');
    expect(await ctlIn('"$0" "$@" < .', {}, 'write', 'f')).toMatchObject({
      exitCode: 1,
      stderr: 'pclaudectl: standard input is a folder; give the content of a file\n',
    });
    expect(await ctlIn('"$0" "$@" 0> out', {}, 'write', 'f')).toMatchObject({ exitCode: 1 });
    expect(await ctlIn('echo x | "$0" "$@"', {}, 'write', 'f', '--merge', '--base', 'none')).toMatchObject({
      exitCode: 1,
      stderr: 'pclaudectl: cannot use none: there is no such file\n',
    });
    expect(scratch.read('f')).toBe('old');
  });

  it('blocks no other writer while its input arrives, and leaves no trace if it is killed before that', async () => {
    const { scratch, env, write } = create();
    const slow = start(pclaudectl, ['write', 'f'], { cwd: scratch.root, env, input: { open: true } });
    slow.stdin.write('half');
    expect(await write('quick', 'f')).toMatchObject(WRITTEN);
    slow.kill('SIGKILL');
    await slow.exit;
    expect([scratch.read('f'), scratch.temporaries()]).toEqual(['quick', []]);
  });

  it('leaves the old file whole if the disk is full', async () => {
    const { scratch, env } = create();
    const disk = createDisk(scratch.at('disk'));
    scratch.write('disk/f', 'old\n');
    disk.fill(1);
    for (const option of [[], ['--append']]) {
      const result = await run(pclaudectl, ['write', 'disk/f', ...option], {
        cwd: scratch.root,
        env: { ...env, ...disk.env() },
        input: 'x'.repeat(50_000),
      });
      expect(result).toMatchObject({
        exitCode: 1,
        stderr: `pclaudectl: cannot write ${scratch.at('disk/f')}: the disk is full; it is as it was\n`,
      });
    }
    expect([scratch.read('disk/f'), readdirSync(scratch.at('disk')).filter((name) => name.includes('tmp'))]).toEqual(['old\n', []]);
  });

  // Only Linux has strace.
  it.skipIf(process.platform !== 'linux').each([
    ['fsync', []],
    ['rename', []],
    ['fsync', ['--append']],
    ['renameat2', ['--append']],
  ])('leaves the old file if it is killed before %s, and the next write cleans up: %j', async (call, option) => {
    const { scratch, env, write } = create(straced(pclaudectl, killing({ call, nth: 1 })));
    scratch.write('f', 'old\n');
    expect(await write('new\n', 'f', ...option)).toMatchObject({ exitCode: null, signal: 'SIGKILL' });
    expect([scratch.read('f'), scratch.temporaries()]).toEqual(['old\n', [expect.stringMatching(/^\.f\..*\.pclaude-tmp$/)]]);
    await run(pclaudectl, ['write', 'f', '--append'], { cwd: scratch.root, env, input: 'next\n' });
    expect([scratch.read('f'), scratch.temporaries()]).toEqual(['old\nnext\n', []]);
  });
});

describe('pclaudectl write --append', () => {
  it('keeps each of 60 lines, 20 writers at a time', { timeout: 240_000 }, async () => {
    const { scratch, write } = create();
    const lines = Array.from({ length: 60 }, (_, at) => `line ${at}`);
    const results = await bounded(lines, 20, async (line) => write(`${line}\n`, '--append', 'log'));
    expect(results.filter(({ exitCode }) => exitCode !== 0)).toEqual([]);
    expect(scratch.read('log')?.split('\n').toSorted()).toEqual(['', ...lines].toSorted());
  });

  it('ends an unterminated last line', async () => {
    const { scratch, write } = create();
    for (const input of ['', 'a', 'b\n', 'c', '']) expect(await write(input, '--append', 'log')).toMatchObject(WRITTEN);
    expect(scratch.read('log')).toBe('a\nb\nc');
  });
});

describe('pclaudectl write --merge', () => {
  const merge = ['--merge', '--base', 'base'];

  it.each([
    ['notes.md', '1\n2\n3\n4\n', '1\n2\n3\nfour\n', 'one\n2\n3\n4\n', 'one\n2\n3\nfour\n'],
    ['data.json', '{"a":1,"b":1}', '{"a":1,"b":2}', '{"a":2,"b":1}', '{"a":2,"b":2}'],
    ['log.jsonl', '{"a":1}\n', '{"a":1}\n{"b":1}\n', '{"a":1}\n{"c":1}\n', '{"a":1}\n{"b":1}\n{"c":1}\n'],
  ])('merges the new content into %s as it is now', async (name, base, theirs, ours, merged) => {
    const { scratch, write } = create();
    scratch.write('base', base);
    scratch.write(name, theirs);
    expect(await write(ours, name, ...merge)).toMatchObject(WRITTEN);
    expect(scratch.read(name)?.split('\n').toSorted()).toEqual(merged.split('\n').toSorted());
    expect((await write(ours, name, ...merge)).exitCode).toBe(0);
    expect(scratch.tree()).toMatchObject({ [name]: scratch.read(name), base });
  });

  it('keeps the new content beside a file that conflicts with it, once, and leaves the file unchanged', async () => {
    const { scratch, write } = create();
    scratch.write('base', '1\n2\n3\n');
    scratch.write('notes.md', 'theirs\n2\n3\n');
    for (const _ of [1, 2]) {
      const { exitCode, stderr } = await write('ours\n2\n3\nmore\n', 'notes.md', ...merge);
      expect([exitCode, stderr]).toEqual([
        1,
        expect.stringMatching(
          /^pclaudectl: notes.md and what you wrote contradict each other; it stands as it was; yours is in \S+\/notes\.conflict-detached-\w{10}\.md: merge by hand, and remove that\n$/,
        ),
      ]);
    }
    expect(Object.values(scratch.tree()).toSorted()).toEqual(
      ['1\n2\n3\n', 'folder', 'ours\n2\n3\nmore\n', 'theirs\n2\n3\n', ...Object.values(scratch.tree('state'))].toSorted(),
    );
  });

  it.each([['write', 'f', '--merge'], ['write', 'f', '--base', 'x'], ['write', 'f', '--merge', '--base', 'x', '--append'], ['write']])(
    '%j is wrong usage',
    async (...args) => {
      const { scratch, ctl } = create();
      expect(await ctl(...args)).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/^error: .*\nrun pclaudectl write --help/) });
      expect(scratch.tree()).toEqual({ shared: 'folder' });
    },
  );
});

describe('a file of the shared dir', () => {
  it('is merged by the rules for its path, and a conflict copy names the session; a file with secrets gets no copy', async () => {
    const { scratch, env, ctl } = create();
    const { paths, lock } = openSession(scratch, 'aaaaaaaaaa', { branch: 'feat/x' });
    const inside = { cwd: scratch.root, env: { ...env, PCLAUDE_SESSION_ID: paths.id } };
    scratch.write('base', '{"a":1}');
    scratch.write('shared/notes.md', 'theirs');
    scratch.write('shared/settings.json', '{"a":');
    expect((await run(pclaudectl, ['write', 'shared/notes.md', '--merge', '--base', 'base'], { ...inside, input: 'ours' })).exitCode).toBe(
      1,
    );
    const { exitCode, stderr } = await run(pclaudectl, ['write', 'shared/settings.json', '--merge', '--base', 'base'], {
      ...inside,
      input: '{"a":2}',
    });
    expect([exitCode, stderr]).toEqual([
      1,
      'pclaudectl: shared/settings.json and what you wrote contradict each other; it may hold secrets, so yours is kept nowhere: merge by hand\n',
    ]);
    expect(Object.keys(scratch.tree('shared')).filter((name) => name.includes('conflict'))).toEqual([
      'notes.conflict-feat-x-aaaaaaaaaa.md',
    ]);
    const conflicts: unknown = JSON.parse((await ctl('conflicts', '--json')).stdout.toString());
    expect(conflicts).toMatchObject([{ file: scratch.at('shared/notes.md'), branch: 'feat/x', session: 'aaaaaaaaaa' }]);
    lock.release();
  });
});
