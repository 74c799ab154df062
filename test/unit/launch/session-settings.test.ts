import { describe, expect, test } from 'vitest';
import type { Settings } from '../../../src/client/settings.js';
import { askingCommand, endedCommand, filteredCommand } from '../../../src/hook/hook-settings.js';
import { sessionSettings, type SettingsParts } from '../../../src/launch/session-settings.js';
import { sessionPaths } from '../../../src/session/paths.js';
import { isRecord } from '../../../src/system/json.js';

const asking = { socket: '/state/sessions/id/hooks.sock', perl: '/usr/bin/perl', script: '/lib/ask.pl' };

const allowed = [
  'Read(//state/sessions/*/.claude/projects/*/*/tool-results/**)',
  'Read(//shared/projects/*/*/tool-results/**)',
  'Read(//shared/projects/-p)',
];

describe('without settings of the user', () => {
  test('a session has the shared memory folder, its hooks, and rules for its outputs and its project', () => {
    expect(withFlag({})).toMatchObject({
      autoMemoryDirectory: '/shared/memory',
      claudeMdExcludes: ['/shared/CLAUDE.md'],
      permissions: { allow: allowed },
    });
  });

  test('a hook runs before and after a write to the shared dir and a session, and when the user is asked about such a write or refuses it', () => {
    const hooks = hooksOf(withFlag({}));
    const writes = ['Edit', 'Write', 'NotebookEdit'].map((matcher) => ({
      matcher,
      hooks: ['//shared', '/shared', '//state/sessions', '/state/sessions'].map((folder) => ({
        type: 'command',
        command,
        timeout: 30,
        if: `${matcher}(${folder}/**)`,
      })),
    }));
    const reads = {
      matcher: 'Read',
      hooks: ['//state/sessions', '/state/sessions'].map((folder) => ({ type: 'command', command, timeout: 30, if: `Read(${folder}/**)` })),
    };

    expect(fileHooks(withFlag({}))).toEqual({ PreToolUse: [reads, ...writes], PostToolUse: writes });
    expect(hooks).toMatchObject({ PermissionRequest: writes, PermissionDenied: writes });
  });

  test('hooks ask the launcher first, and report the calls of a reply that are over', () => {
    const hooks = hooksOf(sessionSettings({ ...parts({}), asking }));

    expect(hooks['PreToolUse']).toMatchObject([
      {},
      { hooks: [{ command: askingCommand(words, asking) }, {}, {}, {}] },
      {},
      {},
      filtered(['.claude', 'CLAUDE_CONFIG_DIR', 'shared'], ['/shared', '/state/sessions']),
    ]);
    expect(hooks['PostToolBatch']).toEqual([
      { hooks: [{ type: 'command', command: endedCommand(asking, ['.claude', 'CLAUDE_CONFIG_DIR', 'shared']), timeout: 30 }] },
    ]);
    expect(hooksOf(sessionSettings({ ...parts({}), asking: { ...asking, perl: undefined } }))).not.toHaveProperty('PostToolBatch');
  });

  test('for a shell command the hook asks the launcher at each event if the command may name a shared file', () => {
    const hooks = hooksOf(sessionSettings({ ...parts({}), asking }));
    for (const event of ['PreToolUse', 'PermissionRequest', 'PermissionDenied', 'PostToolUse', 'PostToolUseFailure']) {
      expect(hooks[event]).toEqual(
        expect.arrayContaining([filtered(['.claude', 'CLAUDE_CONFIG_DIR', 'shared'], ['/shared', '/state/sessions'])]),
      );
    }
    // Only a launcher remembers the earlier content.
    expect(JSON.stringify(hooksOf(withFlag({})))).not.toContain('Bash');
  });

  test('memory outside the shared dir also has hooks', () => {
    const settings = sessionSettings({ ...parts({}), memory: { folder: '/notes/mine', isHeld: false }, asking });

    expect(fileHooks(settings).PostToolUse).toMatchObject([
      { hooks: [{ if: 'Edit(//shared/**)' }, {}, { if: 'Edit(//notes/mine/**)' }, {}, { if: 'Edit(//state/sessions/**)' }, {}] },
      {},
      {},
    ]);
    expect(hooksOf(settings)['PreToolUse']).toEqual(
      expect.arrayContaining([filtered(['.claude', 'CLAUDE_CONFIG_DIR', 'shared', 'mine'], ['/shared', '/notes/mine', '/state/sessions'])]),
    );
  });

  test('the client shows a message for the user when it starts', () => {
    const { SessionStart } = hooksOf(sessionSettings({ ...parts({}), notice: "dangerous: it's here" }));

    expect(SessionStart).toEqual([
      {
        matcher: 'startup|resume',
        hooks: [{ type: 'command', command: String.raw`'printf' '%s' '{"systemMessage":"pclaude: dangerous: it'\''s here"}'`, timeout: 5 }],
      },
    ]);
    expect(hooksOf(withFlag({}))).not.toHaveProperty('SessionStart');
  });

  test("if hooks do not run, the settings contain none of pclaude's, and memory has no rule and no folder", () => {
    const settings = sessionSettings({ ...parts({}), memory: null, hooked: false });

    expect(settings).not.toHaveProperty('hooks');
    expect(settings).not.toHaveProperty('autoMemoryDirectory');
    expect(settings).toMatchObject({ permissions: { allow: allowed } });
  });

  test('a folder that no rule can name has hooks without a rule', () => {
    const { PreToolUse } = fileHooks(sessionSettings({ ...parts({}), memory: { folder: '/memory (1)', isHeld: true } }));

    expect(PreToolUse).toMatchObject([{ hooks: [{ command }, { if: 'Read(//state/sessions/**)' }, {}] }, {}, {}, {}]);
    expect(PreToolUse).not.toMatchObject([{ hooks: [{ if: expect.anything() }, {}, {}] }, {}, {}, {}]);
  });
});

