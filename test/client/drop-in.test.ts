import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lastRequests, prompt, type Step, userTexts } from '../support/messages-api.js';
import { createProject, type Project } from '../support/project.js';
import { endProcess, processesWithHome } from '../support/processes.js';
import { claude, clientPath, pclaude, type Program } from '../support/real-client.js';
import { run, start, type RunOptions } from '../support/run.js';
import { someOf } from '../support/some-of.js';
import { comparable } from './comparable.js';

describe('a run that exits normally looks as under claude', () => {
  test.each<readonly [name: string, args: readonly string[], input: string]>([
    ['text', ['-p', say('a plain answer')], ''],
    ['text with its options last', [say('a plain answer'), '--print'], ''],
    ['json', ['-p', '--output-format', 'json', say('as json')], ''],
    ['stream-json', ['-p', '--verbose', '--output-format', 'stream-json', say('as a stream')], ''],
    ['the prompt on stdin', ['-p'], say('from stdin')],
    ['more than one buffer on stdin', ['-p', say('much text')], 'a line of text\n'.repeat(20_000)],
    [
      'stream-json on both sides',
      ['-p', '--verbose', '--input-format', 'stream-json', '--output-format', 'stream-json'],
      userMessage(say('both ways')),
    ],
  ])('%s', async (_, args, input) => {
    const project = await createProject();
    const [plain, ours] = await both(project, args, { input });

    expect(ours).toEqual(plain);
    expect(plain).toMatchObject({ exitCode: 0, signal: null, stderr: '' });
    await expectMerged(project, { sessions: 1 });
  });
});

describe('a failure looks as under claude', () => {
  test.each(
    someOf<readonly [name: string, args: readonly string[], stderr: string | RegExp]>([
      ['the API refuses', ['-p', prompt('fail', [{ fail: 400 }])], ''],
      ['an unknown flag', ['--frobnicate', 'hello'], /unknown option '--frobnicate'/],
      ['an option without its value', ['-p', 'hello', '--settings'], /argument missing/],
      ['no prompt', ['-p', ''], /Input must be provided/],
      ['a value that an option does not take', ['-p', '--output-format', 'yaml', 'hello'], /yaml/],
      ['a settings file that is not there', ['-p', '--settings', '/not/there.json', 'hello'], /Settings file not found/],
      ['settings that are not JSON', ['-p', '--settings', '{"model":', 'hello'], /Settings file not found/],
      ['settings joined by = that are not there', ['-p', '--settings=not-there.json', 'hello'], /Settings file not found/],
    ]),
  )('%s', async (_, args, stderr) => {
    const project = await createProject();
    const [plain, ours] = await both(project, args);

    expect(ours).toEqual(plain);
    expect(plain).toMatchObject({ exitCode: 1, signal: null, stderr: expect.stringMatching(stderr) });
    await expectMerged(project, { sessions: 1 });
  });
});

test.each(['--version', '-v', '--help', '-h'])('pclaude answers %s without a session', async (option) => {
  const project = await createProject();
  const [plain, ours] = await both(project, [option]);

  expect(ours).toEqual(plain);
  expect(plain).toMatchObject({ exitCode: 0, stderr: '', stdout: expect.stringMatching(/Claude Code/) });
  expect(project.sandbox.exists(join(project.sandbox.stateDir, 'sessions'))).toBe(false);
});

test('a removed working folder is refused as under claude', async () => {
  const project = await createProject();
  const [plain, ours] = [await run(inGone(claude), ['-p', 'hello'], project), await run(inGone(pclaude), ['-p', 'hello'], project)];

  expect(ours).toEqual(plain);
  expect(plain).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('The current directory no longer exists') });
});

describe('every argument reaches the client unchanged', () => {
  test.each(
    someOf<readonly [name: string, args: readonly string[], prompt: string]>([
      ['blanks and quotes', ['-p', `two  blanks, 'one' "two" $HOME \\ \`x\` *`], `two  blanks, 'one' "two" $HOME \\ \`x\` *`],
      ['newlines', ['-p', 'one\ntwo\n\nthree'], 'one\ntwo\n\nthree'],
      ['text that looks like an option after --', ['-p', '--', '--settings'], '--settings'],
      ['a command word after --', ['-p', '--', 'mcp'], 'mcp'],
      ['a command word with -p', ['-p', 'mcp'], 'mcp'],
      ['a command word before -p', ['doctor', '-p'], 'doctor'],
      ['an empty value', ['-p', '--append-system-prompt', '', 'after nothing'], 'after nothing'],
      ['a command word as a value', ['-p', '--append-system-prompt', 'doctor', 'after a word'], 'after a word'],
      ['letters of other scripts', ['-p', 'Grüße, 世界 🌍'], 'Grüße, 世界 🌍'],
    ]),
  )('%s', async (_, args, text) => {
    const project = await createProject();
    const [plain, ours] = await both(project, args);

    expect(ours).toEqual(plain);
    expect(plain).toMatchObject({ exitCode: 0, stderr: '', stdout: 'done\n' });
    const asked = lastRequests(project.api.requests).map((request) => userTexts(request).filter((part) => part.includes(text)));
    expect(asked).toHaveLength(2);
    expect(asked[1]).toEqual(asked[0]);
    expect(asked[0]).not.toEqual([]);
    await expectMerged(project, { sessions: 1 });
  });
});

