import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { lastRequests, prompt, systemText } from '../support/messages-api.js';
import { createProject, type Project } from '../support/project.js';
import { claude, pclaude, type Program } from '../support/real-client.js';
import { run } from '../support/run.js';

// What a private config dir could change without the user noticing.

async function inSession(program: Program, project: Project, command: string): Promise<void> {
  const { exitCode, stderr } = await run(
    program,
    ['-p', '--permission-mode', 'bypassPermissions', prompt('Do it', [{ tool: 'Bash', input: { command, description: 'Do it' } }])],
    { ...project, timeout: 150_000 },
  );
  if (exitCode !== 0) throw new Error(stderr);
}

test('the next session reads when transcripts were last cleaned up, so clients clean up once a day and not in each session', async () => {
  const project = await createProject();
  const { sandbox, shared } = project;
  const marker = shared('.last-cleanup');
  await inSession(pclaude, project, `while [ ! -s ${marker} ]; do sleep 0.1; done`);
  const swept = await sandbox.read(marker);
  await inSession(pclaude, project, 'cp "$CLAUDE_CONFIG_DIR/.last-cleanup" "$HOME/found"');

  expect([await sandbox.read('found'), await sandbox.read(marker)]).toEqual([swept, swept]);
});

test('pasted images of a session stay in its home', async () => {
  const project = await createProject();
  await inSession(
    pclaude,
    project,
    'mkdir -p "$CLAUDE_CONFIG_DIR/image-cache/other" && touch "$CLAUDE_CONFIG_DIR/image-cache/other/1.png"',
  );

  expect(existsSync(project.shared('image-cache'))).toBe(false);
});

test("the counts of /stats and an organisation's policy reach the shared dir whole", async () => {
  const project = await createProject();
  const { sandbox, shared } = project;
  const names = ['stats-cache.json', 'remote-settings.json', 'policy-limits.json'];
  for (const name of names) await sandbox.write(shared(name), '{"day":1,"old":1}');
  await inSession(
    pclaude,
    project,
    names
      .map(
        (name) =>
          `echo '{"day":2,"of":"session"}' > "$CLAUDE_CONFIG_DIR/${name}"; echo '{"day":3,"old":1,"of":"others"}' > ${shared(name)}`,
      )
      .join('; '),
  );

  expect(await Promise.all(names.map(async (name) => sandbox.read(shared(name))))).toEqual(names.map(() => '{"day":2,"of":"session"}\n'));
});

test('consents given in one session apply to other sessions at once, even if they are the first ones', async () => {
  const project = await createProject();
  const [own, shared] = ['"$CLAUDE_CONFIG_DIR/state/device-hooks-consent.json"', project.shared('state/device-hooks-consent.json')];
  await inSession(pclaude, project, `mkdir -p "$CLAUDE_CONFIG_DIR/state" && echo agreed > ${own} && cp ${shared} "$HOME/found"`);

  expect(await project.sandbox.read('found')).toBe('agreed\n');
});

test('a folder that only newer clients make is merged when the session ends', async () => {
  const project = await createProject();
  await inSession(pclaude, project, 'mkdir -p "$CLAUDE_CONFIG_DIR/themes" && echo "{}" > "$CLAUDE_CONFIG_DIR/themes/dark.json"');

  expect(await readdir(project.shared('themes'))).toEqual(['dark.json']);
});

test.each([undefined, 'my-config'])(
  'CLAUDE_CODE_PROJECT_DIR_NAME has the same effect as under claude; CLAUDE_CONFIG_DIR: %s',
  async (configDir) => {
    const seen = await Promise.all(
      [claude, pclaude].map(async (program) => {
        const project = await createProject({ configDir });
        await run(program, ['-p', prompt('Hello', [])], { ...project, env: { ...project.env, CLAUDE_CODE_PROJECT_DIR_NAME: 'team' } });
        const [request] = lastRequests(project.api.requests);
        const projects = (await readdir(project.shared('projects'))).map((name) => (name === 'team' ? name : 'by path'));
        return { projects, memory: request && systemText(request).includes(project.shared('projects/team/memory')) };
      }),
    );

    expect(seen[1]).toEqual(seen[0]);
    expect(seen[0]?.projects).toEqual([configDir === undefined ? 'by path' : 'team']);
  },
);

test.each<readonly [what: string, hasKept: boolean]>([
  ['', false],
  [', even if a valid version of it is kept', true],
])('a host that owns the config dir starts with defaults if .claude.json is broken, as under claude%s', async (_, hasKept) => {
  const [plain, ours] = await Promise.all(
    [claude, pclaude].map(async (program) => {
      const project = await createProject({ configDir: 'config' });
      const { sandbox, shared, stateFile } = project;
      const env = { ...project.env, CLAUDE_CODE_HOST_OWNED_CONFIG_DIR: shared() };
      if (hasKept) await run(program, ['-p', prompt('Hello', [])], { ...project, env });
      await sandbox.write(stateFile, '{"numStartups": 7,');
      const { exitCode, stdout } = await run(program, ['-p', prompt('Hello', [{ text: 'Here.' }])], { ...project, env });
      const state: unknown = JSON.parse(await sandbox.read(stateFile));
      return { exitCode, stdout: stdout.toString(), isWhole: typeof state === 'object' && state !== null && 'firstStartTime' in state };
    }),
  );

  expect(plain).toEqual({ exitCode: 0, stdout: 'Here.\n', isWhole: true });
  expect(ours).toEqual(plain);
});

test('variables for locks and worktrees reach the client and the programs that it starts, as under claude', async () => {
  const variables = await Promise.all(
    [claude, pclaude].map(async (program) => {
      const project = await createProject();
      const env = { ...project.env, CLAUDE_CODE_CONFIG_LOCK_WAIT_MS: '60000', CLAUDE_CODE_LAZY_WORKTREE: '1' };
      await inSession(program, { ...project, env }, 'env | grep -E "LOCK_WAIT|LAZY_WORKTREE" | sort > "$HOME/found"');
      return project.sandbox.read('found');
    }),
  );

  expect(variables[0]).not.toBe('');
  expect(variables[1]).toBe(variables[0]);
});