describe('with notes that are held back', () => {
  test("the memory folder is the session's own, whatever the user names, and needs no rule", () => {
    for (const flag of [{}, { autoMemoryDirectory: '/shared/memory' }]) {
      expect(held(flag)).toMatchObject({ autoMemoryDirectory: '/state/sessions/id/notes', permissions: { allow: allowed } });
    }
  });

  test('calls by the path of the shared folder are also redirected', () => {
    expect(fileHooks(held({})).PreToolUse).toMatchObject([
      { hooks: [{ if: 'Read(//shared/memory/**)' }, { if: 'Read(/shared/memory/**)' }, { if: 'Read(//state/sessions/**)' }, {}] },
      {},
      {},
      {},
    ]);
  });
});

describe("the user's own --settings", () => {
  test.each<readonly [name: string, flag: Settings, expected: Settings]>([
    ['keeps values that pclaude does not set', { model: 'opus', env: { A: '1' } }, { model: 'opus', env: { A: '1' } }],
    ['keeps its single values', { autoMemoryDirectory: '/theirs' }, { autoMemoryDirectory: '/theirs' }],
    [
      "has pclaude's rules after its own",
      { permissions: { allow: ['Bash(ls)'], deny: ['Read'] } },
      { permissions: { allow: ['Bash(ls)', ...allowed], deny: ['Read'] } },
    ],
    ["has pclaude's excludes after its own", { claudeMdExcludes: ['/a'] }, { claudeMdExcludes: ['/a', '/shared/CLAUDE.md'] }],
    [
      'keeps a value of a kind that pclaude cannot join',
      { permissions: 3, claudeMdExcludes: 'x' },
      { permissions: 3, claudeMdExcludes: 'x' },
    ],
  ])('%s', (_, flag, expected) => {
    const before = structuredClone(flag);

    expect(withFlag(flag)).toMatchObject(expected);
    expect(flag).toEqual(before);
  });

  test("has its hooks before pclaude's", () => {
    const theirs = { matcher: 'Read', hooks: [{ type: 'command', command: 'theirs' }] };
    const { PreToolUse, Stop } = hooksOf(withFlag({ hooks: { PreToolUse: [theirs], Stop: [theirs] } }));

    expect(PreToolUse).toHaveLength(5);
    expect(PreToolUse).toMatchObject([theirs, {}, {}, {}, {}]);
    expect(Stop).toEqual([theirs]);
  });
});

const words = ['/usr/bin/node', "/it's here/hook.js", '/state', 'id'];
const command = `'/usr/bin/node' '/it'\\''s here/hook.js' '/state' 'id'`;

function withFlag(flag: Settings): Settings {
  return sessionSettings(parts(flag));
}

function held(flag: Settings): Settings {
  return sessionSettings({ ...parts(flag), memory: { folder: '/shared/memory', isHeld: true } });
}

function parts(flag: Settings): SettingsParts {
  return {
    paths: sessionPaths('/state', 'id'),
    sessions: '/state/sessions',
    project: '/shared/projects/-p',
    shared: { dir: '/shared', stateFile: '/shared/.claude.json', userValue: '/shared' },
    memory: { folder: '/shared/memory', isHeld: false },
    hooked: true,
    notice: undefined,
    hookWords: words,
    asking: null,
    user: { readsUser: true, managed: {}, flag, local: {}, project: {}, user: {} },
  };
}

function filtered(texts: readonly string[], folders: readonly string[] = []): object {
  return {
    matcher: 'Bash',
    hooks: [{ type: 'command', command: filteredCommand(askingCommand(words, asking), texts, folders), timeout: 30 }],
  };
}

/** The hooks for tools that take the path of one file. */
function fileHooks(settings: Settings): Record<'PreToolUse' | 'PostToolUse', unknown> {
  const without = (event: string): unknown => {
    const entries = hooksOf(settings)[event];
    return Array.isArray(entries) ? entries.filter((entry: unknown) => !isRecord(entry) || entry['matcher'] !== 'Bash') : entries;
  };
  return { PreToolUse: without('PreToolUse'), PostToolUse: without('PostToolUse') };
}

function hooksOf({ hooks }: Settings): Readonly<Record<string, unknown>> {
  return typeof hooks === 'object' && hooks !== null ? { ...hooks } : {};
}
