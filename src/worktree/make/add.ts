import { appendFileSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isUserError } from '../../system/errors.js';
import { hasCode, pathOf, reasonOf } from '../../system/fs/fs-error.js';
import { readTextIfThere } from '../../system/fs/paths.js';
import { tryGit } from '../../system/git/run.js';
import { underRepositoryLock, type WorktreeContext } from '../context.js';
import { choosePath } from '../path-template.js';
import { listEntries, type OpenedRepository, openRepository } from '../repository.js';
import { settingsFor, type WorktreeSettings } from '../settings.js';
import { goOnWith, type Made, notMade, unfinishedAt } from '../unfinished.js';
import { branchNamed, type StartPoint, startPointOf } from './branch.js';
import { discardMade } from './half-made.js';
import { makeWorktree } from './make.js';
import { provision, type Provisioned, wantedFrom } from './provision.js';
import { setUp } from './set-up.js';

/** A worktree that is ready to work in. */
interface Added extends Provisioned {
  readonly path: string;
  readonly branch: string;
  /** The commit that its new branch was created at; null if the branch already existed. */
  readonly newBranchAt: string | null;
  readonly resumed: boolean;
  /** The set-up command that was run; null if none is configured. */
  readonly setup: string | null;
}

/**
 * Creates a worktree for a branch and provisions it. Holds the repository lock while git runs, not while files are copied or the set-up
 * command runs. If the set-up command fails, the worktree stays, and the same call continues with it. If the disk is full, nothing stays of
 * a new worktree. After a crash the same call completes the worktree, and `prune` removes one that git did not complete. Throws
 * `UserError`.
 */
export async function addWorktree(context: WorktreeContext, name: string, from: string | undefined): Promise<Added> {
  const repository = await openRepository(context.cwd);
  const settings = settingsFor(repository, context.config, context.shared);
  const made = await underRepositoryLock(context, repository, async () =>
    makeWorktree(context, repository, { name, from, template: settings.path }),
  );
  const { path, branch, madeAt } = made.unfinished;
  try {
    const provisioned = await provisionOrRemove(context, repository, made, settings);
    if (settings.setup !== null) await setUp(context, { path, branch, source: settings.source, command: settings.setup });
    made.making.done();
    return { path, branch, newBranchAt: madeAt, resumed: made.resumed, setup: settings.setup, ...provisioned };
  } finally {
    made.making.release();
  }
}

/**
 * Provisions the worktree. If the disk is full, removes a new worktree, because its files would make the same call fail again. Never
 * removes a resumed worktree: it may contain work.
 */
async function provisionOrRemove(
  context: WorktreeContext,
  repository: OpenedRepository,
  made: Made,
  settings: WorktreeSettings,
): Promise<Provisioned> {
  const { unfinished, making, resumed } = made;
  const { path, branch } = unfinished;
  try {
    // Concurrent calls could add the same line to `info/exclude`.
    const ignore = async (name: string): Promise<void> =>
      underRepositoryLock(context, repository, async () => exclude(repository.commonDir, path, name));
    return await provision({ exclude: ignore, path, branch, main: repository.root, settings });
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === undefined || isUserError(error)) throw error;
    const message = `cannot write ${pathOf(error) ?? path}: ${reason}`;
    if (resumed || !hasCode(error, 'ENOSPC', 'EDQUOT')) throw notMade(message, goOnWith(branch), { cause: error });
    await underRepositoryLock(context, repository, async () => {
      const entries = await listEntries(repository);
      await discardMade(
        repository,
        unfinished,
        entries.find((each) => each.path === path),
      );
    });
    making.done();
    throw notMade(message, 'the half-made worktree was removed; free some space and try again', { cause: error });
  }
}

/**
 * Makes git ignore a path in a worktree, by a line in `info/exclude`, which is part of no commit. Most of these paths are ignored already;
 * but `node_modules/` in a `.gitignore` matches a folder, not a link to one. All worktrees share the file.
 */
async function exclude(commonDir: string, root: string, path: string): Promise<void> {
  const { code } = await tryGit(root, ['check-ignore', '--quiet', '--', path]);
  if (code === 0) return;
  const file = join(commonDir, 'info', 'exclude');
  const text = readTextIfThere(file) ?? '';
  const line = `/${path.replaceAll(/[\\*?[\]!# ]/g, String.raw`\$&`)}`;
  if (text.split('\n').includes(line)) return;
  mkdirSync(dirname(file), { recursive: true });
  appendFileSync(file, `${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`);
}

/** What `addWorktree` would do. */
export interface WorktreePlan {
  readonly path: string;
  readonly start: StartPoint;
  readonly copy: readonly string[];
  readonly link: readonly string[];
  readonly setup: string | null;
}

/**
 * Describes the worktree that `addWorktree` would create, and changes nothing. Does not check whether the branch is checked out elsewhere.
 * Throws as `addWorktree` does.
 */
export async function planWorktree(context: WorktreeContext, name: string, from: string | undefined): Promise<WorktreePlan> {
  const repository = await openRepository(context.cwd);
  const settings = settingsFor(repository, context.config, context.shared);
  const branch = await branchNamed(context.cwd, name);
  const start = await startPointOf(context.cwd, branch, name, from);
  const path = await choosePath(repository, settings.path, branch);
  return { path, start, ...(await wantedFrom(settings)), setup: settings.setup };
}

/**
 * The path of the working tree, main or linked, that has a branch checked out; null if there is none, or if its `add` has not completed.
 * Throws `UserError`.
 */
export async function worktreeOf({ cwd, stateDir }: WorktreeContext, name: string): Promise<string | null> {
  const repository = await openRepository(cwd);
  const branch = await branchNamed(cwd, name);
  const holder = (await listEntries(repository)).find((entry) => entry.branch === branch && !entry.gone && entry.kind !== 'bare');
  return holder === undefined || unfinishedAt(stateDir, holder.path) !== undefined ? null : holder.path;
}

/** Whether a working tree has submodules that are not checked out: `git worktree add` leaves them out. */
export async function lacksSubmodules(path: string): Promise<boolean> {
  if (!existsSync(join(path, '.gitmodules'))) return false;
  const { stdout } = await tryGit(path, ['submodule', 'status']);
  return stdout.split('\n').some((line) => line.startsWith('-'));
}
