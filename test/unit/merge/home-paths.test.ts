import { describe, expect, it } from 'vitest';
import { type HomePaths, translateHomePath, translateHomePaths } from '../../../src/merge/home-paths.js';

const HERE: HomePaths = {
  sessions: ['/home/me/.local/state/pclaude/sessions'],
  userHome: '/home/me',
  sharedPathOf: (_, top) =>
    top === 'gone.sh' ? undefined : top === '.claude.json' ? '/home/me/.claude.json' : `/home/me/.claude${top && `/${top}`}`,
};
const HOME = '/home/me/.local/state/pclaude/sessions/a1b2c3d4e5/.claude';

const SPACED: HomePaths = {
  ...HERE,
  sessions: ['/home/me/my state/sessions'],
  sharedPathOf: (_, top) => `/home/me/my claude${top && `/${top}`}`,
};

const translated = (text: string, isJson: boolean): string =>
  Buffer.from(translateHomePaths(Buffer.from(text), isJson, HERE)).toString('utf8');

describe('a path below the home of a session is translated', () => {
  it.each([
    ['alone', `${HOME}/mcp/s.js`, '/home/me/.claude/mcp/s.js'],
    ['the home itself', HOME, '/home/me/.claude'],
    ['the home as a folder', `${HOME}/`, '/home/me/.claude/'],
    ['the state file, which is elsewhere', `cat ${HOME}/.claude.json`, 'cat /home/me/.claude.json'],
    ['in a command, twice', `sh ${HOME}/a.sh | sh "${HOME}/b c.sh"; true`, 'sh /home/me/.claude/a.sh | sh "/home/me/.claude/b c.sh"; true'],
    ['in single quotes', `bash -c '${HOME}/a.sh'`, "bash -c '/home/me/.claude/a.sh'"],
    ['in a list of paths', `PATH=${HOME}/bin:/bin`, 'PATH=/home/me/.claude/bin:/bin'],
    ['in a rule', `Edit(/${HOME}/skills/**)`, 'Edit(//home/me/.claude/skills/**)'],
    ['as a URL', `file://${HOME}/index.html`, 'file:///home/me/.claude/index.html'],
    ['by ~', '~/.local/state/pclaude/sessions/a1b2c3d4e5/.claude/a.sh', '~/.claude/a.sh'],
    [
      'by ~, twice',
      '~/.local/state/pclaude/sessions/a1/.claude/a.sh ~/.local/state/pclaude/sessions/a1/.claude/b.sh',
      '~/.claude/a.sh ~/.claude/b.sh',
    ],
    ['by $HOME', 'sh "$HOME/.local/state/pclaude/sessions/a1b2c3d4e5/.claude/a.sh"', 'sh "$HOME/.claude/a.sh"'],
    ['by ${HOME}', 'sh "${HOME}/.local/state/pclaude/sessions/a1b2c3d4e5/.claude/a.sh"', 'sh "${HOME}/.claude/a.sh"'],
  ])('%s', (_, text, wanted) => expect(translateHomePath(text, HERE)).toBe(wanted));

  it.each([
    ['as it is', '/home/me/my state/sessions/a1/.claude/a.sh', '/home/me/my claude/a.sh'],
    ['escaped', String.raw`sh /home/me/my\ state/sessions/a1/.claude/a\ b.sh -v`, String.raw`sh /home/me/my\ claude/a\ b.sh -v`],
    ['as a URL', 'file:///home/me/my%20state/sessions/a1/.claude/a%20b.html', 'file:///home/me/my%20claude/a%20b.html'],
  ])('with a space in it, %s', (_, text, wanted) => expect(translateHomePath(text, SPACED)).toBe(wanted));
});

describe('a path stays unchanged', () => {
  it.each([
    ['of another state dir', '/mnt/backup/home/me/.local/state/pclaude/sessions/a1b2c3d4e5/.claude/a.sh'],
    ['of another state dir with a longer name', `/other${HOME}/a.sh`],
    ['beside the home', `${HOME}.lock`],
    ['beside the home with another name', `${HOME}-old/a.sh`],
    ['out of the home', `${HOME}/../notes/a.md`],
    ['out of a folder in the home', `${HOME}/skills/../../notes/a.md`],
    ['of all sessions', '/home/me/.local/state/pclaude/sessions/*/.claude/projects'],
    ['that the shared dir does not have', `${HOME}/gone.sh`],
  ])('%s', (_, text) => expect(translateHomePath(text, HERE)).toBe(text));
});

describe('a file', () => {
  it('of JSON keeps its layout, comments and keys; only values are translated', () => {
    const text = `{\n  // don't touch "${HOME}/a.sh\n  "${HOME}/key" : { "command": "sh ${HOME}/a.sh" },\t"e":"\\u00e9" /* "x */, "list": ["${HOME}"]\n}\n`;
    expect(translated(text, true)).toBe(text.replace(`sh ${HOME}`, 'sh /home/me/.claude').replace(`["${HOME}"]`, '["/home/me/.claude"]'));
  });

  it('of JSON with escaped slashes and letters is understood', () => {
    expect(
      translated(
        JSON.stringify({ a: `${HOME}/é.sh` })
          .replaceAll('/', String.raw`\/`)
          .replace('é', String.raw`\u00e9`),
        true,
      ),
    ).toBe('{"a":"/home/me/.claude/é.sh"}');
  });

  it('of text is translated everywhere', () => {
    expect(translated(`#!/bin/sh\n. ${HOME}/lib.sh\n${HOME}/b.sh\n`, false)).toBe(
      '#!/bin/sh\n. /home/me/.claude/lib.sh\n/home/me/.claude/b.sh\n',
    );
  });

  it('that names no home, or is not text, is returned as the same object', () => {
    const [plain, binary] = [Buffer.from('a .claude b'), Buffer.from([0, ...Buffer.from(HOME)])];
    expect([translateHomePaths(plain, false, HERE), translateHomePaths(binary, false, HERE)]).toEqual([plain, binary]);
    expect(translateHomePaths(plain, false, HERE)).toBe(plain);
  });
});
