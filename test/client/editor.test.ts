import { describe, expect, test } from 'vitest';
import { install } from '../support/installed.js';
import { prompt } from '../support/messages-api.js';
import { createProject, type Project } from '../support/project.js';
import { claude, clientPath, pclaude, type Environment } from '../support/real-client.js';
import { run } from '../support/run.js';
import { createStubClient } from '../support/stub-client.js';
import { comparable } from './comparable.js';
import { kindsOf } from './messages.js';
import { sessionStates } from './session-files.js';

/** As claudeCode.claudeProcessWrapper is called: the extension's own client, and then what it is to do. */
const STREAM = ['--output-format', 'stream-json', '--verbose', '--input-format', 'stream-json', '--permission-prompt-tool', 'stdio'];

describe('as the wrapper of an editor', () => {
  test('a conversation is one of the client that was handed, in a session of its own', async () => {
    const { project, started } = await createEditor();
    const { cwd, env, sandbox } = project;
    const input = `${JSON.stringify({ type: 'user', message: { role: 'user', content: note } })}\n`;
    const plain = await run(claude, STREAM, { cwd, env, input });
    await sandbox.write(memory(project), '');
    const ours = await run(started, [clientPath(), ...STREAM], { cwd, env, input });

    expect(kindsOf(ours.stdout)).toEqual(kindsOf(plain.stdout));
    expect(ours).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await sandbox.read(memory(project))).toBe('noted\n');
    expect(await sessionStates(sandbox.stateDir)).toEqual(['closed']);
  });

  test('a management command works on the shared dir', async () => {
    const { project, started } = await createEditor();
    const { cwd, env, sandbox } = project;
    const args = ['plugin', 'list', '--json'];

    expect(comparable(await run(started, [clientPath(), ...args], { cwd, env }))).toEqual(
      comparable(await run(claude, args, { cwd, env })),
    );
    expect(sandbox.exists(sandbox.stateDir)).toBe(false);
  });
});

describe('a prompt that begins with a slash is a prompt', () => {
  test.each([
    ['a file that may be run', '/bin/sh'],
    ['words about the client', `${clientPath()} does not start`],
    ['a slash command that is none', '/not-a-command at all'],
  ])('%s', async (_, text) => {
    const { api, cwd, env } = await createProject();
    const plain = comparable(await run(claude, [text, '-p'], { cwd, env }));
    const asked = api.requests.length;

    expect(comparable(await run(pclaude, [text, '-p'], { cwd, env }))).toEqual(plain);
    expect(api.requests).toHaveLength(2 * asked);
  });
});

const note = prompt('Note it', [{ tool: 'Write', input: { file_path: '${MEMORY}/note.md', content: 'noted\n' } }]);

/** An editor's start, on a machine whose own client would not do. */
async function createEditor() {
  const project = await createProject();
  const { pclaude: started } = await install(project.sandbox);
  const { env: stub } = await createStubClient(project.sandbox, 'exit 99');
  const env: Environment = { ...stub, CLAUDE_CODE_ENTRYPOINT: 'claude-vscode' };
  return { project, started: { ...started, env } };
}

function memory({ cwd, shared }: Project): string {
  return shared('projects', cwd.replaceAll(/[^a-zA-Z0-9]/g, '-'), 'memory', 'note.md');
}