describe("the user's own --settings works as under claude", () => {
  const touch: readonly Step[] = [{ tool: 'Bash', input: { command: 'touch allowed.txt' } }, { text: 'touched' }];
  test.each<readonly [name: string, args: readonly string[]]>([
    ['inline', ['--settings', settingsFor('claude-from-settings')]],
    ['as a file', ['--settings', 'mine.json']],
    ['joined by =', [`--settings=${settingsFor('claude-from-settings')}`]],
    ['a file joined by =', ['--settings=mine.json']],
    ['twice, the last counts', ['--settings', settingsFor('claude-first'), '--settings', 'mine.json']],
  ])('%s', async (_, args) => {
    const project = await createProject();
    await project.sandbox.write('project/mine.json', settingsFor('claude-from-settings'));
    const outcomes = await both(project, ['-p', '--permission-mode', 'dontAsk', ...args, prompt('touch', touch)]);

    expect(outcomes[1]).toEqual(outcomes[0]);
    expect(outcomes[0]).toMatchObject({ exitCode: 0, stdout: 'touched\n' });
    expect(lastRequests(project.api.requests).map(({ body }) => body.model)).toEqual(['claude-from-settings', 'claude-from-settings']);
    expect(await project.sandbox.read('project/mine.json')).toBe(settingsFor('claude-from-settings'));
    expect(project.sandbox.exists('project/allowed.txt')).toBe(true);
  });

  test('if it contains a mistake, the client names the mistake', async () => {
    const project = await createProject();
    const [plain, ours] = await both(project, ['-p', '--settings', '{"permissions": 3}', 'hello']);

    expect(ours).toMatchObject({ stdout: plain.stdout, exitCode: plain.exitCode });
    expect([plain.stderr, ours.stderr].map((text) => text.replaceAll(/^ {2}\S.* (?=\()/gm, '  '))).toEqual([
      expect.stringContaining('(permissions): Expected object, but received number'),
      expect.stringContaining('(permissions): Expected object, but received number'),
    ]);
  });
});

describe('a run that a signal ends looks as under claude, and is merged', () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const)('%s, sent to the pclaude process alone', async (signal) => {
    const project = await createProject();
    const [plain, ours] = await both(project, ['-p', '--dangerously-skip-permissions', held()], (asked) => ({
      signalAfter: { when: asked, signal },
    }));

    expect(ours).toEqual(plain);
    await expectMerged(project, { sessions: 1, files: ['note-1.txt', 'note-2.txt'] });
  });

  test('SIGKILL, sent to the client', async () => {
    const project = await createProject();
    const asked = project.api.arrived('held', 1);
    const launcher = start(pclaude, ['-p', '--dangerously-skip-permissions', held()], project);
    await asked;
    const client = (await processesWithHome(project.sandbox.home)).find(({ command }) => command.startsWith(clientPath()));
    endProcess(client?.pid ?? 0);

    expect(await launcher.ended).toEqual({ exitCode: null, signal: 'SIGKILL', stdout: Buffer.alloc(0), stderr: '' });
    await expectMerged(project, { sessions: 1, files: ['note-1.txt'] });
  });
});

/** The program, started in a folder that has been removed. */
function inGone({ name, file, args, env }: Program): Program {
  return { name, file: '/bin/sh', args: ['-c', 'mkdir gone; cd gone; rmdir ../gone; exec "$@"', 'sh', file, ...args], env };
}

function say(text: string): string {
  return prompt('say it', [{ text }]);
}

/** The user's own settings, which name a model and allow one command. */
function settingsFor(model: string): string {
  return JSON.stringify({ model, permissions: { allow: ['Bash(touch *)'] } });
}

function userMessage(content: string): string {
  return `${JSON.stringify({ type: 'user', message: { role: 'user', content } })}\n`;
}

/** Makes a file with an unknown name in the config dir, `note-1.txt` or the next one that is free, and then waits. */
function held(): string {
  const command = 'cd "${CLAUDE_CONFIG_DIR:-$HOME/.claude}"; if [ -e note-1.txt ]; then echo 2 > note-2.txt; else echo 1 > note-1.txt; fi';
  return prompt('hold', [{ tool: 'Bash', input: { command } }, { hold: 'held' }]);
}

type Options = Omit<RunOptions, 'cwd' | 'env'>;

/**
 * Runs the same command line under `claude` and then under `pclaude`, in one home; a signal is sent after the client has sent its request.
 */
async function both(project: Project, args: readonly string[], options: Options | ((asked: Promise<void>) => Options) = {}) {
  const outcomeOf = async (program: Program, conversations: number) => {
    const given = typeof options === 'function' ? options(project.api.arrived('held', conversations)) : options;
    return comparable(await run(program, args, { cwd: project.cwd, env: project.env, ...given }));
  };
  return [await outcomeOf(claude, 1), await outcomeOf(pclaude, 2)] as const;
}

/** Everything that the sessions did is in the shared dir, and nothing remains to be merged. */
async function expectMerged({ sandbox }: Project, expected: { sessions: number; files?: readonly string[] }): Promise<void> {
  const sessions = join(sandbox.stateDir, 'sessions');
  const ids = await readdir(sessions);
  const manifests = await Promise.all(ids.map(async (id) => readFile(join(sessions, id, 'session.json'), 'utf8')));
  expect(manifests.map((text) => /"name": "(\w+)"/.exec(text)?.[1])).toEqual(Array.from({ length: expected.sessions }, () => 'closed'));
  expect(await readdir(join(sandbox.stateDir, 'open'))).toEqual([]);
  expect((expected.files ?? []).filter((name) => !existsSync(sandbox.at('.claude', name)))).toEqual([]);
}
