import { chmod } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { install } from '../support/installed.js';
import { prompt, toolResults } from '../support/messages-api.js';
import { createProject, openHomes, type Project } from '../support/project.js';
import { claude, clientPath, type Environment, type Program } from '../support/real-client.js';
import { run } from '../support/run.js';
import { eventually } from '../support/wait.js';
import { sessionStates } from './session-files.js';

test.each(['CLAUDE_CODE_PROCESS_WRAPPER', 'processWrapper'])(
  'the client starts all its own processes through the launcher that %s names, and passes that launcher on in the variable',
  async (name) => {
    const project = await createProject();
    const { cwd, env, sandbox, shared } = project;
    const launcher = await sandbox.write(
      'launcher',
      `#!/bin/sh\necho "$1" "$2" "$CLAUDE_CODE_PROCESS_WRAPPER" "$CLAUDE_CODE_ENTRYPOINT." >> '${sandbox.at('log')}'\nexec "$@"\n`,
    );
    await chmod(launcher, 0o755);
    if (name === 'processWrapper') await sandbox.write(shared('settings.json'), JSON.stringify({ processWrapper: launcher }));
    const variables: Environment = name === 'processWrapper' ? {} : { [name]: launcher };
    const work = prompt('Work', [{ hold: 'the job goes on' }]);
    await run(claude, ['--bg', work], { cwd, env: { ...env, ...variables, CLAUDE_CODE_ENTRYPOINT: 'claude-vscode' } });
    await project.api.arrived('the job goes on', 1);
    const started = await eventually(
      async () => linesWith(await sandbox.read('log'), ['daemon', '--bg-pty-host', '--bg-spare']),
      'the client starts its service, a host and a spare',
    );

    expect(started.filter((line) => !line.startsWith(`${clientPath()} `) || !line.endsWith(` ${launcher} .`))).toEqual([]);
  },
);

test('pclaude as that launcher makes no session: processes that plain claude starts for itself belong to plain claude', async () => {
  const project = await createProject();
  const { id, agents } = await workInBackground(project, claude, { CLAUDE_CODE_ENTRYPOINT: 'claude-vscode' });

  expect(agents).toEqual([expect.objectContaining({ id, kind: 'background', state: 'working' })]);
  expect(await project.sandbox.read(memory(project))).toBe('noted\n');
  expect(project.sandbox.exists(project.sandbox.stateDir)).toBe(false);
});

test('in a session of pclaude, processes that the client starts for itself belong to that session', async () => {
  const project = await createProject();
  const { pclaude } = await install(project.sandbox);
  const { id, agents } = await workInBackground(project, pclaude);

  expect(agents).toEqual([expect.objectContaining({ id, kind: 'background', state: 'working' })]);
  expect(await project.sandbox.read(memory(project))).toBe('noted\n');
  expect(project.api.requests.flatMap(toolResults).find(({ tool }) => tool === 'Write')?.text).toContain(memory(project));
  expect(await sessionStates(project.sandbox.stateDir)).toEqual(['open']);
});

/** A job that makes a note and continues; what the client of its home prints about it; and its end. */
async function workInBackground(project: Project, program: Program, variables: Environment = {}) {
  const { api, cwd, sandbox } = project;
  const { folder, pclaude } = program === claude ? await install(sandbox) : { folder: sandbox.at('npm', 'bin'), pclaude: program };
  const env: Environment = {
    ...project.env,
    ...variables,
    PATH: `${folder}:${project.env['PATH'] ?? ''}`,
    CLAUDE_CODE_PROCESS_WRAPPER: pclaude.file,
  };
  const work = prompt('Work', [
    { tool: 'Write', input: { file_path: '${MEMORY}/note.md', content: 'noted\n' } },
    { hold: 'the job goes on' },
  ]);
  const started = await run(program, ['--bg', '--permission-mode', 'acceptEdits', work], { cwd, env });
  const id = /backgrounded · (\w+)/.exec(started.stdout.toString())?.[1] ?? 'none';
  await api.arrived('the job goes on', 1);

  const [home] = await openHomes(sandbox);
  const there: Environment = home === undefined ? env : { ...env, CLAUDE_CONFIG_DIR: home };
  const ask = async (...args: string[]) => (await run(claude, args, { cwd, env: there })).stdout.toString();
  const agents: unknown = JSON.parse(await ask('agents', '--json'));
  expect(await ask('logs', id)).toContain('Claude Code');
  expect(await ask('stop', id)).toContain(`stopped ${id}`);
  expect(JSON.parse(await ask('agents', '--json'))).toEqual([]);
  return { id, agents };
}

/** The lines of a log, after each of the words has appeared in it. */
function linesWith(log: string, words: readonly string[]): string[] | undefined {
  const lines = log.trim().split('\n');
  return words.every((word) => lines.some((line) => line.includes(` ${word} `))) ? lines : undefined;
}

function memory({ cwd, shared }: Project): string {
  return shared('projects', cwd.replaceAll(/[^a-zA-Z0-9]/g, '-'), 'memory', 'note.md');
}
