import { rmSync, statSync, utimesSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { harmedLines } from '../../../../src/launch/reports.js';
import { bringBack, keepAsItIs, keptVersions } from '../../../../src/sync/by-hand/restore-good.js';
import { findConflicts } from '../../../../src/sync/conflicts/conflicts.js';
import { settle } from '../../../../src/sync/conflicts/settle.js';
import { hindranceOf } from '../../../../src/sync/gc/expired.js';
import { readJournal } from '../../../../src/sync/journal.js';
import { summarize } from '../../../../src/sync/messages.js';
import { findMishaps, goodPath, keepGood } from '../../../../src/sync/mishaps/last-good.js';
import { syncRunning } from '../../../../src/sync/sync-running.js';
import { realFiles } from '../../../../src/system/files/real-files.js';
import { mergeAndClose } from '../../../support/close.js';
import { countingFiles, crashingFiles } from '../../../support/faulty-files.js';
import { createScratch, type Scratch } from '../../../support/scratch.js';
import { openSession, type OpenSession } from '../../../support/session.js';

const DENY = Array.from({ length: 5 }, (_, at) => `Read(./secret-${at})`);
const RULES = { model: 'opus', permissions: { allow: Array.from({ length: 30 }, (_, at) => `Bash(tool-${at}:*)`), deny: DENY } };
const SETTINGS = JSON.stringify(RULES);
const EMPTIED = JSON.stringify({ model: 'opus', permissions: { allow: [], deny: [] } });
const ACCOUNT = JSON.stringify({ numStartups: 3, theme: 'dark', oauthAccount: { accountUuid: 'u', emailAddress: 'me@example.com' } });
const LOGIN = JSON.stringify({ claudeAiOauth: { accessToken: 'a', refreshToken: 'r', expiresAt: 1 } });

interface Given {
  readonly scratch: Scratch;
  readonly session: OpenSession;
}

function given(name: string, content: string): Given {
  const scratch = createScratch();
  scratch.write(`shared/${name}`, content);
  return { scratch, session: openSession(scratch, 'abcdefghij') };
}

function conflictsOf({ scratch, session }: Given): ReturnType<typeof findConflicts> {
  const { stateDir, layout, manifest } = session;
  scratch.folder('shared');
  return findConflicts(realFiles, { stateDir, layout, shared: manifest.shared, sessions: [manifest] });
}

function where({ session: { stateDir, layout, manifest } }: Given): Parameters<typeof bringBack>[1] {
  return { stateDir, layout, shared: manifest.shared };
}

describe('a mishap in a file of a home', () => {
  it.each<readonly [name: string, before: string, after: string]>([
    ['settings.json', SETTINGS, '{"env":{}}'],
    ['settings.json', SETTINGS, EMPTIED],
    ['settings.json', '{"permissions":{"deny":["Read(.env)"]}}', '{"env":{}}'],
    ['.claude.json', ACCOUNT, '{"numStartups":3,"theme":"dark"}'],
    ['.claude.json', ACCOUNT, '{"numStartups":3,"theme":"dark","oauthAccount":{}}'],
    ['.claude.json', ACCOUNT, '{"numStartups":3,"theme":"dark","oauthAccount":null}'],
  ])(
    'neither reaches the shared %s nor stays in the home of a running session, and waits for the user: %s to %s',
    async (name, before, after) => {
      const world = given(name, before);
      const { scratch, session } = world;
      scratch.write(`${session.paths.home}/${name}`, after);
      await syncRunning(realFiles, session);
      expect([scratch.read(`shared/${name}`), scratch.read(`${session.paths.home}/${name}`)]).toEqual([before, before]);
      const found = conflictsOf(world);
      expect(found).toMatchObject([{ kind: 'held', file: scratch.at('shared', name), session: 'abcdefghij' }]);
      expect(found.map(({ ours }) => [scratch.read(ours), statSync(ours).mode & 0o777])).toEqual([[after, 0o600]]);
      const { line } = summarize({
        entries: readJournal(realFiles, session.paths),
        branch: 'main',
        verb: 'merged',
        exists: (copy) => realFiles.kind(copy) !== null,
      });
      expect(line).toBe(`1 conflict in ${name} from main, both versions kept: pclaudectl conflicts`);
      expect(hindranceOf(realFiles, session)).toBe('conflict');
      // The same mishap again, and merges of later changes, add nothing.
      scratch.write(`${session.paths.home}/${name}`, after);
      await syncRunning(realFiles, session);
      expect(conflictsOf(world)).toHaveLength(1);
      expect(scratch.temporaries()).toEqual([]);
    },
  );

  it('also stays in the home at the end of a session', async () => {
    const { scratch, session } = given('settings.json', SETTINGS);
    scratch.write(`${session.paths.home}/settings.json`, EMPTIED);
    const { home } = await mergeAndClose(session);
    expect(home).toEqual([['settings.json', { outcome: 'conflict', copy: null }]]);
    expect([scratch.read('shared/settings.json'), scratch.read(`${session.paths.home}/settings.json`)]).toEqual([SETTINGS, EMPTIED]);
  });

  it('does not overwrite the shared login if a file has replaced the link', async () => {
    for (const after of ['{"claudeAiOauth":{}}', '{"claudeAiOauth":{"accessToken":"","refreshToken":""}}', '{}', '']) {
      const { scratch, session } = given('.credentials.json', LOGIN);
      rmSync(`${session.paths.home}/.credentials.json`);
      scratch.write(`${session.paths.home}/.credentials.json`, after);
      await mergeAndClose(session);
      expect([after, scratch.read('shared/.credentials.json')]).toEqual([after, LOGIN]);
    }
  });

  it('takes a whole newer login from such a file', async () => {
    const { scratch, session } = given('.credentials.json', LOGIN);
    const newer = '{"claudeAiOauth":{"accessToken":"b","refreshToken":"s"}}';
    rmSync(`${session.paths.home}/.credentials.json`);
    scratch.write(`${session.paths.home}/.credentials.json`, newer);
    await mergeAndClose(session);
    expect(JSON.parse(scratch.read('shared/.credentials.json') ?? '')).toEqual(JSON.parse(newer));
  });

  it('is not detected if a client has logged out, and removed the login', async () => {
    const { scratch, session } = given('.claude.json', ACCOUNT);
    scratch.write('shared/.credentials.json', LOGIN);
    keepGood(realFiles, session);
    rmSync(scratch.at('shared/.credentials.json'));
    scratch.write(`${session.paths.home}/.claude.json`, '{"numStartups":3,"theme":"dark"}');
    await syncRunning(realFiles, session);
    expect(JSON.parse(scratch.read('shared/.claude.json') ?? '')).toEqual({ numStartups: 3, theme: 'dark' });
  });

  it('is merged once the user accepts it, and is not reported again', async () => {
    const world = given('settings.json', SETTINGS);
    const { scratch, session } = world;
    keepGood(realFiles, session);
    scratch.write(`${session.paths.home}/settings.json`, EMPTIED);
    await syncRunning(realFiles, session);
    const [conflict, ...more] = conflictsOf(world);
    if (!conflict || more.length > 0) throw new Error('one conflict expected');
    await settle(realFiles, where(world), conflict, { take: 'ours' });
    expect(scratch.read('shared/settings.json')).toBe(EMPTIED);
    expect([conflictsOf(world), findMishaps(realFiles, session, session.manifest.shared)]).toEqual([[], []]);
    await syncRunning(realFiles, session);
    expect(scratch.read(`${session.paths.home}/settings.json`)).toBe(EMPTIED);
  });

  it('is removed if the user wants the shared version', async () => {
    const world = given('settings.json', SETTINGS);
    world.scratch.write(`${world.session.paths.home}/settings.json`, EMPTIED);
    await syncRunning(realFiles, world.session);
    for (const conflict of conflictsOf(world)) await settle(realFiles, where(world), conflict, { take: 'theirs' });
    expect([world.scratch.read('shared/settings.json'), conflictsOf(world)]).toEqual([SETTINGS, []]);
  });

  it('is held once, and the home is complete, however often a sync is killed, and before any call', async () => {
    const counting = countingFiles(realFiles);
    const whole = given('settings.json', SETTINGS);
    whole.scratch.write(`${whole.session.paths.home}/settings.json`, EMPTIED);
    await syncRunning(counting, whole.session);
    for (let call = 1; call <= counting.calls.length; call++) {
      const world = given('settings.json', SETTINGS);
      world.scratch.write(`${world.session.paths.home}/settings.json`, EMPTIED);
      await Promise.allSettled([syncRunning(crashingFiles(realFiles, call), world.session)]);
      await syncRunning(realFiles, world.session);
      expect([world.scratch.read('shared/settings.json'), world.scratch.read(`${world.session.paths.home}/settings.json`)]).toEqual([
        SETTINGS,
        SETTINGS,
      ]);
      expect([call, ...conflictsOf(world).map(({ ours }) => world.scratch.read(ours))]).toEqual([call, EMPTIED]);
      world.session.lock.release();
    }
  });
});

describe('a mishap in a shared file', () => {
  it('does not enter the home of a running session until the user accepts it', async () => {
    const world = given('settings.json', SETTINGS);
    const { scratch, session } = world;
    keepGood(realFiles, session);
    scratch.write('shared/settings.json', '{"env":{}}');
    await syncRunning(realFiles, session);
    expect(scratch.read(`${session.paths.home}/settings.json`)).toBe(SETTINGS);
    expect(keepAsItIs(realFiles, where(world), 'settings.json')).toBe(scratch.at('shared/settings.json'));
    await syncRunning(realFiles, session);
    expect(scratch.read(`${session.paths.home}/settings.json`)).toBe('{"env":{}}');
  });

  it.each<readonly [name: string, good: string, bad: string, line: string]>([
    [
      'settings.json',
      SETTINGS,
      '{"env":{}}',
      'has lost most of what was in it; bring back the version of 5m ago with: pclaudectl restore settings.json; or keep it as it is with: pclaudectl restore settings.json --keep',
    ],
    [
      'settings.json',
      SETTINGS,
      EMPTIED,
      'has lost most of permissions.allow and permissions.deny; bring back the version of 5m ago with: pclaudectl restore settings.json; or keep it as it is with: pclaudectl restore settings.json --keep',
    ],
    [
      '.claude.json',
      ACCOUNT,
      ACCOUNT.slice(0, 20),
      'is not valid JSON (line 1, column 18), so Claude Code starts without it, or not at all; bring back the version of 5m ago with: pclaudectl restore .claude.json',
    ],
    [
      '.credentials.json',
      LOGIN,
      '',
      'is not valid JSON (line 1, column 1), so Claude Code starts without it, or not at all; bring back the version of 5m ago with: pclaudectl restore .credentials.json',
    ],
    [
      '.credentials.json',
      LOGIN,
      '{"claudeAiOauth":{}}',
      'has lost most of claudeAiOauth; bring back the version of 5m ago with: pclaudectl restore .credentials.json; or keep it as it is with: pclaudectl restore .credentials.json --keep',
    ],
  ])('is reported in one line before a session begins, and can be reverted: %s', async (name, good, bad, line) => {
    const world = given(name, good);
    const { scratch, session } = world;
    keepGood(realFiles, session);
    const kept = goodPath(realFiles, session.stateDir, session.manifest.shared, name);
    expect([scratch.read(kept), statSync(kept).mode & 0o777]).toEqual([good, 0o600]);
    scratch.write(`shared/${name}`, bad);
    const past = Date.now() / 1000 - 330;
    utimesSync(kept, past, past);
    expect(harmedLines(session, session.manifest.shared)).toEqual([`${scratch.at('shared', name)} ${line}`]);
    // A mishap is not a good version, so it does not replace the last one.
    keepGood(realFiles, session);
    expect(scratch.read(kept)).toBe(good);
    await bringBack(realFiles, where(world), name);
    expect(JSON.parse(scratch.read(`shared/${name}`) ?? '')).toMatchObject(JSON.parse(good));
    expect(scratch.read(`${kept}.before`)).toBe(bad);
    expect(harmedLines(session, session.manifest.shared)).toEqual([]);
  });

  it('can be reverted, and later additions are kept', async () => {
    const world = given('settings.json', SETTINGS);
    keepGood(realFiles, world.session);
    world.scratch.write('shared/settings.json', '{"effortLevel":"high","permissions":{"deny":["Read(./new)"]}}');
    await bringBack(realFiles, where(world), 'settings.json');
    expect(JSON.parse(world.scratch.read('shared/settings.json') ?? '')).toEqual({
      ...RULES,
      effortLevel: 'high',
      permissions: { ...RULES.permissions, deny: ['Read(./new)', ...DENY] },
    });
    expect(await bringBack(realFiles, where(world), 'settings.json')).toMatchObject({ state: 'unchanged' });
  });

  it('is not detected if a file is unchanged, has only changed, or was removed', () => {
    const world = given('settings.json', SETTINGS);
    keepGood(realFiles, world.session);
    for (const text of [SETTINGS, SETTINGS.replace('opus', 'sonnet')]) {
      world.scratch.write('shared/settings.json', text);
      expect(findMishaps(realFiles, world.session, world.session.manifest.shared)).toEqual([]);
    }
    keepGood(realFiles, world.session);
    expect(world.scratch.read(goodPath(realFiles, world.session.stateDir, world.session.manifest.shared, 'settings.json'))).toContain(
      'sonnet',
    );
    rmSync(world.scratch.at('shared/settings.json'));
    expect(findMishaps(realFiles, world.session, world.session.manifest.shared)).toEqual([]);
  });
});

describe('bringBack', () => {
  it.each<readonly [name: string, message: RegExp]>([
    ['keybindings.json', /^no last good version is kept of a file "keybindings\.json"$/],
    ['settings.json', /^no good version of .*settings\.json is kept$/],
  ])('reports why it cannot: %s', async (name, message) => {
    const world = given('settings.json', SETTINGS);
    await expect(bringBack(realFiles, where(world), name)).rejects.toMatchObject({
      code: 'not-restored',
      message: expect.stringMatching(message),
    });
    expect(world.scratch.read('shared/settings.json')).toBe(SETTINGS);
  });

  it('does not take a broken file for a good version', () => {
    const world = given('settings.json', '{');
    expect(() => keepAsItIs(realFiles, where(world), 'settings.json')).toThrow(/settings\.json is not valid JSON$/);
    rmSync(world.scratch.at('shared/settings.json'));
    expect(() => keepAsItIs(realFiles, where(world), 'settings.json')).toThrow(/settings\.json is not there$/);
  });

  it('restores a removed file', async () => {
    const world = given('settings.json', SETTINGS);
    keepGood(realFiles, world.session);
    rmSync(world.scratch.at('shared/settings.json'));
    expect(keptVersions(realFiles, where(world))).toMatchObject([
      { name: 'settings.json', path: world.scratch.at('shared/settings.json') },
    ]);
    expect(await bringBack(realFiles, where(world), 'settings.json')).toEqual({
      state: 'restored',
      path: world.scratch.at('shared/settings.json'),
      before: null,
    });
    expect(world.scratch.read('shared/settings.json')).toBe(SETTINGS);
  });

  it("quarantines a broken file beside the file itself, behind one of the user's links", async () => {
    const scratch = createScratch();
    scratch.write('dotfiles/claude', SETTINGS);
    scratch.link('shared/settings.json', '../dotfiles/claude');
    const world: Given = { scratch, session: openSession(scratch, 'abcdefghij') };
    keepGood(realFiles, world.session);
    scratch.write('dotfiles/claude', SETTINGS.slice(0, 30));
    await bringBack(realFiles, where(world), 'settings.json');
    const { claude, ...asides } = scratch.tree('dotfiles');
    expect([claude, Object.values(asides), scratch.tree('shared')['settings.json']]).toEqual([
      SETTINGS,
      [SETTINGS.slice(0, 30)],
      '-> ../dotfiles/claude',
    ]);
  });
});
