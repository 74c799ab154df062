import { describe, expect, test } from 'vitest';
import type { SharedDir } from '../../../src/client/shared-dir.js';
import { sessionEnvironment, sharedEnvironment, startedAsClient } from '../../../src/launch/start.js';
import { sessionPaths } from '../../../src/session/paths.js';

const shared: SharedDir = { dir: '/home/u/.claude', stateFile: '/home/u/.claude.json', userValue: null };
const session = { shared, branch: null, slot: null };
const paths = sessionPaths('/state', 'id');

test('the client of a session gets the pid of its launcher', () => {
  expect(sessionEnvironment({ PATH: '/bin' }, session, paths, 7)).toMatchObject({
    PATH: '/bin',
    CLAUDE_CONFIG_DIR: '/state/sessions/id/.claude',
    PCLAUDE_LAUNCHER_PID: '7',
    PCLAUDE_NESTING: '1',
  });
});

test('a client on the shared dir gets it as well, and nothing else', () => {
  const environment = { PATH: '/bin', CLAUDE_CONFIG_DIR: '../u/other' };

  expect(sharedEnvironment(environment, 7)).toEqual({ ...environment, PCLAUDE_LAUNCHER_PID: '7', PCLAUDE_NESTING: '1' });
});

describe('pclaude was started instead of the client', () => {
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

  test('the nesting count grows with each level', () => {
    const first = sessionEnvironment({}, session, paths, 1);
    const second = sharedEnvironment(first, 2);

    expect(sessionEnvironment(second, session, paths, 3)['PCLAUDE_NESTING']).toBe('3');
  });
});
