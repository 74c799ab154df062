import { cp, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lastRequests, prompt, toolResults, type ToolCall } from '../support/messages-api.js';
import { pclaude, type Program } from '../support/real-client.js';
import { run, type RunResult } from '../support/run.js';
import { memoryProject, type MemoryProject } from './memory-project.js';
import { editMemory, readMemory, writeMemory } from './memory-calls.js';

/** pclaude as it is installed, but with another program as its hook, or with no hook. */
async function withHook({ sandbox }: MemoryProject, program: string | undefined): Promise<Program> {
  const built = dirname(pclaude.args[0] ?? '');
  const copy = sandbox.at('installed/dist');
  await cp(built, copy, { recursive: true });
  await symlink(join(built, '../node_modules'), sandbox.at('installed/node_modules'));
  const hook = join(copy, 'hook.js');
  await (program === undefined ? rm(hook) : writeFile(hook, program));
  return { ...pclaude, args: pclaude.args.map((arg) => arg.replace(built, copy)) };
}

interface Outcome extends RunResult {
  readonly calls: readonly (readonly [tool: string, isError: boolean])[];
  readonly skill: string;
}

const notes: readonly ToolCall[] = [writeMemory('note.md', 'noted\n'), readMemory('start.md'), editMemory('start.md', 'here', 'there')];

/** Makes notes, and edits a skill. */
async function write(
  { api, cwd, env, sandbox, shared }: MemoryProject,
  program: Program,
  memory: readonly ToolCall[],
  args: readonly string[] = [],
): Promise<Outcome> {
  const skill = await sandbox.write(shared('skills/x/SKILL.md'), 'one\n');
  const steps: ToolCall[] = [
    ...memory,
    { tool: 'Read', input: { file_path: skill } },
    { tool: 'Edit', input: { file_path: skill, old_string: 'one', new_string: 'two' } },
  ];
  const result = await run(program, ['-p', '--permission-mode', 'bypassPermissions', ...args, prompt('Take notes', steps)], {
    cwd,
    env,
    timeout: 180_000,
  });
  const calls = lastRequests(api.requests)
    .flatMap(toolResults)
    .map(({ tool, isError }) => [tool, isError] as const);
  return { ...result, calls, skill: await sandbox.read(skill) };
}

/** The notes, followed by the skill. */
async function writeAll(project: MemoryProject, program: Program): Promise<Outcome> {
  const outcome = await write(project, program, notes);
  expect([await project.readMemoryFile('note.md'), await project.readMemoryFile('start.md')]).toEqual(['noted\n', 'It began there.\n']);
  return outcome;
}

const skillDone = {
  exitCode: 0,
  skill: 'two\n',
  calls: [
    ['Read', false],
    ['Edit', false],
  ],
};
const allDone = { ...skillDone, calls: [['Write', false], ['Read', false], ['Edit', false], ...skillDone.calls] };

test.each<readonly [what: string, program: string | undefined]>([
  ['crashes', 'throw new Error("broken")'],
  ['is killed', 'process.kill(process.pid, "SIGKILL")'],
  ['hangs for ten seconds', `if (require("fs").readFileSync(0, "utf8").includes('"old_string":"here"')) setTimeout(() => {}, 10_000)`],
  ['prints invalid JSON', 'console.log("{ not JSON"); process.exit(0)'],
  ['is missing', undefined],
])('a hook that %s does not fail a call: memory and skills are written as without it', async (_what, program) => {
  const project = await memoryProject();
  const { env, sandbox } = project;
  // No socket can have a path this long, so hooks do not ask the launcher.
  const long = sandbox.at('long'.repeat(30));
  const alone = { ...project, env: { ...env, PCLAUDE_STATE_DIR: long, XDG_RUNTIME_DIR: long } };

  expect(await writeAll(alone, await withHook(project, program))).toMatchObject({ ...allDone, stderr: '' });
});

describe('if the client runs no hooks, pclaude reports that in one line, and everything is written as under claude', () => {
  // Without hooks there is no memory in the prompt either.
  test.each(['--safe-mode', '--bare'])('%s', async (option) => {
    expect(await write(await memoryProject(), pclaude, [], [option])).toMatchObject({ ...skillDone, stderr: lineAbout(option) });
  });

  test('disableAllHooks', async () => {
    const project = await memoryProject();
    await project.sandbox.write(project.shared('settings.json'), '{"disableAllHooks":true}');

    expect(await writeAll(project, pclaude)).toMatchObject({ ...allDone, stderr: lineAbout('disableAllHooks in the settings') });
  });
});

function lineAbout(what: string): string {
  return `pclaude: no hooks run, because of ${what}: what the model writes to memory and skills goes straight to the shared files, where others may overwrite it\n`;
}
