import { type Pruned, pruneWorktrees } from '../../worktree/remove/prune.js';
import { complain, print, printJson, shown } from '../output.js';
import { worldFrom } from './world.js';

export interface PruneFlags {
  readonly dryRun?: true;
  readonly deleteBranch?: true;
  readonly json?: true;
}

/** `pclaudectl worktree prune`: prints what was removed. The JSON output also contains what was kept, and why. */
export async function pruneAction(environment: NodeJS.ProcessEnv, { dryRun, deleteBranch, json }: PruneFlags): Promise<void> {
  const world = await worldFrom(environment, { writes: true });
  const pruned = await pruneWorktrees(world, { dryRun: dryRun === true, deleteBranch: deleteBranch === true });
  for (const each of pruned.filter(({ outcome }) => outcome === 'failed')) complain(`could not remove ${shown(each.path)}: ${each.why}`);
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
