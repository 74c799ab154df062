import { mkdir, readdir, rmdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { prompt, systemText, userTexts } from '../../support/messages-api.js';
import { createProject } from '../../support/project.js';
import { claude } from '../../support/real-client.js';
import { run, start } from '../../support/run.js';
import { ask } from './ask.js';

test.each<readonly [what: string, exitCode: number, owned: (dir: string) => string | undefined]>([
  ['unset', 1, () => undefined],
  ['another folder', 1, (dir) => join(dir, 'other')],
  ['CLAUDE_CONFIG_DIR spelled otherwise', 1, (dir) => `${dir}/`],
  ['CLAUDE_CONFIG_DIR', 0, (dir) => dir],
])(
  'starts with defaults if .claude.json is broken only if CLAUDE_CODE_HOST_OWNED_CONFIG_DIR is CLAUDE_CONFIG_DIR: %s, code %i',
  async (_, exitCode, owned) => {
    const { cwd, env, sandbox, shared, stateFile } = await createProject({ configDir: 'config' });
    await sandbox.write(stateFile, '{"numStartups": 7,');
    const value = owned(shared());
    const result = await run(claude, ['-p', prompt('hello', [])], {
      cwd,
      env: { ...env, ...(value !== undefined && { CLAUDE_CODE_HOST_OWNED_CONFIG_DIR: value }) },
    });

    expect(result.exitCode, 'the client now does something else with a broken .claude.json').toBe(exitCode);
    expect(result.stderr.includes('Starting with default settings.')).toBe(exitCode === 0);
    const backups = await readdir(shared('backups'));
    expect(
      backups.filter((name) => name.startsWith('.claude.json.corrupted.')),
      'the client no longer keeps a copy of the broken file',
    ).toHaveLength(1);
  },
);

test('uses CLAUDE_CODE_HOST_OWNED_CONFIG_DIR only together with CLAUDE_CONFIG_DIR', async () => {
  const { cwd, env, sandbox, shared, stateFile } = await createProject();
  await sandbox.write(stateFile, '{"numStartups": 7,');
  expect(await run(claude, ['-p', 'hello'], { cwd, env: { ...env, CLAUDE_CODE_HOST_OWNED_CONFIG_DIR: shared() } })).toMatchObject({
    exitCode: 1,
  });
});

test('gives up on a held lock of .claude.json after some seconds when it adds a server, and waits as long as CLAUDE_CODE_CONFIG_LOCK_WAIT_MS says', async () => {
  const project = await createProject({ configDir: 'config' });
  const { sandbox, stateFile } = project;
  const lock = `${stateFile}.lock`;
  await mkdir(lock);
  // This lock never becomes stale.
  const later = new Date(Date.now() + 3_600_000);
  await utimes(lock, later, later);
  const patient = start(claude, ['mcp', 'add', '-s', 'user', 'patient', '--', 'true'], {
    cwd: project.cwd,
    env: { ...project.env, CLAUDE_CODE_CONFIG_LOCK_WAIT_MS: '100000' },
  });
  const hasty = await run(claude, ['mcp', 'add', '-s', 'user', 'hasty', '--', 'true'], project);
  expect(hasty.exitCode, 'the client now waits for a held lock, or writes despite it').toBe(1);
  expect(hasty.stderr, 'the client no longer names the variable').toContain('CLAUDE_CODE_CONFIG_LOCK_WAIT_MS');
  expect(await sandbox.read(stateFile), 'the client writes without waiting for a lock').not.toMatch(/hasty|patient/);
  await rmdir(lock);
  expect((await patient.ended).exitCode, 'the client no longer waits as long as the variable says').toBe(0);
  expect(await sandbox.read(stateFile)).toContain('"patient"');
});

test('ignores CLAUDE_CODE_LAZY_WORKTREE', async () => {
  const project = await createProject();
  const { cwd, sandbox } = project;
  await sandbox.write(join(cwd, '.git/info/exclude'), '.claude\nmade.md\n');
  const seen = async (value: string | undefined, ...args: readonly string[]) => {
    const env = value === undefined ? {} : { CLAUDE_CODE_LAZY_WORKTREE: value };
    const steps = [
      { tool: 'Bash', input: { command: 'pwd', description: 'Look' } },
      { tool: 'Write', input: { file_path: join(cwd, 'made.md'), content: '' } },
    ];
    const { request, results } = await ask(project, steps, { args: ['--permission-mode', 'acceptEdits', ...args], env });
    return { prompts: [systemText(request), ...userTexts(request)], results: results.map(({ text, isError }) => ({ text, isError })) };
  };

  expect(await seen('1'), 'the client now reads CLAUDE_CODE_LAZY_WORKTREE').toEqual(await seen(undefined));
  expect(await seen('1', '--worktree', 'one'), 'the client now makes its worktree later').toEqual(
    await seen(undefined, '--worktree', 'one'),
  );
});
