import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { loadConfig } from '../../config/config.js';
import { endLike, supervise } from '../../launch/supervise.js';
import { sharedFromHere } from '../../session/session.js';
import { UserError } from '../../system/errors.js';
import { ensurePrivateFolder } from '../../system/fs/folders.js';
import { futureRealPath } from '../../system/fs/paths.js';
import { currentFolder } from '../../system/process.js';
import { typed } from '../../system/text.js';
import type { WorktreeContext } from '../../worktree/context.js';
import { addWorktree, lacksSubmodules, planWorktree, worktreeOf, type WorktreePlan } from '../../worktree/make/add.js';
import { namesOf } from '../../worktree/occupants.js';
import { overview, type Overview } from '../../worktree/overview.js';
import { type Pruned, pruneWorktrees } from '../../worktree/remove/prune.js';
import { type Removed, removeWorktree } from '../../worktree/remove/remove.js';
import { notMade } from '../../worktree/unfinished.js';
import { print, printJson, reportError, terminalWidth } from '../output.js';
import { shown, size } from '../shown.js';
import { type Column, tableOf } from '../table.js';

export interface AddOptions {
  readonly from?: string;
  readonly dryRun?: true;
  readonly json?: true;
  /** The arguments of pclaude; undefined if it is not to be started. */
  readonly launch: readonly string[] | undefined;
}

/**
 * `pclaudectl worktree add`: prints only the path to standard output, so that `cd "$(…)"` works; with `--launch`, standard output is the
 * client's.
 */
export async function addAction(environment: NodeJS.ProcessEnv, program: string, branch: string, options: AddOptions): Promise<void> {
  const { from, dryRun, json, launch } = options;
  if (launch && (json === true || dryRun === true)) throw notMade('--launch goes neither with --json nor with --dry-run', 'leave one out');
  const context = await contextFrom(environment, { writes: dryRun !== true });
  if (dryRun === true) return tellPlan(await planWorktree(context, branch, from), json === true);
  const present = launch && from === undefined ? await worktreeOf(context, branch) : null;
  if (launch && present !== null) {
    context.report(`${shown(branch)} is checked out in ${shown(present)}: starting there`);
    return launchIn(present, program, launch, environment);
  }
  const added = await addWorktree(context, branch, from);
  for (const [path, why] of added.skipped) context.report(`left out ${shown(path)}: ${why}`);
  if (await lacksSubmodules(added.path))
    context.report(`its submodules are not checked out; to do that: git -C ${typed(added.path)} submodule update --init --recursive`);
  if (launch) return launchIn(added.path, program, launch, environment);
  if (json !== true) return print(`${added.path}\n`);
  const { path, newBranchAt, resumed, copied, linked, skipped, setup } = added;
  printJson({
    path,
    branch: added.branch,
    newBranchAt,
    resumed,
    copied,
    linked,
    left: skipped.map(([name, why]) => ({ path: name, why })),
    setup,
  });
}

function tellPlan(plan: WorktreePlan, json: boolean): void {
  if (json) return printJson(plan);
  const { path, start, copy, link, setup } = plan;
  const from = start.kind === 'existing' ? '' : ` (new, from ${start.from})`;
  const lines = [
    `would check out ${shown(start.branch)}${from} into ${shown(path)}`,
    ...(copy.length > 0 ? [`would copy ${copy.map(shown).join(', ')}`] : []),
    ...(link.length > 0 ? [`would link ${link.map(shown).join(', ')}`] : []),
    ...(setup === null ? [] : [`would run ${setup}`]),
  ];
  print(lines.map((line) => `${line}\n`).join(''));
}

/** Starts pclaude as if the user had typed it in that folder, and exits as it exits. */
async function launchIn(path: string, program: string, args: readonly string[], environment: NodeJS.ProcessEnv): Promise<void> {
  process.chdir(path);
  const pclaude = join(dirname(realpathSync.native(program)), 'pclaude.js');
  const started = { program: process.execPath, args: [pclaude, ...args], environment: { ...environment, PWD: path }, descriptors: [] };
  const { ending, release } = await supervise(started);
  release();
  endLike(ending);
}

export interface ListOptions {
  readonly json?: true;
}

/** `pclaudectl worktree list` */
export async function listAction(environment: NodeJS.ProcessEnv, { json }: ListOptions): Promise<void> {
  const trees = await overview(await contextFrom(environment, { writes: false }));
  if (json === true) printJson(trees.map(asJson));
  else print(worktreeTable(trees, terminalWidth()));
}

function asJson({ entry, state, changed, untracked, distance, sessions, bytes }: Overview): object {
  const { path, branch, head, kind, locked } = entry;
  return { path, branch, head, main: kind === 'main', state, locked, changed, untracked, sync: distance, sessions, bytes };
}

const COLUMNS: readonly Column[] = [
  { heading: 'BRANCH', least: 10 },
  { heading: 'STATE' },
  { heading: 'CHANGES' },
  { heading: 'SYNC', optional: true },
  { heading: 'SESSION' },
  { heading: 'SIZE', optional: true },
  { heading: 'FOLDER', least: 10 },
];

