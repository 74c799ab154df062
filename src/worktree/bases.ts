import { tryGit } from '../system/git/run.js';
import type { Entry } from './entries.js';
import { lineOf, type OpenedRepository } from './opened.js';

/** Full names of the refs that branches of this repository are merged into. */
export type Bases = readonly string[];

/**
 * The default branch of each remote, the local branch of the same name, and the branch that is checked out in the main working tree. If no
 * remote has a default branch: `main` and `master`, as far as they exist.
 */
export async function findBases({ commonDir }: OpenedRepository, entries: readonly Entry[]): Promise<Bases> {
  const defaults = (await linesOf(commonDir, '--format=%(symref)', 'refs/remotes/*/HEAD')).filter((ref) => ref !== '');
  const names = defaults.map((ref) => ref.replace(/^refs\/remotes\/[^/]+\//, ''));
  const local = names.length > 0 ? names : ['main', 'master'];
  const main = entries.find(({ kind }) => kind !== 'linked')?.branch ?? null;
  const wanted = [...local, ...(main === null ? [] : [main])].map((name) => `refs/heads/${name}`);
  return [...new Set([...(await linesOf(commonDir, '--format=%(refname)', ...wanted)).filter((ref) => wanted.includes(ref)), ...defaults])];
}

async function linesOf(cwd: string, ...args: readonly string[]): Promise<string[]> {
  const { stdout } = await tryGit(cwd, ['for-each-ref', ...args]);
  return lineOf(stdout).split('\n');
}
