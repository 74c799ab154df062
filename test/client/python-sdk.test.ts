import { expect, test } from 'vitest';
import { install } from '../support/installed.js';
import { prompt } from '../support/messages-api.js';
import { createProject, type Project } from '../support/project.js';
import { claude, type Environment, type Program } from '../support/real-client.js';
import { type LiveChild, run, start } from '../support/run.js';
import { eventually } from '../support/wait.js';
import { kindsOf } from './messages.js';
import { sessionStates } from './session-files.js';

// How the Python SDK uses its `cli_path`, as in its subprocess_cli.py and query.py; tests need no Python.
const ARGUMENTS = [
  [
    '--output-format',
    'stream-json',
    '--verbose',
    '--system-prompt',
    'Be brief.',
    '--tools',
    'default',
    '--allowedTools',
    'Bash,Write',
    '--max-turns',
    '5',
  ],
  [
    '--permission-mode',
    'acceptEdits',
    '--settings',
    JSON.stringify({ permissions: { deny: ['Bash(rm *)'] } }),
    '--add-dir',
    '.',
    '--mcp-config',
    '{"mcpServers":{}}',
  ],
  ['--setting-sources=user,project', '--max-thinking-tokens', '1024', '--input-format', 'stream-json'],
].flat();

test('a conversation of the Python SDK is the same as with claude, and is a session', async () => {
  const project = await createProject();
  const { pclaude } = await install(project.sandbox);
  const plain = await converse(project, claude);
  const ours = await converse(project, pclaude);

  expect(ours).toEqual(plain);
  expect(plain).toMatchObject({
    exitCode: 0,
    stderr: '',
    kinds: expect.arrayContaining(['control_response', 'system init', 'result success']),
  });
  expect(await sessionStates(project.sandbox.stateDir)).toEqual(['closed']);
});

test('pclaude answers its query for the version before the SDK ends the process, without a session', async () => {
  const project = await createProject();
  const { pclaude, folder } = await install(project.sandbox);
  const asked = start(pclaude, ['-v'], { cwd: project.cwd, env: environment(project, folder), input: { open: true } });
  const version = await eventually(() => /^\d+\.\d+\.\d+/.exec(asked.stdout().toString())?.[0], 'the version');
  asked.kill('SIGTERM');
  await asked.exit;

  expect(version).toBe((await run(claude, ['-v'], project)).stdout.toString().split(' ')[0]);
  expect(project.sandbox.exists(project.sandbox.stateDir)).toBe(false);
});

/** One question and its answer: the SDK sends its greeting first, and closes its end when it has the result. */
async function converse(project: Project, program: Program) {
  const child = start(program, ARGUMENTS, {
    cwd: project.cwd,
    env: environment(project, project.sandbox.at('npm', 'bin')),
    input: { open: true },
  });
  say(child, { type: 'control_request', request_id: 'req_1_0a0b0c0d', request: { subtype: 'initialize', hooks: null } });
  await printed(child, '"control_response"');
  const content = prompt('Look', [{ tool: 'Bash', input: { command: 'echo $CLAUDE_CODE_ENTRYPOINT' } }, { text: 'Seen.' }]);
  say(child, { type: 'user', session_id: '', message: { role: 'user', content }, parent_tool_use_id: null });
  await printed(child, '"type":"result"');
  child.stdin.end();
  const { stdout, stderr, exitCode } = await child.ended;
  return { kinds: kindsOf(stdout), saw: stdout.includes('sdk-py'), stderr, exitCode };
}

function say({ stdin }: LiveChild, message: object): void {
  stdin.write(`${JSON.stringify(message)}\n`);
}

async function printed(child: LiveChild, text: string): Promise<void> {
  await eventually(() => child.stdout().includes(text), `the client prints ${text}`, { timeout: 60_000 });
}

function environment({ cwd, env }: Project, folder: string): Environment {
  return { ...env, PATH: `${folder}:${env['PATH'] ?? ''}`, CLAUDE_CODE_ENTRYPOINT: 'sdk-py', CLAUDE_AGENT_SDK_VERSION: '0.1.0', PWD: cwd };
}