/** Working trees as a table for people; empty if there are none. `width` is that of the terminal. */
export function worktreeTable(trees: readonly Overview[], width?: number): string {
  return tableOf(COLUMNS, trees.map(rowOf), width);
}

function rowOf({ entry, state, changed, untracked, distance, sessions, bytes }: Overview): string[] {
  const changes = changed === null || untracked === null ? '-' : String(changed + untracked);
  const ahead = distance === null ? '-' : `+${distance.ahead} -${distance.behind}`;
  const [first, ...others] = sessions.map((occupant) => (occupant.kind === 'session' ? occupant.id : `pid ${occupant.pid}`));
  const session = first === undefined ? '-' : others.length === 0 ? first : `${first} +${others.length}`;
  return [shown(entry.branch ?? '-'), state, changes, ahead, session, size(bytes), shown(entry.path)];
}

export interface RemoveFlags {
  readonly force?: true;
  readonly dryRun?: true;
  readonly deleteBranch?: true;
  readonly json?: true;
}

/**
 * `pclaudectl worktree remove`: prints the work that was dropped or kept, the sessions and processes that are still there, and the deleted
 * branch; nothing if there are none.
 */
export async function removeAction(environment: NodeJS.ProcessEnv, target: string, flags: RemoveFlags): Promise<void> {
  const { force, dryRun, deleteBranch, json } = flags;
  const context = await contextFrom(environment, { writes: true });
  const removed = await removeWorktree(context, target, {
    force: force === true,
    dryRun: dryRun === true,
    deleteBranch: deleteBranch === true,
  });
  if (json === true) return printJson(removedJson(removed, dryRun === true));
  const [drops, keeps, removes] = dryRun === true ? ['would drop', 'would keep', 'would remove'] : ['dropped', 'kept', ''];
  const { entry, unsavedWork, occupants, branchWasAt } = removed;
  const lines = [
    ...(removes === '' ? [] : [`${removes} ${shown(entry.path)}`]),
    ...unsavedWork.map(({ text, lost }) => `${lost ? drops : keeps} ${shown(text)}`),
    ...(occupants.length > 0 ? [`still there: ${namesOf(occupants)}`] : []),
    ...(branchWasAt === null ? [] : [`deleted branch ${entry.branch ?? ''} (was ${branchWasAt.slice(0, 12)})`]),
  ];
  print(lines.map((line) => `${line}\n`).join(''));
}

function removedJson(
  { entry: { path, branch, head }, unsavedWork, occupants, branchState, branchWasAt }: Removed,
  dryRun: boolean,
): object {
  return { path, branch, head, removed: !dryRun, standing: branchState, losses: unsavedWork, occupants, branchWasAt };
}

export interface PruneFlags {
  readonly dryRun?: true;
  readonly deleteBranch?: true;
  readonly json?: true;
}

/** `pclaudectl worktree prune`: prints what was removed. The JSON output also contains what was kept, and why. */
export async function pruneAction(environment: NodeJS.ProcessEnv, { dryRun, deleteBranch, json }: PruneFlags): Promise<void> {
  const context = await contextFrom(environment, { writes: true });
  const pruned = await pruneWorktrees(context, { dryRun: dryRun === true, deleteBranch: deleteBranch === true });
  for (const each of pruned.filter(({ outcome }) => outcome === 'failed')) reportError(`could not remove ${shown(each.path)}: ${each.why}`);
  if (json === true) return printJson(pruned);
  for (const each of pruned) print(lineOf(each));
  if (pruned.every(({ outcome }) => outcome === 'kept')) print('nothing to remove\n');
}

function lineOf({ path, branch, outcome, why, branchWasAt }: Pruned): string {
  if (outcome === 'kept' || outcome === 'failed') return '';
  const named = branch === null ? shown(path) : `${shown(path)} (${shown(branch)})`;
  const gone = branchWasAt === null ? '' : `; its branch was at ${branchWasAt.slice(0, 12)}`;
  return `${outcome === 'removed' ? 'removed' : 'would remove'} ${named}: ${why}${gone}\n`;
}

/** The context of the commands about worktrees. If `writes`, creates a missing state dir. Throws `UserError`. */
async function contextFrom(environment: NodeJS.ProcessEnv, { writes }: { readonly writes: boolean }): Promise<WorktreeContext> {
  const cwd = currentFolder();
  if (cwd === undefined) throw new UserError('no-repository', 'the current folder has been removed', 'go to a git repository');
  const config = await loadConfig(environment);
  return {
    environment,
    cwd,
    stateDir: writes ? ensurePrivateFolder(config.stateDir) : futureRealPath(config.stateDir),
    shared: sharedFromHere(environment),
    config: config.worktree,
    report: (line) => void process.stderr.write(`pclaudectl: ${line}\n`),
  };
}
