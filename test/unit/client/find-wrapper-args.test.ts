import { chmodSync, symlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isClientRespawn, wrapperArgs } from '../../../src/client/find.js';
import { createScratch, type Scratch } from '../../support/scratch.js';

describe('the first argument is the client if it is the path of one:', () => {
  test.each([
    'extensions/anthropic.claude-code-2.1.329-linux-x64/resources/native-binary/claude',
    'node_modules/@anthropic-ai/claude-code/bin/claude.exe',
    '.local/share/claude/versions/2.1.329',
    '.local/share/claude/versions/2.1.329-dev.1',
    '.local/bin/claude',
  ])('%s', (path) => {
    const { scratch, self } = createPlaces(path);

    expect(wrapperArgs([scratch.at(path), '-p', 'hello'], self)).toEqual({
      kind: 'binary',
      client: scratch.at(path),
      args: ['-p', 'hello'],
    });
  });

  test('a script, with its runtime before it', () => {
    const { scratch, self } = createPlaces('bin/node');
    const script = scratch.at('extensions/anthropic.claude-code-2.0.0/resources/claude-code/cli.js');

    expect(wrapperArgs([scratch.at('bin/node'), script, 'hello'], self)).toEqual({
      kind: 'script',
      client: scratch.at('bin/node'),
      args: [script, 'hello'],
    });
  });

  test('pclaude itself: it is dropped, and pclaude searches for the client', () => {
    const { scratch, self } = createPlaces('bin/other');
    symlinkSync(self, scratch.at('bin/claude'));

    expect(wrapperArgs([scratch.at('bin/claude'), 'hello'], self)).toEqual({ kind: 'binary', client: undefined, args: ['hello'] });
  });
});

describe('the first argument is a prompt, or an option:', () => {
  test.each<readonly [name: string, args: (scratch: Scratch) => readonly string[]]>([
    ['nothing at all', () => []],
    ['an option', () => ['-p', 'hello']],
    ['a slash command', () => ['/review', 'the diff']],
    ['a slash command with words', () => ['/compact keep the plan']],
    ['a slash command named as the client', () => ['/claude']],
    ['an executable file', (scratch) => [scratch.at('bin/tool')]],
    ['a sentence about the client', (scratch) => [`${scratch.at('bin/claude')} does not start`]],
    ['words that end as the client does', (scratch) => [`look at ${scratch.at('bin/claude')}`]],
    ['a missing client', (scratch) => [scratch.at('gone/claude')]],
    ['a folder of that name', (scratch) => [scratch.folder('src/claude')]],
    ['a file of that name that is not executable', (scratch) => [scratch.write('notes/claude', 'about it')]],
    ['a client by a relative path', () => ['bin/claude', 'hello']],
    ['a file of versions of something else', (scratch) => [scratch.at('opt/versions/2.1.329')]],
    ["a runtime, and a user's script", (scratch) => [scratch.at('bin/node'), scratch.at('server.js')]],
    ['a runtime, and words', (scratch) => [scratch.at('bin/node'), 'cli.js']],
  ])('%s', (_, args) => {
    const { scratch, self } = createPlaces('bin/claude', 'bin/tool', 'bin/node', 'opt/versions/2.1.329');

    expect(wrapperArgs(args(scratch), self)).toBeUndefined();
  });
});

describe('the client has started it for itself', () => {
  const WRAPPED = { CLAUDE_CODE_PROCESS_WRAPPER: '/bin/pclaude' };
  const EDITOR = { CLAUDE_CODE_ENTRYPOINT: 'claude-vscode' };
  test.each<readonly [expected: boolean, args: readonly string[], environment: NodeJS.ProcessEnv]>([
    [false, ['daemon', 'run'], {}],
    [false, ['daemon', 'run'], { CLAUDE_CODE_PROCESS_WRAPPER: '' }],
    [true, ['daemon', 'run'], WRAPPED],
    [true, ['daemon', 'run'], { ...WRAPPED, ...EDITOR }],
    [true, ['--bg-pty-host', '/s', '200', '50', '--', '/bin/pclaude'], { ...WRAPPED, ...EDITOR }],
    [true, ['--bg-spare', '/s'], { ...WRAPPED, ...EDITOR }],
    [true, ['--session-id', 'x', 'hello'], { ...WRAPPED, ...EDITOR, CLAUDE_BG_BACKEND: 'daemon' }],
    [true, ['--resume', 'x'], WRAPPED],
    [false, ['--output-format', 'stream-json'], EDITOR],
    [false, ['--output-format', 'stream-json'], { ...WRAPPED, ...EDITOR }],
    [false, ['plugin', 'list', '--json'], { ...WRAPPED, ...EDITOR }],
  ])('%s: %j %j', (expected, args, environment) => {
    expect(isClientRespawn(args, environment)).toBe(expected);
  });
});

/** Programs in a temporary folder, pclaude among them. */
function createPlaces(...paths: readonly string[]) {
  const scratch = createScratch();
  const program = (path: string): string => {
    chmodSync(scratch.write(path, 'a program'), 0o755);
    return scratch.at(path);
  };
  for (const path of paths) program(path);
  return { scratch, self: program('us/pclaude.js') };
}
