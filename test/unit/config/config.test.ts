import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/config.js';
import { createSandbox } from '../../support/sandbox.js';

const defaults = {
  claudePath: undefined,
  stateDir: join(homedir(), '.local/state/pclaude'),
  oldClient: 'plain',
  sync: 'continuous',
  layout: { rows: [], drivers: [] },
  quiet: false,
  log: { days: 30, mebibytes: 100 },
  worktree: {},
  sameDirectory: 'warn',
  limits: { sessions: undefined, freeMemoryMiB: undefined, atLimit: 'wait' },
  slots: { portBase: 23_000, ports: 20 },
};

test('without a file and variables, every setting has its documented default', async () => {
  expect(await loadConfig(await withFile(undefined))).toEqual(defaults);
});

test('a file sets every key', async () => {
  const environment = await withFile({
    $schema: 'https://example.invalid/schema.json',
    claudePath: '/opt/claude',
    stateDir: '/var/sessions',
    oldClient: 'isolate',
    sync: 'exit',
    quiet: true,
    log: { days: 7.5, mebibytes: 0 },
    worktree: { path: '~/trees/{branch}', link: ['node_modules'], copy: ['.venv'], setup: { '~/app': 'make' }, snippet: true },
    sameDirectory: 'ask',
    limits: { sessions: 4, freeMemoryMiB: 512, atLimit: 'fail' },
    slots: { portBase: 40_000, ports: 5 },
    layout: [
      { path: 'notes', policy: 'merge', kind: 'folder', why: 'small' },
      { path: '*.cache', policy: 'private' },
    ],
    drivers: [
      { path: '/odd.state', driver: 'json', rules: 'settings', why: 'JSON' },
      { path: '*.log', driver: 'jsonl', timeKeys: ['at'] },
      { path: '*.list', driver: 'index', entryKeys: ['text'] },
    ],
  });

  expect(await loadConfig(environment)).toEqual({
    claudePath: '/opt/claude',
    stateDir: '/var/sessions',
    oldClient: 'isolate',
    sync: 'exit',
    quiet: true,
    log: { days: 7.5, mebibytes: 0 },
    worktree: { path: '~/trees/{branch}', link: ['node_modules'], copy: ['.venv'], setup: { '~/app': 'make' }, snippet: true },
    sameDirectory: 'ask',
    limits: { sessions: 4, freeMemoryMiB: 512, atLimit: 'fail' },
    slots: { portBase: 40_000, ports: 5 },
    layout: {
      rows: [
        { path: 'notes', policy: 'merge', kind: 'folder' },
        { path: '*.cache', policy: 'private' },
      ],
      drivers: [
        {
          path: '/odd.state',
          driver: { kind: 'json', rules: expect.objectContaining({ counters: [], latest: [], atoms: [], identities: {} }) },
        },
        { path: '*.log', driver: { kind: 'jsonl', timeKeys: ['at'] } },
        { path: '*.list', driver: { kind: 'index', stamps: [], entryKeys: ['text'] } },
      ],
    },
  });
});

describe('a variable overrides the file', () => {
  const file = {
    stateDir: '/from/file',
    oldClient: 'isolate',
    sync: 'exit',
    quiet: true,
    sameDirectory: 'ask',
    limits: { sessions: 4, freeMemoryMiB: 512, atLimit: 'fail' },
  };
  test.each<readonly [environment: NodeJS.ProcessEnv, expected: object]>([
    [{}, file],
    [{ PCLAUDE_STATE_DIR: '/from/variable' }, { stateDir: '/from/variable' }],
    [{ PCLAUDE_STATE_DIR: '' }, { stateDir: '/from/file' }],
    [{ XDG_STATE_HOME: '/xdg' }, { stateDir: '/from/file' }],
    [{ PCLAUDE_OLD_CLIENT: 'plain' }, { oldClient: 'plain' }],
    [{ PCLAUDE_OLD_CLIENT: '' }, { oldClient: 'isolate' }],
    [{ PCLAUDE_SYNC: 'continuous' }, { sync: 'continuous' }],
    [{ PCLAUDE_SYNC: '' }, { sync: 'exit' }],
    [{ PCLAUDE_QUIET: '0' }, { quiet: false }],
    [{ PCLAUDE_QUIET: 'false' }, { quiet: false }],
    [{ PCLAUDE_QUIET: '' }, { quiet: false }],
    [{ PCLAUDE_QUIET: '1' }, { quiet: true }],
    [{ PCLAUDE_SAME_DIRECTORY: 'worktree' }, { sameDirectory: 'worktree' }],
    [{ PCLAUDE_SAME_DIRECTORY: '' }, { sameDirectory: 'ask' }],
    [{ PCLAUDE_LIMIT_SESSIONS: '2' }, { limits: { sessions: 2, freeMemoryMiB: 512, atLimit: 'fail' } }],
    [{ PCLAUDE_LIMIT_SESSIONS: '', PCLAUDE_AT_LIMIT: 'wait' }, { limits: { sessions: 4, freeMemoryMiB: 512, atLimit: 'wait' } }],
  ])('%j: %j', async (environment, expected) => {
    expect(await loadConfig({ ...(await withFile(file)), ...environment })).toMatchObject(expected);
  });
});

