import { describe, expect, test } from 'vitest';
import type { SharedDir } from '../../src/layout/shared-dir.js';
import { sessionEnvironment, sharedEnvironment, startedAsClient } from '../../src/launch/environment.js';
import { sessionPaths } from '../../src/session/paths.js';

const byDefault: SharedDir = { dir: '/home/u/.claude', stateFile: '/home/u/.claude.json', userValue: null };
const chosen: SharedDir = { dir: '/home/u/other', stateFile: '/home/u/other/.claude.json', userValue: '../u/other' };
const paths = sessionPaths('/state', 'id');

describe('a session', () => {
  test('has a private home; login and plugins stay where they were', () => {
    expect(sessionEnvironment({ PATH: '/bin' }, byDefault, paths, 7)).toEqual({
      PATH: '/bin',
      CLAUDE_CONFIG_DIR: '/state/sessions/id/.claude',
      CLAUDE_SECURESTORAGE_CONFIG_DIR: '',
      CLAUDE_CODE_PLUGIN_CACHE_DIR: '/home/u/.claude/plugins',
      PCLAUDE_HOME: '/state/sessions/id/.claude',
      PCLAUDE_SESSION_ID: 'id',
      PCLAUDE_USER_CONFIG_DIR: '',
      PCLAUDE_LAUNCHER_PID: '7',
      PCLAUDE_NESTING: '1',
    });
  });

  test("names the user's own config dir to the letter", () => {
    expect(sessionEnvironment({ CLAUDE_CONFIG_DIR: '../u/other' }, chosen, paths, 7)).toMatchObject({
      CLAUDE_CONFIG_DIR: '/state/sessions/id/.claude',
      CLAUDE_SECURESTORAGE_CONFIG_DIR: '../u/other',
      CLAUDE_CODE_PLUGIN_CACHE_DIR: '/home/u/other/plugins',
      PCLAUDE_USER_CONFIG_DIR: '../u/other',
    });
  });

  test.each(['CLAUDE_SECURESTORAGE_CONFIG_DIR', 'CLAUDE_CODE_PLUGIN_CACHE_DIR'])("keeps the user's own %s", (name) => {
    expect(sessionEnvironment({ [name]: '/theirs' }, byDefault, paths, 7)[name]).toBe('/theirs');
  });
});

describe('a client on the shared dir', () => {
  test.each([
    ['outside a session', { PATH: '/bin', CLAUDE_CONFIG_DIR: '../u/other' }, chosen],
    ['outside a session, with the names of a session', { PATH: '/bin', CLAUDE_SECURESTORAGE_CONFIG_DIR: '', PCLAUDE_HOME: '/gone' }, byDefault],
  ])('has the environment as it was: %s', (_, environment, shared) => {
    expect(sharedEnvironment(environment, shared, 7)).toEqual({ ...environment, PCLAUDE_LAUNCHER_PID: '7', PCLAUDE_NESTING: '1' });
  });

  test.each([byDefault, chosen])('inside a session has what the session was given: %j', (shared) => {
    const outside = { PATH: '/bin', ...(shared.userValue === null ? {} : { CLAUDE_CONFIG_DIR: shared.userValue }) };
    const inside = sessionEnvironment(outside, shared, paths, 7);
    const { CLAUDE_CONFIG_DIR, CLAUDE_SECURESTORAGE_CONFIG_DIR, CLAUDE_CODE_PLUGIN_CACHE_DIR } = sharedEnvironment(inside, shared, 8);

    expect({ CLAUDE_CONFIG_DIR, CLAUDE_SECURESTORAGE_CONFIG_DIR, CLAUDE_CODE_PLUGIN_CACHE_DIR }).toEqual({ CLAUDE_CONFIG_DIR: shared.userValue ?? undefined });
  });

  test("inside a session keeps the user's own names", () => {
    const inside = sessionEnvironment({ CLAUDE_CODE_PLUGIN_CACHE_DIR: '/theirs' }, byDefault, paths, 7);

    expect(sharedEnvironment(inside, byDefault, 8)['CLAUDE_CODE_PLUGIN_CACHE_DIR']).toBe('/theirs');
  });
});

describe('pclaude was started in the place of the client', () => {
  test.each<readonly [environment: NodeJS.ProcessEnv, expected: boolean]>([
    [{}, false],
    [{ PCLAUDE_LAUNCHER_PID: '41' }, false],
    [{ PCLAUDE_LAUNCHER_PID: '42' }, true],
    [{ PCLAUDE_NESTING: '7' }, false],
    [{ PCLAUDE_NESTING: '8' }, true],
    [{ PCLAUDE_NESTING: 'none' }, false],
  ])('%j with the parent 42: %s', (environment, expected) => {
    expect(startedAsClient(environment, 42)).toBe(expected);
  });

  test('each one inside another counts', () => {
    const first = sessionEnvironment({}, byDefault, paths, 1);
    const second = sharedEnvironment(first, byDefault, 2);

    expect(sessionEnvironment(second, byDefault, paths, 3)['PCLAUDE_NESTING']).toBe('3');
  });
});
