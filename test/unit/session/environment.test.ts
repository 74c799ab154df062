import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findSharedDir } from '../../../src/client/shared-dir.js';
import { insideSession, outsideSession } from '../../../src/session/environment.js';
import { writeManifest } from '../../../src/session/manifest.js';
import { sessionPaths } from '../../../src/session/paths.js';
import { createScratch } from '../../support/scratch.js';
import { openSession } from '../../support/session.js';

const paths = sessionPaths('/state', 'id');
const OTHER = sessionPaths('/state', 'other');

/** The variables that a session started in `/work` gives its client. */
function enter(environment: NodeJS.ProcessEnv, cwd = '/work', { home, id } = paths): NodeJS.ProcessEnv {
  return insideSession(
    environment,
    { shared: findSharedDir(environment, cwd), branch: 'feat/x', slot: { number: 2, portBase: 23_020 } },
    sessionPaths(home.replace(/\/sessions\/.*/, ''), id),
  );
}

describe('a session', () => {
  test('has a private home; login and plugins keep their dirs', () => {
    expect(enter({ PATH: '/bin', CLAUDE_CONFIG_DIR: '/mine' })).toEqual({
      PATH: '/bin',
      CLAUDE_CONFIG_DIR: '/state/sessions/id/.claude',
      CLAUDE_SECURESTORAGE_CONFIG_DIR: '/mine',
      CLAUDE_CODE_PLUGIN_CACHE_DIR: '/mine/plugins',
      PCLAUDE_HOME: '/state/sessions/id/.claude',
      PCLAUDE_SESSION_ID: 'id',
      PCLAUDE_USER_CONFIG_DIR: '/mine',
      PCLAUDE_BRANCH: 'feat/x',
      PCLAUDE_SLOT: '2',
      PCLAUDE_PORT_BASE: '23020',
    });
  });

  test('has the folder name for all projects if the client would use it without pclaude, and only then', () => {
    const names = [{}, { CLAUDE_CONFIG_DIR: '' }, { CLAUDE_CONFIG_DIR: '/mine' }].map(
      (own) => enter({ ...own, CLAUDE_CODE_PROJECT_DIR_NAME: 'team' })['CLAUDE_CODE_PROJECT_DIR_NAME'],
    );

    expect(names).toEqual([undefined, undefined, 'team']);
  });

  test("is owned by its host if that host claims the user's dir", () => {
    const owned = ['/mine', '/mine/', '/theirs'].map(
      (dir) => enter({ CLAUDE_CONFIG_DIR: '/mine', CLAUDE_CODE_HOST_OWNED_CONFIG_DIR: dir })['CLAUDE_CODE_HOST_OWNED_CONFIG_DIR'],
    );

    expect(owned).toEqual(['/state/sessions/id/.claude', '/mine/', '/theirs']);
    expect(enter({ CLAUDE_CODE_HOST_OWNED_CONFIG_DIR: '/mine' })['CLAUDE_CODE_HOST_OWNED_CONFIG_DIR']).toBe('/mine');
    expect(enter({ CLAUDE_CONFIG_DIR: 'mine', CLAUDE_CODE_HOST_OWNED_CONFIG_DIR: 'mine' })['CLAUDE_CODE_HOST_OWNED_CONFIG_DIR']).toBe(
      'mine',
    );
  });

  test.each([
    [
      { branch: null, slot: { number: 1, portBase: null } },
      { PCLAUDE_BRANCH: '', PCLAUDE_SLOT: '1' },
    ],
    [{ branch: 'main', slot: null }, { PCLAUDE_BRANCH: 'main' }],
  ])('passes branch and slot, if there are any: %j', (known, expected) => {
    const inside = insideSession({}, { shared: findSharedDir({}, '/'), ...known }, paths);

    expect(Object.fromEntries(Object.entries(inside).filter(([name]) => /BRANCH|SLOT|PORT/.test(name)))).toEqual(expected);
  });

  test('names the default store by an empty string, as the client does', () => {
    expect(enter({})).toMatchObject({ CLAUDE_SECURESTORAGE_CONFIG_DIR: '', PCLAUDE_USER_CONFIG_DIR: '' });
  });

  test('passes a relative dir in a form that stays valid after a cd', () => {
    expect(enter({ CLAUDE_CONFIG_DIR: '../mine' })).toMatchObject({
      CLAUDE_SECURESTORAGE_CONFIG_DIR: process.platform === 'darwin' ? '../mine' : '/mine',
      CLAUDE_CODE_PLUGIN_CACHE_DIR: '/mine/plugins',
      PCLAUDE_USER_CONFIG_DIR: '/mine',
    });
  });

  test("passes an absolute dir unchanged: on macOS the client's login is stored under this exact text", () => {
    expect(enter({ CLAUDE_CONFIG_DIR: '/mine/' })).toMatchObject({
      CLAUDE_SECURESTORAGE_CONFIG_DIR: '/mine/',
      PCLAUDE_USER_CONFIG_DIR: '/mine/',
    });
  });

  test.each(['CLAUDE_SECURESTORAGE_CONFIG_DIR', 'CLAUDE_CODE_PLUGIN_CACHE_DIR'])("keeps the user's own %s", (name) => {
    expect(enter({ [name]: '/theirs' })[name]).toBe('/theirs');
  });
});

