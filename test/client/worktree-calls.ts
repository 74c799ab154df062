import { join } from 'node:path';
import { projectSlug } from '../../src/client/shared-dir.js';
import { git } from '../support/git.js';
import { lastRequests, prompt, type ToolCall, toolResults } from '../support/messages-api.js';
import { createProject, type Project } from '../support/project.js';
import type { Program } from '../support/real-client.js';
import { run } from '../support/run.js';

/** The working tree from which a session isolates itself. */
export type Checkout = 'a project' | 'the home folder' | 'the config dir';

/**
 * The result of each call in a session that the client isolates in a worktree (`--worktree`). The client traces shell commands there, and
 * refuses those that it cannot trace, or that lead git to another working tree. Calls by their names; `isolated`: refused for that reason.
 */
export async function outcomesInWorktree(program: Program, checkout: Checkout, args: readonly string[]): Promise<Record<string, string>> {
  const project = await createProject();
  const cwd = await prepare(project, checkout);
  const calls = callsIn(project, cwd);
  const ended = await run(program, ['--worktree', 'one', '-p', ...args, prompt('Work', Object.values(calls))], {
    cwd,
    env: project.env,
    timeout: 150_000,
  });
  const results = lastRequests(project.api.requests).flatMap(toolResults);
  const words = Object.keys(calls).map((name, at) => {
    const { isError = true, text = 'not tried' } = results[at] ?? {};
    if (!isError) return [name, 'done'];
    return [name, text.includes('is isolated in the worktree') ? 'isolated' : text.replaceAll(project.sandbox.home, '~')];
  });
  return { ...Object.fromEntries(words), end: String(ended.exitCode), stderr: ended.stderr };
}

async function prepare({ sandbox, shared, cwd: own }: Project, checkout: Checkout): Promise<string> {
  const cwd = { 'a project': own, 'the home folder': sandbox.home, 'the config dir': shared() }[checkout];
  if (checkout !== 'a project') {
    await sandbox.write(join(cwd, 'README.md'), '# Mine\n');
    await git(cwd, 'init', '--quiet', '--initial-branch=main');
    await git(cwd, 'add', 'README.md');
    await git(cwd, 'commit', '--quiet', '--message=Start');
    await sandbox.seedClaude({ trust: [cwd] });
  }
  await sandbox.write(join(memoryOf(shared, cwd), 'note.md'), 'one\n');
  await sandbox.write(shared('skills/x/SKILL.md'), 'one\n');
  return cwd;
}

function callsIn({ shared }: Project, cwd: string): Record<string, ToolCall> {
  const note = join(memoryOf(shared, cwd), 'note.md');
  const skill = shared('skills/x/SKILL.md');
  return {
    'read a skill in the shell': bash(`cat ${skill}`),
    'append to a memory': bash(`echo two >> ${note}`),
    'append to a skill': bash('echo two >> ~/.claude/skills/x/SKILL.md'),
    'change a memory by sed': bash(`sed -i s/one/1/ ${note}`),
    'loop over skills': bash('for file in ~/.claude/skills/*; do echo "$file"; done'),
    'work in the config dir': bash(`cd ${shared()} && ls skills`),
    'git in the worktree': bash('git status --short'),
    'git in the checkout': bash(`cd ${cwd} && git status --short`),
    'git by a computed folder': bash('git -C ~/.claude status'),
    eval: bash('eval "echo hi"'),
    'read a memory': { tool: 'Read', input: { file_path: note } },
    'edit a memory': { tool: 'Edit', input: { file_path: note, old_string: 'two', new_string: '2' } },
    'write a skill': { tool: 'Write', input: { file_path: shared('skills/x/new.md'), content: 'new\n' } },
    'write in the checkout': { tool: 'Write', input: { file_path: join(cwd, 'new.md'), content: 'new\n' } },
  };
}

function memoryOf(shared: Project['shared'], cwd: string): string {
  return shared('projects', projectSlug(cwd), 'memory');
}

function bash(command: string): ToolCall {
  return { tool: 'Bash', input: { command, description: 'Work' } };
}
