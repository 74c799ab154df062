import { namesOf } from '../../worktree/occupants.js';
import { type Removed, removeWorktree } from '../../worktree/remove/remove.js';
import { print, printJson, shown } from '../output.js';
import { worldFrom } from './world.js';

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
  const world = await worldFrom(environment, { writes: true });
  const removed = await removeWorktree(world, target, {
    force: force === true,
    dryRun: dryRun === true,
    deleteBranch: deleteBranch === true,
  });
  if (json === true) return printJson(removedJson(removed, dryRun === true));
  const [drops, keeps, removes] = dryRun === true ? ['would drop', 'would keep', 'would remove'] : ['dropped', 'kept', ''];
  const { entry, losses, occupants, branchWasAt } = removed;
  const lines = [
    ...(removes === '' ? [] : [`${removes} ${shown(entry.path)}`]),
    ...losses.map(({ text, lost }) => `${lost ? drops : keeps} ${shown(text)}`),
    ...(occupants.length > 0 ? [`still there: ${namesOf(occupants)}`] : []),
    ...(branchWasAt === null ? [] : [`deleted branch ${entry.branch ?? ''} (was ${branchWasAt.slice(0, 12)})`]),
  ];
  print(lines.map((line) => `${line}\n`).join(''));
}

function removedJson({ entry: { path, branch, head }, losses, occupants, standing, branchWasAt }: Removed, dryRun: boolean): object {
  return { path, branch, head, removed: !dryRun, standing, losses, occupants, branchWasAt };
}
