import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { git } from '../../support/git.js';
import { type Environment, pclaudectl } from '../../support/real-client.js';
import { run, type RunResult } from '../../support/run.js';
import { createSandbox, type Sandbox } from '../../support/sandbox.js';

/** The output of a run of pclaudectl. */
export interface Output {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A user's home with a repository in it, and `pclaudectl worktree`. */
export interface TreeFixture {
  readonly sandbox: Sandbox;
  /** The root of the main working tree. */
  readonly repo: string;
  readonly env: Environment;
  /** The path of the worktree of a branch, by default. */
  readonly place: (branch: string) => string;
  /** Runs `pclaudectl worktree` in the main working tree, or elsewhere. */
  readonly tree: (...args: string[]) => Promise<Output>;
  readonly treeIn: (cwd: string, ...args: string[]) => Promise<Output>;
  /** Runs git in the main working tree. */
  readonly git: (...args: string[]) => Promise<string>;
  /** Writes the `worktree` key of the config file. */
  readonly configure: (worktree: object) => Promise<void>;
  /** Commits a file, in the main working tree or elsewhere. */
  readonly commit: (name: string, content: string, cwd?: string) => Promise<void>;
}

export async function createTreeFixture(name = 'project'): Promise<TreeFixture> {
  const sandbox = await createSandbox();
  const repo = await sandbox.repo(name);
  const env = sandbox.env();
  const treeIn = async (cwd: string, ...args: string[]): Promise<Output> =>
    outputOf(await run(pclaudectl, ['worktree', ...args], { cwd, env }));
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

/** Also makes missing parent folders. */
export function write(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

export function outputOf({ exitCode, stdout, stderr }: RunResult): Output {
  return { code: exitCode, out: stdout.toString(), err: stderr };
}
