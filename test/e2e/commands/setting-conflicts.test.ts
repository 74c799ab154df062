import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createCtlFixture, type CtlFixture } from '../../support/ctl-fixture.js';

interface SettingConflict extends CtlFixture {
  /** The ids of the sessions, in the order in which they are merged. */
  readonly ids: readonly [string, string];
  /** The files that hold values, as paths in the scratch folder. */
  readonly kept: () => string[];
  readonly list: () => Promise<string>;
}

/** Sessions on feat/one and feat/two that began with the same file have both changed it, and are merged. */
async function settingConflict(file: string, base: object, one: object, two: object): Promise<SettingConflict> {
  const fixture = createCtlFixture();
  const { scratch, killed, ctl } = fixture;
  scratch.write(`shared/${file}`, `${JSON.stringify(base, null, 2)}\n`);
  const changing =
    (content: object) =>
    ({ paths }: { paths: { home: string } }): void =>
      void scratch.write(join(paths.home, file), `${JSON.stringify(content, null, 2)}\n`);
  const sessions = [killed('feat/one', changing(one)), killed('feat/two', changing(two))];
  const [first = '', second = ''] = sessions.map(({ paths }) => paths.id);
  await ctl('merge', first);
  await ctl('merge', second);
  const kept = (): string[] =>
    Object.keys(scratch.tree('state'))
      .filter((path) => path.startsWith('kept-values/'))
      .map((path) => `state/${path}`);
  return { ...fixture, ids: [first, second], kept, list: async () => (await ctl('conflicts')).stdout.toString() };
}

async function models(): Promise<SettingConflict> {
  return settingConflict(
    'settings.json',
    { model: 'opus', theme: 'dark' },
    { model: 'sonnet', theme: 'dark' },
    { model: 'haiku', theme: 'dark' },
  );
}

function withKey(key: string): object {
  return { env: { API_KEY: key, OTHER: 'x', MORE: 'y' }, apiKeyHelper: `echo ${key}` };
}

/** A state file with values that a user has set, and values that the client records for itself. */
function stateWith(set: string, last: string): object {
  return { theme: set, lastSessionId: last, projects: { '/a.b': { lastCost: last, mcpServers: { db: { command: set } } } } };
}

/** A state file of a user who is logged in to this account. */
function stateOf(account: string, role = 'admin'): object {
  return {
    numStartups: 3,
    oauthAccount: { accountUuid: account, emailAddress: `${account}@example.com`, organizationUuid: 'o', organizationRole: role },
  };
}

