import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { git } from '../../support/git.js';
import { type Environment, pclaudectl } from '../../support/real-client.js';
import { run, type RunResult } from '../../support/run.js';
import { createSandbox, type Sandbox } from '../../support/sandbox.js';

/** What a run of the companion printed. */
export interface Told {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A person's home with a repository in it, and `pclaudectl worktree`. */
export interface TreeWorld {
  readonly sandbox: Sandbox;
  /** The root of the main working tree. */
  readonly repo: string;
  readonly env: Environment;
  /** Where the worktree of a branch stands, by default. */
  readonly place: (branch: string) => string;
  /** Runs `pclaudectl worktree` in the main working tree, or elsewhere. */
  readonly tree: (...args: string[]) => Promise<Told>;
  readonly treeIn: (cwd: string, ...args: string[]) => Promise<Told>;
  /** Runs git in the main working tree. */
  readonly git: (...args: string[]) => Promise<string>;
  /** Writes the `worktree` key of the config file. */
  readonly configure: (worktree: object) => Promise<void>;
  /** Commits a file, in the main working tree or elsewhere. */
  readonly commit: (name: string, content: string, cwd?: string) => Promise<void>;
}

export async function createTreeWorld(name = 'project'): Promise<TreeWorld> {
  const sandbox = await createSandbox();
  const repo = await sandbox.repo(name);
  const env = sandbox.env();
  const treeIn = async (cwd: string, ...args: string[]): Promise<Told> => told(await run(pclaudectl, ['worktree', ...args], { cwd, env }));
  return {
    sandbox,
    repo,
    env,
    place: (branch) => join(`${repo}.worktrees`, branch),
    treeIn,
    tree: async (...args) => treeIn(repo, ...args),
    git: async (...args) => git(repo, ...args),
    configure: async (worktree) => void (await sandbox.write('.config/pclaude/config.json', JSON.stringify({ worktree }))),
    async commit(file, content, cwd = repo) {
      write(join(cwd, file), content);
      await git(cwd, 'add', '--', file);
      await git(cwd, 'commit', '--quiet', `--message=${file}`);
    },
  };
}

/** Makes the folders above, too. */
export function write(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

export function told({ exitCode, stdout, stderr }: RunResult): Told {
  return { code: exitCode, out: stdout.toString(), err: stderr };
}
