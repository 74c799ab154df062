import { describe, expect, test } from 'vitest';
import { classify, type Invocation, withSettings } from '../../../src/client/arguments.js';

describe('a command line starts a session, is a management command, or is about background jobs', () => {
  test.each<readonly [args: readonly string[], kind: Invocation['kind']]>([
    [[], 'session'],
    [['hello'], 'session'],
    [['mcp', 'list'], 'management'],
    [['update'], 'management'],
    [['--version'], 'management'],
    [['-v'], 'management'],
    [['--help'], 'management'],
    [['-p', '-h'], 'management'],
    [['mcpx'], 'session'],
    [['an', 'mcp'], 'session'],
    [[''], 'session'],
    [['-', 'mcp'], 'session'],
    [['--', 'mcp'], 'session'],
    [['--', '--version'], 'session'],
    [['-p', 'mcp'], 'session'],
    [['mcp', 'list', '-p'], 'session'],
    [['--print', 'doctor'], 'session'],
    [['mcp', 'add', 'name', '--', 'server', '-p'], 'management'],
    [['--model', '-p', 'mcp'], 'management'],
    [['-p', 'mcp', '--version'], 'management'],
    [['--model', 'mcp'], 'session'],
    [['--model', 'opus', 'mcp'], 'management'],
    [['--model=opus', 'mcp'], 'management'],
    [['--append-system-prompt', '--version'], 'session'],
    [['--resume', 'mcp'], 'session'],
    [['--resume', '--continue', 'mcp'], 'management'],
    [['--add-dir', 'one', 'two', 'mcp'], 'session'],
    [['--add-dir', 'one', '--continue', 'mcp'], 'management'],
    [['--add-dir=one', 'mcp'], 'management'],
    [['--unheard-of', 'mcp'], 'management'],
    [['--debug', 'api', 'hello'], 'session'],
    [['agents'], 'agents'],
    [['--model', 'opus', 'agents', '--json'], 'agents'],
    [['agents', '--help'], 'management'],
    [['-p', 'agents'], 'session'],
    [['an', 'agents'], 'session'],
    [['logs', '1a2b3c4d'], 'job'],
    [['stop', 'the', 'tests'], 'job'],
    [['kill', '-p'], 'job'],
    [['--model', 'opus', 'stop', '1a2b3c4d'], 'job'],
    [['--model', 'opus', 'stop', '1a2b'], 'session'],
    [['--model', 'opus', 'stop'], 'session'],
    [['--verbose', 'respawn', '--all'], 'job'],
    [['--verbose', 'stop', '--all'], 'session'],
    [['-p', 'stop', '1a2b3c4d'], 'session'],
    [['--bg', 'stop', '1a2b3c4d'], 'session'],
    [['--', 'stop', '1a2b3c4d'], 'session'],
    [['--model', 'stop', '1a2b3c4d'], 'session'],
  ])('%j: %s', (args, kind) => {
    expect(classify(args).kind).toBe(kind);
  });
});

test.each<readonly [args: readonly string[], invocation: Invocation]>([
  [['agents'], { kind: 'agents', json: false, all: false }],
  [['agents', '--json'], { kind: 'agents', json: true, all: false }],
  [['agents', '--all', '--cwd', '/x', '--json'], { kind: 'agents', json: true, all: true }],
  [['respawn', '--all'], { kind: 'job', word: 'respawn', rest: ['--all'] }],
  [['--model', 'opus', 'rm', '1a2b3c4d', 'more'], { kind: 'job', word: 'rm', rest: ['1a2b3c4d', 'more'] }],
])('%j is %j', (args, invocation) => {
  expect(classify(args)).toEqual(invocation);
});

test.each<readonly [args: readonly string[], expected: boolean]>([
  [['--input-format', 'stream-json'], false],
  [['--initialize-fields', 'settings'], true],
  [['--await-initialize', '--initialize-fields=disallowedTools,settings', '-p'], true],
  [['--initialize-fields', 'disallowedTools'], false],
  [['--', '--initialize-fields', 'settings'], false],
])('%j: settings come on standard input: %s', (args, expected) => {
  expect(sessionOf(args)?.settingsOnInput).toBe(expected);
});

describe('returns the effective --settings, and its position', () => {
  test.each<readonly [args: readonly string[], value: string | undefined, replaced: readonly string[]]>([
    [['hello'], undefined, ['--settings', 'ours', 'hello']],
    [['--settings', 'mine', 'hello'], 'mine', ['--settings', 'ours', 'hello']],
    [['hello', '--settings', '{"a":1}'], '{"a":1}', ['hello', '--settings', 'ours']],
    [['--settings=mine', '-p'], 'mine', ['--settings=ours', '-p']],
    [['--settings={"a":"b=c"}'], '{"a":"b=c"}', ['--settings=ours']],
    [['--settings='], '', ['--settings=ours']],
    [['--settings', '', 'hello'], '', ['--settings', 'ours', 'hello']],
    [['--settings', 'one', '--settings', 'two'], 'two', ['--settings', 'one', '--settings', 'ours']],
    [['--settings=one', '--settings', 'two'], 'two', ['--settings=one', '--settings', 'ours']],
    [['--settings', '--settings'], '--settings', ['--settings', 'ours']],
    [['--model', '--settings', 'hello'], undefined, ['--settings', 'ours', '--model', '--settings', 'hello']],
    [['hello', '--settings'], undefined, ['--settings', 'ours', 'hello', '--settings']],
    [['--', '--settings', 'mine'], undefined, ['--settings', 'ours', '--', '--settings', 'mine']],
    [['--add-dir', 'one', '--settings', 'mine'], 'mine', ['--add-dir', 'one', '--settings', 'ours']],
  ])('%j: %s', (args, value, replaced) => {
    const settings = sessionOf(args)?.settings;

    expect(settings?.value).toBe(value);
    expect(withSettings(args, settings, 'ours')).toEqual(replaced);
  });
});

test.each<readonly [args: readonly string[], sources: readonly string[] | undefined]>([
  [['hello'], undefined],
  [
    ['--setting-sources', 'user,project'],
    ['user', 'project'],
  ],
  [['--setting-sources=local'], ['local']],
  [
    ['--setting-sources', 'user, local'],
    ['user', 'local'],
  ],
  [['--setting-sources', ''], ['']],
])('the setting sources of %j are %j', (args, sources) => {
  expect(sessionOf(args)?.sources).toEqual(sources);
});

function sessionOf(args: readonly string[]) {
  const invocation = classify(args);
  return invocation.kind === 'session' ? invocation : undefined;
}

test.each([
  [['--worktree'], true],
  [['-w', 'feat/x', 'hello'], true],
  [['--worktree=feat/x'], true],
  [['--model', '-w'], false],
  [['--', '-w'], false],
])('%j: the client makes its own working tree: %s', (args, worktree) => {
  expect(classify(args)).toMatchObject({ kind: 'session', worktree });
});

const ID = '01234567-89ab-cdef-0123-456789abcdef';

test.each([
  [['--resume', ID], { kind: 'named', id: ID }],
  [[`--resume=${ID}`], { kind: 'named', id: ID }],
  [['-r', ID, 'hello'], { kind: 'named', id: ID }],
  [['--continue'], { kind: 'newest' }],
  [['-c'], { kind: 'newest' }],
  [['--resume'], undefined],
  [['--resume', 'a search'], undefined],
  [['--resume', ID, '--fork-session'], undefined],
  [['hello'], undefined],
])('%j continues the conversation %j', (args, conversation) => {
  expect(sessionOf(args)?.conversation).toEqual(conversation);
});