describe('outside', () => {
  test('any session the environment is unchanged', () => {
    const environment = { CLAUDE_CONFIG_DIR: '/mine', CLAUDE_SECURESTORAGE_CONFIG_DIR: '/mine' };

    expect(outsideSession(environment, '/work')).toBe(environment);
  });

  test.each([
    {},
    { CLAUDE_CONFIG_DIR: '/mine' },
    { CLAUDE_CODE_PLUGIN_CACHE_DIR: '/theirs' },
    { CLAUDE_CONFIG_DIR: '/mine', CLAUDE_CODE_HOST_OWNED_CONFIG_DIR: '/mine' },
    { CLAUDE_CODE_HOST_OWNED_CONFIG_DIR: '/mine' },
  ])('a session it is as before the session: %j', (environment) => {
    const before = { PATH: '/bin', ...environment };

    expect(outsideSession(enter(before), '/elsewhere')).toEqual(before);
  });

  test('a session with a relative dir it names the same dir, whatever the current folder', () => {
    const outside = outsideSession(enter({ CLAUDE_CONFIG_DIR: '../mine' }), '/elsewhere');

    expect(findSharedDir(outside, '/elsewhere').dir).toBe('/mine');
  });

  test('a session in a session it is as before both', () => {
    const before = { CLAUDE_CONFIG_DIR: '/mine' };
    const inner = enter(outsideSession(enter(before), '/work'), '/work', OTHER);

    expect(inner['CLAUDE_CONFIG_DIR']).toBe(OTHER.home);
    expect(outsideSession(inner, '/work')).toEqual(before);
  });

  test.each<readonly [set: NodeJS.ProcessEnv, expected: NodeJS.ProcessEnv]>([
    [{ CLAUDE_CONFIG_DIR: '/chosen' }, { CLAUDE_CONFIG_DIR: '/chosen' }],
    [{ CLAUDE_CONFIG_DIR: '' }, { CLAUDE_CONFIG_DIR: '' }],
    [
      { CLAUDE_CONFIG_DIR: '/chosen', CLAUDE_SECURESTORAGE_CONFIG_DIR: '/store' },
      { CLAUDE_CONFIG_DIR: '/chosen', CLAUDE_SECURESTORAGE_CONFIG_DIR: '/store' },
    ],
  ])('a session in which the user sets %j, that value is kept, without the login and the plugins of the session', (set, expected) => {
    expect(outsideSession({ ...enter({ CLAUDE_CONFIG_DIR: '/mine' }), ...set }, '/work')).toEqual(expected);
  });

  test('a session in which the user unsets CLAUDE_CONFIG_DIR, it names the default dir', () => {
    const { CLAUDE_CONFIG_DIR: _, ...inside } = enter({ CLAUDE_CONFIG_DIR: '/mine' });

    expect(outsideSession(inside, '/work')).toEqual({});
  });
});

describe('the home of a session never becomes a shared dir', () => {
  test.each<readonly [how: string, words: (home: string) => string]>([
    ["unchanged, without pclaude's other variables", (home) => home],
    ['with a slash at its end', (home) => `${home}/`],
    ['with detours', (home) => join(home, '..', '..', '..', 'sessions') + home.replace(/.*\/sessions/, '')],
  ])('%s', (_, words) => {
    const scratch = createScratch();
    const { paths: session, manifest } = openSession(scratch, 'someone000');
    writeManifest(session.manifest, manifest);
    const { userValue } = manifest.shared;

    expect(outsideSession({ CLAUDE_CONFIG_DIR: words(session.home), CLAUDE_SECURESTORAGE_CONFIG_DIR: userValue ?? '' }, '/')).toEqual({
      CLAUDE_CONFIG_DIR: userValue,
    });
  });

  test('a folder of the same shape that is not a session may be a shared dir', () => {
    const environment = { CLAUDE_CONFIG_DIR: '/no/sessions/here/.claude' };

    expect(outsideSession(environment, '/')).toBe(environment);
  });
});
