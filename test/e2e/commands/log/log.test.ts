import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import type { LogEntry } from '../../../../src/sync/log/entry.js';
import { changeOf, entryOf } from '../../../support/log-entries.js';
import { type Environment, pclaudectl } from '../../../support/real-client.js';
import { openTerminal, pressUntil, type Terminal } from '../../../support/terminal.js';
import { createCtlFixture, writeMemory, type CtlFixture } from '../../../support/ctl-fixture.js';

const MEMORY = 'shared/projects/p/memory';
const BYTES = Buffer.from([0xff, 0xfe, 0, 1]);

const Logged = v.array(
  v.object({
    id: v.string(),
    session: v.string(),
    restores: v.nullable(v.string()),
    files: v.array(v.object({ path: v.string(), outcome: v.string(), added: v.nullable(v.number()), removed: v.nullable(v.number()) })),
  }),
);

interface Merged extends CtlFixture {
  readonly id: string;
  readonly list: (...args: string[]) => Promise<v.InferOutput<typeof Logged>>;
  /** The id of the newest entry with this file. */
  readonly entry: (file: string) => Promise<string>;
  readonly out: (...args: string[]) => Promise<string>;
}

/** A session has changed and made memories, a plan that is not text, and a setting. */
async function merged(): Promise<Merged> {
  const fixture = createCtlFixture();
  const { scratch, killed, ctl } = fixture;
  scratch.write(`${MEMORY}/arch.md`, 'one\ntwo\nthree\n');
  scratch.write('shared/plans/old.md', 'old\n');
  scratch.write('shared/settings.json', '{"env":{"KEY":"old-secret"}}');
  const { paths } = killed('feat/voice', (session) => {
    writeMemory(scratch, session, 'arch.md', 'one\nTWO\nthree\nfour\n', 'one\ntwo\nthree\n');
    writeMemory(scratch, session, 'new.md', 'new\n');
    rmSync(`${session.paths.home}/plans/old.md`);
    scratch.write(`${session.paths.home}/plans/blob.bin`, BYTES);
    scratch.write(`${session.paths.home}/settings.json`, '{"env":{"KEY":"new-secret"},"model":"m"}');
  });
  await ctl('merge');
  const list = async (...args: string[]): ReturnType<Merged['list']> =>
    v.parse(Logged, JSON.parse((await ctl('log', '--json', ...args)).stdout.toString()));
  return {
    ...fixture,
    id: paths.id,
    list,
    entry: async (file) => (await list('-n', '1', file))[0]?.id ?? '',
    out: async (...args) => {
      const { stdout, stderr, exitCode } = await ctl(...args);
      expect([stderr, exitCode]).toEqual(['', 0]);
      return stdout.toString();
    },
  };
}

/** Adds entries to the log as if they had been merged. */
function logEntries({ scratch }: CtlFixture, ...entries: readonly LogEntry[]): void {
  const path = `state/log/${scratch.at('shared').replaceAll(/[^a-zA-Z0-9]/g, '-')}/000001.jsonl`;
  scratch.write(path, (scratch.read(path) ?? '') + entries.map((entry) => `\n${JSON.stringify(entry)}`).join(''));
}

/** An entry of the client's state file. */
function state(id: string, keys: readonly string[] | null): LogEntry {
  return entryOf(id, {
    files: [changeOf('/.claude.json', null, null, { change: id, place: '.claude.json', content: { kept: false, why: 'secret', keys } })],
  });
}

function secretEntry(keys: readonly string[]): LogEntry {
  return entryOf(`e${keys.length}`, {
    files: [changeOf(`/${keys.length}.json`, null, null, { content: { kept: false, why: 'secret', keys } })],
  });
}

