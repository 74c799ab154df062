import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { endLike, supervise } from '../../launch/running/supervise.js';
import { addWorktree } from '../../worktree/make/add.js';
import { lacksSubmodules, worktreeOf } from '../../worktree/present.js';
import { notMade } from '../../worktree/refusals.js';
import { typed } from '../../worktree/typed.js';
import { planWorktree, type WorktreePlan } from '../../worktree/make/plan.js';
import { print, printJson, shown } from '../output.js';
import { worldFrom } from './world.js';

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
  const world = await worldFrom(environment, { writes: dryRun !== true });
  if (dryRun === true) return tellPlan(await planWorktree(world, branch, from), json === true);
  const present = launch && from === undefined ? await worktreeOf(world, branch) : null;
  if (launch && present !== null) {
    world.tell(`${shown(branch)} is checked out in ${shown(present)}: starting there`);
    return launchIn(present, program, launch, environment);
  }
  const added = await addWorktree(world, branch, from);
  for (const [path, why] of added.left) world.tell(`left out ${shown(path)}: ${why}`);
  if (await lacksSubmodules(added.path))
    world.tell(`its submodules are not checked out; to do that: git -C ${typed(added.path)} submodule update --init --recursive`);
  if (launch) return launchIn(added.path, program, launch, environment);
  if (json !== true) return print(`${added.path}\n`);
  const { path, newBranchAt, resumed, copied, linked, left, setup } = added;
  printJson({
    path,
    branch: added.branch,
    newBranchAt,
    resumed,
    copied,
    linked,
    left: left.map(([name, why]) => ({ path: name, why })),
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
