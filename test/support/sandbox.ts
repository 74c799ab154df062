import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { apiKey, isolatedEnvironment, stateDir, type EnvironmentOptions } from './environment.js';
import { git } from './git.js';
import { atEnd } from './lifetime.js';
import { endProcessesWithHome } from './processes.js';
import type { Environment } from './real-client.js';

/** A temporary home. Paths that its helpers get are relative to it; absolute ones are used unchanged. */
export interface Sandbox {
  /** A real path, mode 0700. */
  readonly home: string;
  /** Where pclaude keeps its sessions. */
  readonly stateDir: string;
  readonly at: (...parts: string[]) => string;
  readonly exists: (path: string) => boolean;
  readonly read: (path: string) => Promise<string>;
  /** Also makes the parent folders. */
  readonly write: (path: string, content: string) => Promise<string>;
  /** Makes a git repository with one commit at `<home>/<name>`. */
  readonly repo: (name: string) => Promise<string>;
  /** Adds linked worktrees on their own branches, at `<repo>-1`, `<repo>-2`, … */
  readonly worktrees: (repo: string, count: number) => Promise<string[]>;
  /** Writes the client's state file as it is after the first run, with these folders trusted: no first-run screens. */
  readonly seedClaude: (options?: { trust?: readonly string[]; configDir?: string }) => Promise<void>;
  /** An explicit environment with this home (see `isolatedEnvironment`). */
  readonly env: (options?: Omit<EnvironmentOptions, 'home'>) => Environment;
  /** Ends all processes that still run with this home, and removes it; called automatically when the test ends. */
  readonly dispose: () => Promise<void>;
  /** From now on `dispose` does not remove the files, so that the user can look at them. */
  readonly keep: () => void;
}

/** Makes a temporary home, and removes it when the test ends. */
export async function createSandbox(): Promise<Sandbox> {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'pclaude-')));
  await mkdir(join(home, 'tmp'));
  const at = (...parts: string[]): string => resolve(home, ...parts);
  const write = async (path: string, content: string): Promise<string> => {
    await mkdir(dirname(at(path)), { recursive: true });
    await writeFile(at(path), content);
    return at(path);
  };
  let isKept = false;
  const dispose = async (): Promise<void> => {
    await endProcessesWithHome(home);
    if (!isKept) await rm(home, { recursive: true, force: true, maxRetries: 5 });
  };
  atEnd(dispose);

  return {
    home,
    stateDir: stateDir(home),
    at,
    write,
    dispose,
    keep: () => {
      isKept = true;
    },
    exists: (path) => existsSync(at(path)),
    read: async (path) => readFile(at(path), 'utf8'),
    env: (options = {}) => isolatedEnvironment({ home, ...options }),
    async repo(name) {
      await write(join(name, 'README.md'), `# ${name}\n`);
      await git(at(name), 'init', '--quiet', '--initial-branch=main');
      await git(at(name), 'add', '.');
      await git(at(name), 'commit', '--quiet', '--message=Start');
      return at(name);
    },
    async worktrees(repo, count) {
      const paths = Array.from({ length: count }, (_, index) => `${at(repo)}-${index + 1}`);
      for (const [index, path] of paths.entries()) {
        await git(at(repo), 'worktree', 'add', '--quiet', '-b', `branch-${index + 1}`, path);
      }
      return paths;
    },
    async seedClaude({ trust = [], configDir } = {}) {
      await write(configDir === undefined ? '.claude.json' : join(configDir, '.claude.json'), stateFile(trust.map((path) => at(path))));
    },
  };
}

function stateFile(trusted: readonly string[]): string {
  const state = {
    hasCompletedOnboarding: true,
    theme: 'dark',
    // The client stores the last 20 characters of a key.
    customApiKeyResponses: { approved: [apiKey.slice(-20)], rejected: [] },
    hasSeenAutoDefaultNotice: true,
    projects: Object.fromEntries(trusted.map((path) => [path, { hasTrustDialogAccepted: true }])),
  };
  return `${JSON.stringify(state, null, 2)}\n`;
}