describe('pclaudectl log', () => {
  it('lists nothing if nothing was merged', async () => {
    const { scratch, ctl } = createCtlFixture();
    scratch.write('a.md', 'a\n');
    expect([await ctl('log'), await ctl('log', '--json'), await ctl('log', 'a.md')]).toMatchObject([
      { stdout: Buffer.from('') },
      { stdout: Buffer.from('[]\n') },
      { stdout: Buffer.from(''), exitCode: 0 },
    ]);
  });

  it.each([
    [['nosuch.md'], 'there is no file nosuch.md, and none in the log; see: pclaudectl log --all'],
    [['rch.md'], 'there is no file rch.md, and none in the log; see: pclaudectl log --all'],
    [['nosuch.md', '--json'], 'there is no file nosuch.md, and none in the log; see: pclaudectl log --all'],
    [['--session', 'nosuch'], 'there is no session "nosuch", and none in the log; see: pclaudectl sessions --all'],
  ])('%j: an unknown name is an error', async (args, message) => {
    const { ctl } = await merged();
    expect(await ctl('log', ...args)).toMatchObject({ stdout: Buffer.from(''), stderr: `pclaudectl: ${message}\n`, exitCode: 1 });
  });

  it('a session that has merged nothing is not an error', async () => {
    const { killed, ctl } = createCtlFixture();
    const { paths } = killed('main', () => {});
    expect(await ctl('log', '--session', paths.id)).toMatchObject({ stdout: Buffer.from(''), stderr: '', exitCode: 0 });
  });

  it('leaves out the counters and caches of the client unless asked for them', async () => {
    const fixture = createCtlFixture();
    const counts = state('counts', ['numStartups', 'projects./x.lastCost']);
    logEntries(
      fixture,
      counts,
      state('server', ['numStartups', 'projects./x.mcpServers.s.url']),
      state('untold', null),
      entryOf('both', { files: [...counts.files.map((file) => ({ ...file, change: 'other' })), changeOf('/a.md', null, 'text')] }),
    );
    const ids = async (...args: string[]): Promise<unknown> =>
      v
        .parse(
          v.array(v.object({ id: v.string(), files: v.array(v.object({ place: v.string() })) })),
          JSON.parse((await fixture.ctl('log', '--json', ...args)).stdout.toString()),
        )
        .map(({ id, files }) => [id, ...files.map(({ place }) => place)].join(' '));
    const without = ['both /a.md', 'untold .claude.json', 'server .claude.json'];
    expect([await ids(), await ids('--all'), await ids('.claude.json'), await ids('-n', '1')]).toEqual([
      without,
      ['both .claude.json /a.md', ...without.slice(1), 'counts .claude.json'],
      ['both .claude.json', ...without.slice(1), 'counts .claude.json'],
      without.slice(0, 1),
    ]);
    const terminal = openTerminal(pclaudectl, ['log'], { cwd: fixture.scratch.root, env: fixture.env });
    await terminal.exit;
    expect(terminal.screen().trimEnd().split('\n').at(-1)).toBe(
      '1 more, of what the client only counts and remembers for itself: pclaudectl log --all',
    );
  });

  it('reports for one session only its own omitted entries', async () => {
    const fixture = createCtlFixture();
    // Its id also appears in the other session's entry.
    logEntries(fixture, state('counts', ['other']), entryOf('own', { session: 'other', files: [changeOf('/a.md', null, 'text')] }));
    const terminal = openTerminal(pclaudectl, ['log', '--oneline', '--session', 'other'], {
      cwd: fixture.scratch.root,
      env: fixture.env,
    });
    await terminal.exit;
    expect(terminal.screen().trimEnd().split('\n')).toEqual([expect.stringMatching(/^own /)]);
  });

  it('--oneline prints an entry on one line, which a terminal does not wrap', async () => {
    const fixture = createCtlFixture();
    const at = Date.UTC(2026, 0, 31, 23, 5, 9);
    logEntries(
      fixture,
      entryOf('a', { at, branch: null }),
      entryOf('b', { at, branch: 'feat/x', files: ['one', 'two', 'three'].map((name) => changeOf(`/memory/${name}.md`, 'old', 'new')) }),
      entryOf('c', { at, settled: 'both' }),
      secretEntry([]),
    );
    const { stdout } = await fixture.ctlWith({ TZ: 'UTC' }, 'log', '--oneline');
    const lines = [
      'e0  1970-01-01 00:00  main  0.json',
      'c  2026-01-31 23:05  by hand  c.md +1',
      'b  2026-01-31 23:05  feat/x  one.md +1 -1, two.md +1 -1, three.md +1 -1',
      'a  2026-01-31 23:05  me  a.md +1',
    ];
    expect(stdout.toString()).toBe(`${lines.join('\n')}\n`);
    const terminal = openTerminal(pclaudectl, ['log', '--oneline'], {
      cwd: fixture.scratch.root,
      env: { ...fixture.env, TZ: 'UTC', LC_ALL: 'C.UTF-8' },
      cols: 40,
    });
    await terminal.exit;
    expect(terminal.screen().trimEnd().split('\n')).toEqual(lines.map((line) => (line.length > 40 ? `${line.slice(0, 39)}…` : line)));
  });

  it('prints at a terminal that nothing was merged', async () => {
    const { scratch, env } = createCtlFixture();
    const terminal = openTerminal(pclaudectl, ['log'], { cwd: scratch.root, env });
    expect(await terminal.exit).toEqual({ exitCode: 0, signal: null });
    expect(terminal.screen().trim()).toBe('nothing was merged');
  });

  it('prints who merged what, and when, newest first', async () => {
    const { scratch, ctlWith, id } = await merged();
    const { stdout, stderr, exitCode } = await ctlWith({ HOME: scratch.root }, 'log');
    expect([stderr, exitCode]).toEqual(['', 0]);
    const blocks = stdout
      .toString()
      .split('\n\n')
      .map((block) => block.trimEnd().split('\n'));
    for (const [title, who] of blocks) {
      expect(title).toMatch(/^[a-z\d]{10} {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d, 0m ago$/);
      expect(who).toMatch(new RegExp(`^ {2}from feat/voice, session ${id}, pid \\d+$`));
    }
    const [home = [], ...calls] = blocks.map(([, , ...files]) => files);
    expect(home).toEqual([
      '  merged    ~/shared/plans/blob.bin',
      '  deleted   ~/shared/plans/old.md  -1',
      '  merged    ~/shared/settings.json  env.KEY, model',
    ]);
    expect(calls.flat().toSorted()).toEqual([
      '  merged    ~/shared/projects/p/memory/arch.md  +2 -1',
      '  merged    ~/shared/projects/p/memory/new.md  +1',
    ]);
    expect(
      Math.max(
        ...stdout
          .toString()
          .split('\n')
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(80);
  });

  it('prints local time', async () => {
    const fixture = createCtlFixture();
    logEntries(fixture, entryOf('a', { at: Date.UTC(2026, 0, 31, 23, 5, 9) }));
    for (const [TZ, time] of [
      ['UTC', '2026-01-31 23:05:09'],
      ['Asia/Tokyo', '2026-02-01 08:05:09'],
    ] as const) {
      expect((await fixture.ctlWith({ TZ }, 'log')).stdout.toString()).toContain(`a  ${time}, `);
    }
  });

  it('names a few of many keys', async () => {
    const fixture = createCtlFixture();
    logEntries(fixture, ...[[], ['a', 'b', 'c'], ['a', 'b', 'c', 'd\n', 'e']].map(secretEntry));
    const lines = (await fixture.ctl('log')).stdout
      .toString()
      .split('\n')
      .filter((line) => line.startsWith('  merged'));
    expect(lines).toEqual(['  merged    /5.json  a, b, c and 2 more', '  merged    /3.json  a, b, c', '  merged    /0.json']);
  });

  it('prints the same as JSON, without the texts', async () => {
    const { scratch, ctl, id } = await merged();
    const text = (await ctl('log', '--json', '-n', '1')).stdout.toString();
    expect(JSON.parse(text)).toEqual([
      {
        id: expect.stringMatching(/^[a-z\d]{10}$/),
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        pid: expect.any(Number),
        session: id,
        branch: 'feat/voice',
        restores: null,
        settled: null,
        files: [
          {
            path: scratch.at('shared/plans/blob.bin'),
            place: 'plans/blob.bin',
            outcome: 'merged',
            decided: [],
            copy: null,
            content: 'kept',
            added: null,
            removed: null,
            keys: null,
          },
          {
            path: scratch.at('shared/plans/old.md'),
            place: 'plans/old.md',
            outcome: 'deleted',
            decided: [],
            copy: null,
            content: 'kept',
            added: 0,
            removed: 1,
            keys: null,
          },
          {
            path: scratch.at('shared/settings.json'),
            place: 'settings.json',
            outcome: 'merged',
            decided: [],
            copy: null,
            content: 'secret',
            added: null,
            removed: null,
            keys: ['env.KEY', 'model'],
          },
        ],
      },
    ]);
    expect(text).not.toMatch(/(?:old|new)-secret/);
  });

  it.each<readonly [args: string[], count: number]>([
    [['-n', '1'], 1],
    [['-n1'], 1],
    [['--max-count', '2'], 2],
    [['-n', '0'], 0],
    [['-n', '99'], 3],
    [['arch.md'], 1],
    [['memory/arch.md'], 1],
    [['arch.md', '-n', '0'], 0],
  ])('%j limits it', async (args, count) => {
    const { list } = await merged();
    expect(await list(...args)).toHaveLength(count);
  });

  it('--session accepts an id or the start of one', async () => {
    const fixture = await merged();
    logEntries(fixture, entryOf('other', { session: 'someoneels' }));
    expect(await fixture.list()).toHaveLength(4);
    for (const id of [fixture.id, fixture.id.slice(0, 4)]) expect(await fixture.list('--session', id)).toHaveLength(3);
  });

  it('finds a file by its path, absolute, below ~/ or relative, and behind links; it prints only that file', async () => {
    const { scratch, ctlWith, list } = await merged();
    scratch.link('linked', scratch.at('shared/plans'));
    const names = [
      scratch.at('shared/plans/old.md'),
      'shared/plans/old.md',
      './shared/plans/old.md',
      'linked/old.md',
      scratch.at('linked/old.md'),
      'old.md',
    ];
    for (const name of names) expect(await list(name)).toMatchObject([{ files: [{ path: scratch.at('shared/plans/old.md') }] }]);
    const home = await ctlWith({ HOME: scratch.root }, 'log', '~/shared/plans/old.md');
    expect(
      home.stdout
        .toString()
        .split('\n')
        .filter((line) => line.startsWith('  deleted')),
    ).toEqual(['  deleted   ~/shared/plans/old.md  -1']);
  });

  it('finds settings by the name that users know, even if they are behind a link', async () => {
    const { scratch, killed, ctl } = createCtlFixture();
    scratch.write('dotfiles/claude', '{}');
    scratch.link('shared/settings.json', '../dotfiles/claude');
    killed('main', ({ paths }) => scratch.write(`${paths.home}/settings.json`, '{"a":1}'));
    await ctl('merge');
    for (const name of ['settings.json', 'shared/settings.json', scratch.at('shared/settings.json'), 'dotfiles/claude']) {
      expect((await ctl('log', name)).stdout.toString()).toContain('dotfiles/claude  a\n');
    }
  });

  it('finds the conflict copy together with its file', async () => {
    const { scratch, killed, ctl } = createCtlFixture();
    scratch.write(`${MEMORY}/arch.md`, 'theirs\n');
    killed('main', (session) => writeMemory(scratch, session, 'arch.md', 'ours\n', 'base\n'));
    await ctl('merge');
    expect((await ctl('log', 'arch.md')).stdout.toString()).toMatch(/\n {2}conflict {2}\S+\/arch\.conflict-main-\w{10}\.md {2}\+1\n$/);
  });

  it('reads and prints no more than its reader takes', async () => {
    const fixture = createCtlFixture();
    logEntries(fixture, ...Array.from({ length: 5000 }, (_, index) => entryOf(`entry${index}`)));
    const { stdout, stderr } = await fixture.ctlIn('"$0" "$@" | head -n 1', {}, 'log');
    expect([stdout.toString(), stderr]).toEqual([expect.stringMatching(/^entry4999 {2}/), '']);
  });

  it('escapes control characters in names', async () => {
    const fixture = createCtlFixture();
    logEntries(fixture, entryOf('a', { branch: 'x\n\u001b[2J', files: [changeOf('/x\ny.md', null, 'text')] }));
    const { stdout } = await fixture.ctl('log');
    expect(stdout.toString().split('\n').slice(1)).toEqual([
      String.raw`  from x\n\u001b[2J, session me, pid 1`,
      String.raw`  merged    /x\ny.md  +1`,
      '',
    ]);
  });

  it.each(['x', '-1', '1.5', ''])('-n requires a number, not %j', async (number) => {
    const { stdout, stderr, exitCode } = await createCtlFixture().ctl('log', '-n', number);
    expect([stdout.toString(), stderr, exitCode]).toEqual([
      '',
      expect.stringContaining(`argument '${number}' is invalid. It takes a whole number.`),
      1,
    ]);
  });
});

/** pclaudectl at a small terminal. */
function open({ scratch, env }: CtlFixture, more: Environment, ...args: string[]): Terminal {
  return openTerminal(pclaudectl, args, { cwd: scratch.root, env: { ...env, ...more }, rows: 10 });
}

describe('the pager', () => {
  it('is less at a terminal, and waits for a key if the output does not fit the screen', async () => {
    const fixture = createCtlFixture();
    logEntries(fixture, ...Array.from({ length: 5000 }, (_, index) => entryOf(`entry${index}`)));
    const terminal = open(fixture, {}, 'log', '--oneline');
    const screen = await terminal.waitFor(/^:\s*$/m);
    expect([screen.split('\n')[0]?.split(' ')[0], screen.includes('entry4980')]).toEqual(['entry4999', false]);
    terminal.type('G');
    await terminal.waitFor(/^entry0 /m);
    // A Ctrl-C is for less, which continues.
    terminal.type('\u0003');
    await pressUntil(terminal, 'g', (text) => text.startsWith('entry4999'));
    terminal.type('q');
    expect(await terminal.exit).toEqual({ exitCode: 0, signal: null });
  });

  it('can be left early, and the command succeeds', async () => {
    const fixture = createCtlFixture();
    logEntries(fixture, ...Array.from({ length: 5000 }, (_, index) => entryOf(`entry${index}`)));
    const terminal = open(fixture, { PAGER: 'head -n 1' }, 'log', '--oneline');
    expect(await terminal.exit).toEqual({ exitCode: 0, signal: null });
    expect(terminal.screen().trim()).toMatch(/^entry4999 {2}.*$/);
  });

  it.each<readonly [what: string, more: Environment, args: string[], expected: string]>([
    ['what PAGER says', { PAGER: 'sed s/^/PAGED:/' }, [], 'PAGED:a  '],
    ['what PCLAUDE_PAGER says, before PAGER', { PCLAUDE_PAGER: 'sed s/^/OURS:/', PAGER: 'sed s/^/PAGED:/' }, [], 'OURS:a  '],
    ['none with --no-pager', { PAGER: 'sed s/^/PAGED:/' }, ['--no-pager'], 'a  '],
    ['none if PAGER is empty', { PAGER: '' }, [], 'a  '],
    ['none if less is not installed', { PATH: '/nowhere' }, [], 'a  '],
  ])('is %s', async (_what, more, args, expected) => {
    const fixture = createCtlFixture();
    logEntries(fixture, entryOf('a'));
    const terminal = open(fixture, more, ...args, 'log', '--oneline');
    expect(await terminal.exit).toEqual({ exitCode: 0, signal: null });
    expect(terminal.screen().trim().startsWith(expected)).toBe(true);
  });

  it('is named if it cannot be run', async () => {
    const fixture = createCtlFixture();
    logEntries(fixture, entryOf('a'));
    const terminal = open(fixture, { PAGER: 'no-such-pager' }, 'log');
    expect(await terminal.exit).toEqual({ exitCode: 1, signal: null });
    expect(terminal.screen()).toContain('pclaudectl: the pager (no-such-pager) could not be run; set PAGER');
  });

  it('is not used if standard output is not a terminal', async () => {
    const fixture = createCtlFixture();
    logEntries(fixture, entryOf('a'));
    expect((await fixture.ctlWith({ PAGER: 'sed s/^/PAGED:/' }, 'log', '--oneline')).stdout.toString()).toMatch(/^a {2}/);
  });
});

describe('pclaudectl log show', () => {
  it('shows the changes of an entry, for settings only the names of keys', async () => {
    const { scratch, ctlWith, entry, id } = await merged();
    const { stdout } = await ctlWith({ HOME: scratch.root }, 'log', 'show', await entry('settings.json'));
    expect(stdout.toString().split('\n').slice(1).join('\n')).toBe(
      [
        `  from feat/voice, session ${id}, pid ${/pid (\d+)/.exec(stdout.toString())?.[1]}`,
        '~/shared/plans/blob.bin: binary files differ',
        '--- ~/shared/plans/old.md\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-old',
        '~/shared/settings.json: keys that change: env.KEY, model\n',
      ].join('\n'),
    );
  });

  it('accepts the start of an id, and one file', async () => {
    const { scratch, out, entry } = await merged();
    const id = await entry('old.md');
    const text = await out('log', 'show', id.slice(0, 8), 'plans/old.md');
    expect(text.split('\n').slice(2)).toEqual([`--- ${scratch.at('shared/plans/old.md')}`, '+++ /dev/null', '@@ -1,1 +0,0 @@', '-old', '']);
  });

  it('prints the exact bytes of a version', async () => {
    const { ctl, ctlIn, scratch, entry } = await merged();
    const id = await entry('arch.md');
    const versions = await Promise.all(
      ['--before', '--after', '--base'].map(async (version) => (await ctl('log', 'show', id, version)).stdout.toString()),
    );
    expect(versions).toEqual(['one\ntwo\nthree\n', 'one\nTWO\nthree\nfour\n', 'one\ntwo\nthree\n']);
    await ctlIn('"$0" "$@" > saved', {}, 'log', 'show', await entry('blob.bin'), 'blob.bin', '--after');
    expect(readFileSync(scratch.at('saved'))).toEqual(BYTES);
  });

  it('prints the texts as JSON, but none that may hold secrets', async () => {
    const { out, entry } = await merged();
    expect(JSON.parse(await out('log', 'show', await entry('arch.md'), '--json'))).toMatchObject({
      files: [{ content: 'kept', before: 'one\ntwo\nthree\n', after: 'one\nTWO\nthree\nfour\n', base: 'one\ntwo\nthree\n' }],
    });
    const text = await out('log', 'show', await entry('settings.json'), '--json');
    expect(JSON.parse(text)).toMatchObject({
      files: [
        { before: null, after: { base64: BYTES.toString('base64') } },
        { before: 'old\n', after: null },
        { content: 'secret', keys: ['env.KEY', 'model'] },
      ],
    });
    expect(text).not.toMatch(/(?:old|new)-secret/);
  });

  it('reports that the content of a large file is not kept', async () => {
    const fixture = createCtlFixture();
    logEntries(fixture, entryOf('a', { files: [changeOf('/x.bin', null, null, { content: { kept: false, why: 'large', keys: null } })] }));
    expect((await fixture.ctl('log', 'show', 'a')).stdout.toString()).toContain('/x.bin: too large to be kept\n');
    expect((await fixture.ctl('log', 'show', 'a', '--after')).stderr).toBe(
      'pclaudectl: /x.bin is too large to be kept; the log only tells when it was changed\n',
    );
  });

  it('prints a diff in colours at a terminal that supports them', async () => {
    const { scratch, env, entry } = await merged();
    const id = await entry('arch.md');
    for (const [more, colours] of [
      [{}, true],
      [{ NO_COLOR: '1' }, false],
    ] as const) {
      const terminal = openTerminal(pclaudectl, ['log', 'show', id], { cwd: scratch.root, env: { ...env, ...more } });
      expect(await terminal.exit).toEqual({ exitCode: 0, signal: null });
      expect(terminal.output().includes('\u001b[32m+TWO')).toBe(colours);
    }
  });

  it.each<readonly [args: string[], message: string]>([
    [['nosuch'], 'there is no entry "nosuch"; see: pclaudectl log'],
    [[''], 'there is no entry ""; see: pclaudectl log'],
    [['e'], '2 entries begin with "e"; see: pclaudectl log'],
    [['e1', 'c.md'], 'entry e1 has no file c.md; see: pclaudectl log show e1'],
    [['e1', '--after'], 'entry e1 has 2 such files; name one of /x/a.md, /x/b.md'],
    [['e1', 'a.md', '--before'], 'there was no /x/a.md then; print another version of it'],
    [
      ['e2', '--after'],
      '/x/settings.json may hold secrets, so its content is not kept; the log only tells when it was changed; the last good version of settings and login: pclaudectl restore',
    ],
  ])('refuses %j', async (args, message) => {
    const fixture = createCtlFixture();
    const secret = changeOf('/x/settings.json', null, null, { content: { kept: false, why: 'secret', keys: null } });
    logEntries(
      fixture,
      entryOf('e1', { files: [changeOf('/x/a.md', null, 'a'), changeOf('/x/b.md', null, 'b')] }),
      entryOf('e2', { files: [secret] }),
    );
    const { stdout, stderr, exitCode } = await fixture.ctl('log', 'show', ...args);
    expect([stdout.toString(), stderr, exitCode]).toEqual(['', `pclaudectl: ${message}\n`, 1]);
  });

  it.each([
    ['--before', '--after'],
    ['--after', '--base'],
    ['--before', '--json'],
    ['--base', '--json'],
  ])('%s and %s exclude each other', async (one, other) => {
    const { stderr, exitCode } = await createCtlFixture().ctl('log', 'show', 'a', one, other);
    expect([stderr, exitCode]).toEqual([expect.stringContaining('cannot be used with option'), 1]);
  });
});

describe('pclaudectl log restore', () => {
  it('restores a file, prints one line, and can be undone by the entry that it names', async () => {
    const { scratch, ctlWith, out, entry, list } = await merged();
    const id = await entry('arch.md');
    const { stdout } = await ctlWith({ HOME: scratch.root }, 'log', 'restore', id, 'arch.md');
    const [, made = ''] = /restore (\w+)\n$/.exec(stdout.toString()) ?? [];
    expect(stdout.toString()).toBe(
      `restored ~/${MEMORY}/arch.md to what it was before ${id}; to undo this: pclaudectl log restore ${made}\n`,
    );
    expect(scratch.read(`${MEMORY}/arch.md`)).toBe('one\ntwo\nthree\n');
    expect(await list('-n', '1')).toMatchObject([{ id: made, restores: id, files: [{ added: 1, removed: 2 }] }]);
    expect((await ctlWith({}, 'log', '-n', '1')).stdout.toString()).toContain(`\n  by hand: restored to before ${id}, pid `);
    await out('log', 'restore', made);
    expect(scratch.read(`${MEMORY}/arch.md`)).toBe('one\nTWO\nthree\nfour\n');
  });

  it('restores a file that was removed, and removes a file that was made', async () => {
    const { scratch, out, entry } = await merged();
    await out('log', 'restore', await entry('old.md'), 'plans/old.md');
    const id = await entry('new.md');
    expect(await out('log', 'restore', id, 'new.md')).toMatch(
      new RegExp(
        `^removed ${scratch.at(MEMORY)}/new\\.md, which was not there before ${id}; to undo this: pclaudectl log restore \\w{10}\n$`,
      ),
    );
    expect(scratch.read('shared/plans/old.md')).toBe('old\n');
    expect(scratch.read(`${MEMORY}/new.md`)).toBeUndefined();
  });

  it('reports that nothing is restored if no content of any file of an entry is kept', async () => {
    const { scratch, killed, ctl } = createCtlFixture();
    killed('main', ({ paths: { home } }) =>
      ['settings.json', 'my-mcp.json'].forEach((name) => scratch.write(`${home}/${name}`, '{"a":1}')),
    );
    await ctl('merge');
    const id = /^(\w+)/.exec((await ctl('log')).stdout.toString())?.[1] ?? '';
    const before = scratch.tree('shared');
    const { stdout, stderr, exitCode } = await ctl('log', 'restore', id);
    const files = ['my-mcp.json', 'settings.json'].map((name) => scratch.at('shared', name)).join(', ');
    expect([stdout.toString(), stderr, exitCode]).toEqual([
      '',
      `pclaudectl: nothing is restored: entry ${id} changed only ${files}, of which no content is kept; see: pclaudectl log show ${id}\n`,
      1,
    ]);
    expect(scratch.tree('shared')).toEqual(before);
  });

  it('restores all files of an entry, names those that it cannot restore, and can be undone by one entry', async () => {
    const { scratch, ctl, out, entry, list } = await merged();
    const id = await entry('old.md');
    const before = scratch.tree('shared');
    const { stdout, stderr, exitCode } = await ctl('log', 'restore', id);
    const made = /restore (\w+)\n$/.exec(stdout.toString())?.[1] ?? '';
    const lines = [
      `removed ${scratch.at('shared/plans/blob.bin')}, which was not there before ${id}`,
      `restored ${scratch.at('shared/plans/old.md')} to what it was before ${id}`,
      `to undo this: pclaudectl log restore ${made}`,
    ];
    expect(stdout.toString().trimEnd().split('\n')).toEqual(lines);
    expect([stderr, exitCode]).toEqual([
      `pclaudectl: entry ${id} also changed ${scratch.at('shared/settings.json')}, of which no content is kept; see: pclaudectl log show ${id}\n`,
      1,
    ]);
    expect([scratch.read('shared/plans/old.md'), scratch.read('shared/plans/blob.bin')]).toEqual(['old\n', undefined]);
    expect(await list('-n', '1')).toMatchObject([{ id: made, restores: id, files: [{}, {}] }]);
    await out('log', 'restore', made);
    expect(scratch.tree('shared')).toEqual(before);
  });

  it('-n shows what would change, and changes nothing', async () => {
    const { scratch, out, entry } = await merged();
    const before = scratch.tree();
    const text = await out('log', 'restore', await entry('new.md'), 'new.md', '-n');
    expect(text).toBe(`--- ${scratch.at(MEMORY)}/new.md\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-new\n`);
    expect(scratch.tree()).toEqual(before);
  });

  it('reports that there is nothing to do', async () => {
    const { scratch, out, entry, list } = await merged();
    const id = await entry('old.md');
    await out('log', 'restore', id, 'old.md');
    const count = (await list()).length;
    for (const more of [[], ['-n']])
      expect(await out('log', 'restore', id, 'old.md', ...more)).toBe(
        `${scratch.at('shared/plans/old.md')} is as it was before ${id}; there is nothing to do\n`,
      );
    expect(await list()).toHaveLength(count);
  });

  it('--output writes the old text to another file, and leaves the file unchanged', async () => {
    const { scratch, out, entry } = await merged();
    const id = await entry('arch.md');
    expect(await out('log', 'restore', id, 'arch.md', '--output', 'old arch.md')).toBe('');
    expect(await out('log', 'restore', id, 'arch.md', '-o', '-')).toBe('one\ntwo\nthree\n');
    expect(scratch.read('old arch.md')).toBe('one\ntwo\nthree\n');
    expect(statSync(scratch.at('old arch.md')).mode & 0o777).toBe(0o600);
    expect(scratch.read(`${MEMORY}/arch.md`)).toBe('one\nTWO\nthree\nfour\n');
  });

  it('merges a file of another shared dir only from there', async () => {
    const { scratch, ctlWith, entry } = await merged();
    const other = { CLAUDE_CONFIG_DIR: scratch.folder('other') };
    expect((await ctlWith(other, 'log')).stdout.toString()).toBe('');
    expect((await ctlWith(other, 'log', 'restore', await entry('arch.md'), 'arch.md')).stderr).toContain('there is no entry');
  });

  it.each<readonly [args: string[], message: RegExp]>([
    [
      ['ENTRY', 'settings.json'],
      /\/settings\.json may hold secrets, so its content is not kept; the log only tells when it was changed; the last good version of settings and login: pclaudectl restore$/,
    ],
    [['ENTRY', 'settings.json', '-o', '-'], /\/settings\.json may hold secrets, /],
    [['ENTRY', 'nosuch.md'], /entry \w+ has no file nosuch\.md; see: pclaudectl log show \w+$/],
    [['ENTRY', '-o', '-'], /entry \w+ has 3 such files; name one of \S+blob\.bin, \S+old\.md, \S+settings\.json$/],
    [['ENTRY', 'blob.bin', '-o', '-'], /there was no \S+blob\.bin before \w+; without --output it is removed$/],
    [['ENTRY', 'old.md', '-o', '/no/such/folder'], /cannot use \/no\/such\/folder: there is no such file$/],
    [['nosuch', 'a.md'], /there is no entry "nosuch"; see: pclaudectl log$/],
  ])('refuses %j', async (args, message) => {
    const { scratch, ctl, entry } = await merged();
    const id = await entry('old.md');
    const before = scratch.tree();
    const { stdout, stderr, exitCode } = await ctl('log', 'restore', ...args.map((arg) => (arg === 'ENTRY' ? id : arg)));
    expect([stdout.toString(), stderr.trimEnd(), exitCode]).toEqual(['', expect.stringMatching(message), 1]);
    expect(scratch.tree()).toEqual(before);
  });

  it('refuses if a folder has taken the place of the file', async () => {
    const { scratch, ctl, entry } = await merged();
    mkdirSync(scratch.at('shared/plans/old.md'));
    for (const more of [[], ['-n']]) {
      const { stderr, exitCode } = await ctl('log', 'restore', await entry('old.md'), 'old.md', ...more);
      expect([stderr, exitCode]).toEqual([`pclaudectl: ${scratch.at('shared/plans/old.md')} is in the way; move it, and try again\n`, 1]);
    }
  });
});

it('the command does not read a log of 100 MB whole for its newest entries', async () => {
  const fixture = createCtlFixture();
  const { scratch, ctl } = fixture;
  const folder = scratch.folder(`state/log/${scratch.at('shared').replaceAll(/[^a-zA-Z0-9]/g, '-')}`);
  for (let number = 1; number <= 24; number++) {
    writeFileSync(
      `${folder}/${String(number).padStart(6, '0')}.jsonl`,
      `\n${JSON.stringify(entryOf(`entry${number}`, { files: [changeOf('/a.md', null, 'x'.repeat(4 * 1024 * 1024), { change: `${number}` })] }))}`,
    );
  }
  // An unreadable log is an error only for a command that reads it.
  rmSync(`${folder}/000001.jsonl`);
  mkdirSync(`${folder}/000001.jsonl`);
  expect(await ctl('log', '-n', '5', '--json')).toMatchObject({ stderr: '', exitCode: 0 });
  expect(await ctl('log', '--json')).toMatchObject({ stderr: 'pclaudectl: it is a folder\n', exitCode: 1 });
});
