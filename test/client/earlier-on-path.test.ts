import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { install, type Installed } from '../support/installed.js';
import { createProject } from '../support/project.js';
import { claude, pclaude as built, type Environment, type Program } from '../support/real-client.js';
import { run } from '../support/run.js';
import { sessionStates } from './session-files.js';

describe('a claude earlier on PATH that is pclaude finds the real one behind it', () => {
  test.each<readonly [name: string, make: (file: string, installed: Installed) => Promise<unknown>]>([
    ['a link to the program', async (file) => symlink(built.args[0] ?? '', file)],
    ["a link to npm's link", async (file, { pclaude }) => symlink(pclaude.file, file)],
    ['a script that calls it by name', async (file) => script(file, 'exec pclaude "$@"')],
    ['a script that calls it by path', async (file, { pclaude }) => script(file, `MINE=1 '${pclaude.file}' "$@"`)],
    ['a script with conditions', async (file) => script(file, 'if command -v pclaude > /dev/null; then exec pclaude "$@"; fi\nexit 9')],
  ])('%s', async (_, make) => {
    const project = await createProject();
    const installed = await install(project.sandbox);
    const file = project.sandbox.at('mine', 'claude');
    await mkdir(join(file, '..'));
    await make(file, installed);

    const started: Program = { name: 'claude', file: '/bin/sh', args: ['-c', 'claude "$@"', 'sh'], env: {} };
    const path = [join(file, '..'), installed.folder, project.env['PATH']].join(':');
    expect(await run(started, ['-p', 'hello'], { ...project, env: { ...project.env, PATH: path } })).toMatchObject({
      exitCode: 0,
      stderr: '',
      stdout: Buffer.from('done\n'),
    });
    expect(await sessionStates(project.sandbox.stateDir)).toEqual(['closed']);
  });
});

test('pclaude detects a script that calls it without looking like it, and reports the loop instead of running forever', async () => {
  const project = await createProject();
  const installed = await install(project.sandbox);
  const file = project.sandbox.at('mine', 'claude');
  await mkdir(join(file, '..'));
  await script(file, `exec '${installed.folder}/p'claude "$@"`);

  const env = { ...project.env, PATH: `${join(file, '..')}:${project.env['PATH'] ?? ''}` };
  expect(await run(installed.pclaude, ['-p', 'hello'], { ...project, env })).toMatchObject({
    exitCode: 126,
    stderr: expect.stringContaining('the claude that pclaude found is pclaude itself'),
  });
});

test('without any PATH, pclaude finds the client that is installed beside it', async () => {
  const project = await createProject();
  const { pclaude } = await install(project.sandbox);
  const { PATH: _, ...env }: Environment = project.env;
  const started: Program = {
    ...pclaude,
    file: '/usr/bin/env',
    args: ['-i', ...Object.entries(env).map(([name, value]) => `${name}=${value}`), process.execPath, pclaude.file],
  };

  expect(await run(started, ['--version'], { ...project, env: {} })).toEqual(await run(claude, ['--version'], project));
  expect(await run(started, ['-p', 'hello'], { ...project, env: {} })).toMatchObject({
    exitCode: 0,
    stderr: '',
    stdout: Buffer.from('done\n'),
  });
  expect(await sessionStates(project.sandbox.stateDir)).toEqual(['closed']);
});

async function script(file: string, text: string): Promise<void> {
  await writeFile(file, `#!/bin/sh\n${text}\n`);
  await chmod(file, 0o755);
}