test.each([
  [{}, { days: 30, mebibytes: 100 }],
  [{ days: 0 }, { days: 0, mebibytes: 100 }],
  [{ mebibytes: 5 }, { days: 30, mebibytes: 5 }],
])('each limit of the log has a default: %j', async (log, expected) => {
  expect(await loadConfig(await withFile({ log }))).toMatchObject({ log: expected });
});

test.each(['0', '-1', '1.5', 'many'])('PCLAUDE_LIMIT_SESSIONS=%s is refused', async (value) => {
  const environment = { ...(await withFile(undefined)), PCLAUDE_LIMIT_SESSIONS: value };
  await expect(loadConfig(environment)).rejects.toMatchObject({
    exitCode: 78,
    line: `PCLAUDE_LIMIT_SESSIONS: expected a whole number from 1 on, got "${value}"; correct or unset it`,
  });
});

test.each([
  [{}, { portBase: 23_000, ports: 20 }],
  [{ portBase: 30_000 }, { portBase: 30_000, ports: 20 }],
  [{ ports: 100 }, { portBase: 23_000, ports: 100 }],
])('each value of the port blocks has a default: %j', async (slots, expected) => {
  expect(await loadConfig(await withFile({ slots }))).toMatchObject({ slots: expected });
});

test.each<readonly [environment: NodeJS.ProcessEnv, stateDir: string]>([
  [{ XDG_STATE_HOME: '/xdg' }, '/xdg/pclaude'],
  [{ XDG_STATE_HOME: '' }, defaults.stateDir],
  [{ XDG_STATE_HOME: 'xdg' }, defaults.stateDir],
  [{ PCLAUDE_STATE_DIR: '/a/../b/' }, '/b'],
])('with %j the state dir is %s', async (environment, stateDir) => {
  expect(await loadConfig({ ...(await withFile(undefined)), ...environment })).toMatchObject({ stateDir });
});

test.each(['state', './state', '../state', '~/state'])('PCLAUDE_STATE_DIR=%s is refused', async (value) => {
  const environment = { ...(await withFile(undefined)), PCLAUDE_STATE_DIR: value };
  await expect(loadConfig(environment)).rejects.toMatchObject({
    exitCode: 78,
    line: `PCLAUDE_STATE_DIR is a relative path: ${value}; make it an absolute one`,
  });
});

test('a state dir below ~/ is below the home folder', async () => {
  expect(await loadConfig(await withFile({ stateDir: '~/sessions' }))).toMatchObject({ stateDir: join(homedir(), 'sessions') });
});

test('PCLAUDE_CONFIG names another file', async () => {
  const other = await withFile({ quiet: true });
  const environment = {
    ...(await withFile({ quiet: false })),
    PCLAUDE_CONFIG: join(other['XDG_CONFIG_HOME'] ?? '', 'pclaude/config.json'),
  };

  expect(await loadConfig(environment)).toMatchObject({ quiet: true });
});

async function withFile(content: object | undefined): Promise<NodeJS.ProcessEnv> {
  const sandbox = await createSandbox();
  if (content !== undefined) await sandbox.write('config/pclaude/config.json', JSON.stringify(content));
  return { XDG_CONFIG_HOME: sandbox.at('config') };
}
