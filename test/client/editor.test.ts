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

/** Started as `claudeCode.claudeProcessWrapper` is: with the extension's own client, followed by that client's arguments. */
const STREAM = ['--output-format', 'stream-json', '--verbose', '--input-format', 'stream-json', '--permission-prompt-tool', 'stdio'];

describe('as the wrapper of an editor', () => {
  test('pclaude runs a conversation with the client that it was passed, in its own session', async () => {
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

describe('a prompt may begin with a slash', () => {
  test.each([
    ['an executable file', '/bin/sh'],
    ['a sentence about the client', `${clientPath()} does not start`],
    ['an unknown slash command', '/not-a-command at all'],
  ])('%s', async (_, text) => {
    const { api, cwd, env } = await createProject();
    const plain = comparable(await run(claude, [text, '-p'], { cwd, env }));
    const asked = api.requests.length;

    expect(comparable(await run(pclaude, [text, '-p'], { cwd, env }))).toEqual(plain);
    expect(api.requests).toHaveLength(2 * asked);
  });
});

const note = prompt('Note it', [{ tool: 'Write', input: { file_path: '${MEMORY}/note.md', content: 'noted\n' } }]);

/** Starts pclaude as an editor does, on a machine whose own client cannot be used. */
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