describe('a setting that two sessions changed', () => {
  it('has the later value, and the other one is kept, listed and shown', async () => {
    const { scratch, ctl, ids, kept, list } = await models();
    expect(JSON.parse(scratch.read('shared/settings.json') ?? '')).toEqual({ model: 'haiku', theme: 'dark' });
    const [path = '', ...more] = kept();
    expect(more).toEqual([]);
    expect(statSync(scratch.at(path)).mode & 0o777).toBe(0o600);
    const [file, ours] = [scratch.at('shared/settings.json'), scratch.at(path)];
    expect(await list()).toBe(`${file}: model\n  from feat/one, 0m ago: ${ours}\n  the value of feat/two stands\n`);
    expect(JSON.parse((await ctl('conflicts', '--json')).stdout.toString())).toEqual([
      { file, key: 'model', ours, branch: 'feat/one', session: ids[0], kind: 'value', since: expect.stringMatching(/^\d{4}-.*Z$/) },
    ]);
    expect((await ctl('conflicts', 'show', 'settings.json: model')).stdout.toString()).toBe(
      `${await list()}  - the shared file as it is\n  + the value of feat/one, session ${ids[0]}\n- model: "haiku"\n+ model: "sonnet"\nto settle it: pclaudectl conflicts resolve '${file}: model' --session or --shared\n`,
    );
  });

  it('can be settled with the other value, in place, and that can be undone', async () => {
    const { scratch, ctl, kept, list } = await models();
    const [path = ''] = kept();
    const before = scratch.read('shared/settings.json') ?? '';
    const undo = `pclaudectl conflicts resolve ${scratch.at(path)} --session\n`;
    const settled = await ctl('conflicts', 'resolve', 'settings.json: model', '--session');
    expect(settled).toMatchObject({ exitCode: 0, stderr: '' });
    expect(settled.stdout.toString()).toBe(
      `${scratch.at('shared/settings.json')}: model now has the value of feat/one ("sonnet"); to undo this, for an hour: ${undo}`,
    );
    expect(scratch.read('shared/settings.json') ?? '').toBe(before.replace('haiku', 'sonnet'));
    expect(await list()).toBe('');
    expect((await ctl('conflicts', 'resolve', scratch.at(path), '--session')).exitCode).toBe(0);
    expect(scratch.read('shared/settings.json') ?? '').toBe(before);
    expect(await list()).toBe('');
  });

  it('can be settled with the present value, and that can be undone', async () => {
    const { scratch, ctl, kept, list } = await models();
    const [path = ''] = kept();
    const before = scratch.read('shared/settings.json') ?? '';
    const settled = await ctl('conflicts', 'resolve', 'settings.json', '--shared');
    expect(settled.stdout.toString()).toContain(
      ': model stays as it was, and the value of feat/one ("sonnet") is settled; to undo this, for an hour: ',
    );
    expect([scratch.read('shared/settings.json') ?? '', await list()]).toEqual([before, '']);
    await ctl('conflicts', 'resolve', scratch.at(path), '--session');
    expect(scratch.read('shared/settings.json') ?? '').toBe(before.replace('haiku', 'sonnet'));
  });

  it('is settled if the file has the other value again', async () => {
    const { scratch, list } = await models();
    scratch.write('shared/settings.json', '{"model":"sonnet"}\n');
    expect(await list()).toBe('');
  });

  it('is one conflict for each key, which is named', async () => {
    const { ctl, list } = await settingConflict(
      'settings.json',
      { model: 'a', theme: 'a' },
      { model: 'b', theme: 'b' },
      { model: 'c', theme: 'c' },
    );
    expect((await list()).match(/: (?:model|theme)$/gm)).toEqual([': model', ': theme']);
    const { exitCode, stderr } = await ctl('conflicts', 'resolve', 'settings.json', '--shared');
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringMatching(
        /^pclaudectl: settings\.json means 2 conflicts; name one of \S+settings\.json: model, \S+settings\.json: theme\n$/,
      ),
    ]);
    await ctl('conflicts', 'resolve', 'settings.json: theme', '--shared');
    expect((await list()).match(/: (?:model|theme)$/gm)).toEqual([': model']);
  });

  it('is never shown if it may be a secret, neither in the log nor in the report on a session', async () => {
    const { scratch, ctl, kept } = await settingConflict('settings.json', withKey('old'), withKey('secret-one'), withKey('secret-two'));
    const said = [
      await ctl('conflicts'),
      await ctl('conflicts', '--json'),
      await ctl('conflicts', 'show', 'settings.json: env.API_KEY'),
      await ctl('conflicts', 'show', 'settings.json', '--json'),
      await ctl('log'),
      await ctl('log', 'show', '--json'),
    ];
    const settled = await ctl('conflicts', 'resolve', 'settings.json: env.API_KEY', '--session');
    for (const { stdout, stderr } of [...said, settled]) expect(`${stdout.toString()}${stderr}`).not.toContain('secret-');
    expect(JSON.parse(scratch.read('shared/settings.json') ?? '')).toMatchObject({
      env: { API_KEY: 'secret-one' },
      apiKeyHelper: 'echo secret-two',
    });
    const elsewhere = Object.entries(scratch.tree('state')).filter(
      ([path, text]) =>
        text.includes('secret-') && !kept().includes(`state/${path}`) && !path.startsWith('sessions/') && !path.startsWith('good/'),
    );
    expect(elsewhere.map(([path]) => path)).toEqual([]);
    const journals = Object.entries(scratch.tree('state')).filter(([path]) => path.endsWith('merged.jsonl'));
    expect(journals).toHaveLength(2);
    for (const [, text] of journals) expect(text).not.toContain('secret-');
  });

  it('of .claude.json is a conflict if a user sets it, and none if the client records it for itself', async () => {
    const { scratch, list, ctl } = await settingConflict(
      '.claude.json',
      stateWith('dark', 'a'),
      stateWith('light', 'b'),
      stateWith('ansi', 'c'),
    );
    expect((await list()).match(/\.claude\.json: .*$/gm)).toEqual([
      '.claude.json: projects./a.b.mcpServers.db.command',
      '.claude.json: theme',
    ]);
    await ctl('conflicts', 'resolve', '.claude.json: projects./a.b.mcpServers.db.command', '--session');
    expect(JSON.parse(scratch.read('shared/.claude.json') ?? '')).toMatchObject({
      theme: 'ansi',
      lastSessionId: 'c',
      projects: { '/a.b': { mcpServers: { db: { command: 'light' } } } },
    });
  });

  it('is the account if they logged in to different ones: the later one is in the file, and the other one is kept and named, but not shown', async () => {
    const { scratch, ctl, ids, kept, list } = await settingConflict('.claude.json', stateOf('old'), stateOf('first'), stateOf('second'));
    const [file, [path = '', ...more]] = [scratch.at('shared/.claude.json'), kept()];
    expect([JSON.parse(scratch.read('shared/.claude.json') ?? ''), more]).toEqual([stateOf('second'), []]);
    expect(await list()).toBe(`${file}: oauthAccount\n  from feat/one, 0m ago: ${scratch.at(path)}\n  the value of feat/two stands\n`);
    expect((await ctl('conflicts', 'show', '.claude.json: oauthAccount')).stdout.toString()).toBe(
      `${await list()}  - the shared file as it is\n  + the value of feat/one, session ${ids[0]}\n- oauthAccount: not shown, as it may be a secret\n+ oauthAccount: not shown, as it may be a secret; it is in ${scratch.at(path)}\nto settle it: pclaudectl conflicts resolve '${file}: oauthAccount' --session or --shared\n`,
    );
    await ctl('conflicts', 'resolve', '.claude.json: oauthAccount', '--session');
    expect([JSON.parse(scratch.read('shared/.claude.json') ?? ''), await list()]).toEqual([stateOf('first'), '']);
  });

  it('is not the account if the client only recorded more about the same one', async () => {
    const { scratch, list } = await settingConflict('.claude.json', stateOf('me'), stateOf('me', 'first'), stateOf('me', 'second'));
    expect([JSON.parse(scratch.read('shared/.claude.json') ?? ''), await list()]).toEqual([stateOf('me', 'second'), '']);
  });

  it('is no conflict if both sessions set the same value, or one after the other', async () => {
    expect(await (await settingConflict('settings.json', { model: 'a' }, { model: 'b' }, { model: 'b' })).list()).toBe('');
    expect(
      await (
        await settingConflict('settings.json', { model: 'a', theme: 'x' }, { model: 'b', theme: 'x' }, { model: 'a', theme: 'y' })
      ).list(),
    ).toBe('');
  });

  it.each<readonly [what: string, content: string | null, message: RegExp]>([
    [
      'whose key no longer exists',
      '{"theme":"dark"}\n',
      /^pclaudectl: \S+settings\.json has no model any more; put that key back and try again, or settle with --shared\n$/,
    ],
    [
      'in a file that is not valid JSON',
      '{"model": ',
      /^pclaudectl: \S+settings\.json is not valid JSON; correct it, or bring back its last good version \(pclaudectl restore\), and try again\n$/,
    ],
  ])('%s gets a hint, and nothing is lost', async (_what, content, message) => {
    const { scratch, ctl, kept, list } = await models();
    scratch.write('shared/settings.json', content ?? '');
    const { exitCode, stderr } = await ctl('conflicts', 'resolve', 'settings.json: model', '--session');
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(message)]);
    expect(scratch.read('shared/settings.json') ?? '').toBe(content);
    expect([kept().length, (await list()).split('\n')[0]]).toEqual([1, `${scratch.at('shared/settings.json')}: model`]);
    expect((await ctl('conflicts', 'show', 'settings.json: model')).exitCode).toBe(0);
    expect((await ctl('conflicts', 'resolve', 'settings.json: model', '--shared')).exitCode).toBe(0);
    expect(await list()).toBe('');
  });

  it.each([
    [
      ['settings.json: model', '--both'],
      /^pclaudectl: of settings\.json: model only one value can stand; settle with --session or --shared\n$/,
    ],
    [
      ['settings.json: model', '--edit'],
      /^pclaudectl: of \S+settings\.json: model only one value can stand; settle with --session or --shared, or edit \S+settings\.json and settle with --shared\n$/,
    ],
    [['settings.json: nothing', '--shared'], /^pclaudectl: there is no conflict of settings\.json: nothing; see: pclaudectl conflicts\n$/],
    [['settings.json: model'], /^pclaudectl: which version shall stand\? say|^pclaudectl: which version shall stand\?; say/],
  ] as const)('%j is refused in one line', async (args, message) => {
    const { ctl, list } = await models();
    const { exitCode, stderr } = await ctl('conflicts', 'resolve', ...args);
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(message)]);
    expect(stderr.trimEnd()).not.toContain('\n');
    expect((await list()).split('\n')).toHaveLength(4);
  });
});
