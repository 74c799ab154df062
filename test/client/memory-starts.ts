import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { git } from '../support/git.js';
import type { Environment } from '../support/real-client.js';
import type { Sandbox } from '../support/sandbox.js';

/** Where a session is started, and what hinders it. */
export interface Start {
  readonly cwd: string;
  readonly extra?: Environment;
  readonly args?: readonly string[];
}

/** Each thing that decides where the client keeps its memory, by its name. */
export const starts: Readonly<Record<string, (sandbox: Sandbox) => Promise<Start>>> = {
  'the root of a repository': async (sandbox) => ({ cwd: await sandbox.repo('project') }),
  'a subfolder of a repository': async (sandbox) => ({ cwd: await folder(await sandbox.repo('project'), 'src/deep') }),
  'a linked worktree': async (sandbox) => {
    await sandbox.repo('project');
    const [cwd = ''] = await sandbox.worktrees('project', 1);
    return { cwd };
  },
  'a subfolder of a linked worktree': async (sandbox) => {
    await sandbox.repo('project');
    const [worktree = ''] = await sandbox.worktrees('project', 1);
    return { cwd: await folder(worktree, 'src') };
  },
  'a worktree of a bare repository': async (sandbox) => ({ cwd: await bareWorktree(sandbox, 'bare.git', 'tree') }),
  'a worktree inside a folder whose .bare is the repository': async (sandbox) => ({
    cwd: await bareWorktree(sandbox, 'project/.bare', 'project/tree'),
  }),
  'a worktree whose bare repository is called .git': async (sandbox) => ({
    cwd: await bareWorktree(sandbox, 'project/.git', 'project/tree'),
  }),
  'a bare repository': async (sandbox) => {
    await bareWorktree(sandbox, 'bare.git', 'tree');
    return { cwd: sandbox.at('bare.git') };
  },
  'a repository nested in another': async (sandbox) => {
    await sandbox.repo('outer');
    return { cwd: await sandbox.repo('outer/inner') };
  },
  'a submodule': async (sandbox) => {
    const library = await sandbox.repo('library');
    const outer = await sandbox.repo('outer');
    await git(outer, '-c', 'protocol.file.allow=always', 'submodule', 'add', '--quiet', library, 'library');
    return { cwd: join(outer, 'library') };
  },
  'a repository with its git dir elsewhere': async (sandbox) => {
    const cwd = await folder(sandbox.home, 'project');
    await git(cwd, 'init', '--quiet', `--separate-git-dir=${join(await folder(sandbox.home, 'git-dirs'), 'project')}`);
    return { cwd };
  },
  'a folder outside git': async (sandbox) => ({ cwd: await folder(sandbox.home, 'notes') }),
  'a link to a repository': async (sandbox) => {
    await symlink(await sandbox.repo('project'), sandbox.at('shortcut'));
    return { cwd: sandbox.at('shortcut') };
  },
  'a folder with blanks, dots and letters beyond ASCII': async (sandbox) => ({ cwd: await sandbox.repo('Ünïcode näme v1.2_x/日本') }),
  'a path of more than 200 characters': async (sandbox) => ({
    cwd: await sandbox.repo(Array.from({ length: 6 }, () => 'a-long-name-of-forty-characters-in-a-path').join('/')),
  }),

  'a folder that the user settings name': async (sandbox) => withSettings(sandbox, { '.claude/settings.json': 'notes/user' }),
  'a folder below ~ that the user settings name': async (sandbox) => {
    await sandbox.write('.claude/settings.json', JSON.stringify({ autoMemoryDirectory: '~/notes/home' }));
    return { cwd: await sandbox.repo('project') };
  },
  'a folder that the project settings name': async (sandbox) => withSettings(sandbox, { 'project/.claude/settings.json': 'notes/project' }),
  'a folder that the local settings name': async (sandbox) =>
    withSettings(sandbox, { 'project/.claude/settings.local.json': 'notes/local' }),
  'a folder that the local settings of the main worktree name': async (sandbox) => {
    await withSettings(sandbox, { 'project/.claude/settings.local.json': 'notes/local' }, 1);
    return { cwd: sandbox.at('project-1') };
  },
  'the local settings of a main worktree above those of the linked one': async (sandbox) => {
    await withSettings(
      sandbox,
      { 'project/.claude/settings.local.json': 'notes/main', 'project-1/.claude/settings.local.json': 'notes/linked' },
      1,
    );
    return { cwd: sandbox.at('project-1') };
  },
  'project settings above the folder it is started in, which do not count': async (sandbox) => {
    await withSettings(sandbox, { 'project/.claude/settings.json': 'notes/project' });
    return { cwd: await folder(sandbox.home, 'project/src') };
  },
  'project settings in a subfolder that it is started in': async (sandbox) => {
    await withSettings(sandbox, {
      'project/.claude/settings.json': 'notes/project',
      'project/src/.claude/settings.json': 'notes/subfolder',
    });
    return { cwd: sandbox.at('project/src') };
  },
  'local settings in a subfolder that it is started in': async (sandbox) => {
    await withSettings(sandbox, { 'project/src/.claude/settings.local.json': 'notes/subfolder' });
    return { cwd: sandbox.at('project/src') };
  },
  'local settings of the root above those of a subfolder': async (sandbox) => {
    await withSettings(sandbox, {
      'project/.claude/settings.local.json': 'notes/root',
      'project/src/.claude/settings.local.json': 'notes/subfolder',
    });
    return { cwd: sandbox.at('project/src') };
  },
  'local settings in the root of a linked worktree, started in its subfolder': async (sandbox) => {
    await withSettings(sandbox, { 'project-1/.claude/settings.local.json': 'notes/linked' }, 1);
    return { cwd: await folder(sandbox.home, 'project-1/src') };
  },
  'a folder that --settings names': async (sandbox) => {
    const { cwd } = await withSettings(sandbox, {});
    return { cwd, args: ['--settings', JSON.stringify({ autoMemoryDirectory: sandbox.at('notes/flag') })] };
  },
  'a folder that a file given as --settings names': async (sandbox) => {
    const { cwd } = await withSettings(sandbox, { 'mine.json': 'notes/file' });
    return { cwd, args: [`--settings=${sandbox.at('mine.json')}`] };
  },
  'the strongest of all settings that name a folder': async (sandbox) => {
    const { cwd } = await withSettings(sandbox, {
      '.claude/settings.json': 'notes/user',
      'project/.claude/settings.json': 'notes/project',
      'project/.claude/settings.local.json': 'notes/local',
    });
    return { cwd, args: ['--settings', JSON.stringify({ autoMemoryDirectory: sandbox.at('notes/flag') })] };
  },
  'the local settings above project and user': async (sandbox) =>
    withSettings(sandbox, {
      '.claude/settings.json': 'notes/user',
      'project/.claude/settings.json': 'notes/project',
      'project/.claude/settings.local.json': 'notes/local',
    }),
  'the project settings above those of the user': async (sandbox) =>
    withSettings(sandbox, { '.claude/settings.json': 'notes/user', 'project/.claude/settings.json': 'notes/project' }),
  'settings that --setting-sources leaves out': async (sandbox) => {
    const { cwd } = await withSettings(sandbox, {
      '.claude/settings.json': 'notes/user',
      'project/.claude/settings.local.json': 'notes/local',
    });
    return { cwd, args: ['--setting-sources', 'project'] };
  },
  'a CLAUDE_CONFIG_DIR': async (sandbox) => ({ cwd: await sandbox.repo('project'), extra: { CLAUDE_CONFIG_DIR: sandbox.at('my-config') } }),
  'a CLAUDE_CONFIG_DIR with a slash at its end': async (sandbox) => ({
    cwd: await sandbox.repo('project'),
    extra: { CLAUDE_CONFIG_DIR: `${sandbox.at('my-config')}/` },
  }),
  'a CLAUDE_CONFIG_DIR behind a link': async (sandbox) => {
    await symlink(await folder(sandbox.home, 'real-config'), sandbox.at('my-config'));
    return { cwd: await sandbox.repo('project'), extra: { CLAUDE_CONFIG_DIR: sandbox.at('my-config') } };
  },
  'a ~/.claude that is a link': async (sandbox) => {
    await symlink(await folder(sandbox.home, 'dotfiles'), sandbox.at('.claude'));
    return { cwd: await sandbox.repo('project') };
  },
  'a home that is a link': async (sandbox) => {
    const home = sandbox.at('tmp/home');
    await symlink(sandbox.home, home);
    return { cwd: await sandbox.repo('project'), extra: { HOME: home, PCLAUDE_STATE_DIR: join(home, '.local/state/pclaude') } };
  },
  'user settings that disable all hooks': async (sandbox) => {
    await sandbox.write('.claude/settings.json', JSON.stringify({ disableAllHooks: true }));
    return { cwd: await sandbox.repo('project') };
  },
  'a state dir whose name cannot appear in a permission rule': async (sandbox) => ({
    cwd: await sandbox.repo('project'),
    extra: { PCLAUDE_STATE_DIR: sandbox.at('state [1]') },
  }),
  'a CLAUDE_CONFIG_DIR whose settings name a folder': async (sandbox) => ({
    ...(await withSettings(sandbox, { 'my-config/settings.json': 'notes/user' })),
    extra: { CLAUDE_CONFIG_DIR: sandbox.at('my-config') },
  }),
};

async function folder(...parts: readonly [string, ...string[]]): Promise<string> {
  const path = join(...parts);
  await mkdir(path, { recursive: true });
  return path;
}

/** Makes a bare repository with one worktree, and returns the worktree. */
async function bareWorktree(sandbox: Sandbox, repository: string, worktree: string): Promise<string> {
  const source = await sandbox.repo('source');
  await git(sandbox.home, 'clone', '--quiet', '--bare', source, sandbox.at(repository));
  await git(sandbox.at(repository), 'worktree', 'add', '--quiet', '-b', 'tree', sandbox.at(worktree));
  return sandbox.at(worktree);
}

/** A repository `project` with linked worktrees, and settings files that name a memory folder; paths are relative to the home. */
async function withSettings(sandbox: Sandbox, folders: Readonly<Record<string, string>>, worktrees = 0): Promise<Start> {
  const cwd = await sandbox.repo('project');
  await sandbox.worktrees('project', worktrees);
  for (const [file, memory] of Object.entries(folders)) {
    await sandbox.write(file, JSON.stringify({ autoMemoryDirectory: sandbox.at(memory) }));
  }
  return { cwd };
}
