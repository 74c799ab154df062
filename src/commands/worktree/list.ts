import { overview, type Overview } from '../../worktree/overview.js';
import { print, printJson, terminalWidth } from '../output.js';
import { worktreeTable } from './table.js';
import { worldFrom } from './world.js';

export interface ListOptions {
  readonly json?: true;
}

/** `pclaudectl worktree list` */
export async function listAction(environment: NodeJS.ProcessEnv, { json }: ListOptions): Promise<void> {
  const trees = await overview(await worldFrom(environment, { writes: false }));
  if (json === true) printJson(trees.map(asJson));
  else print(worktreeTable(trees, terminalWidth()));
}

function asJson({ entry, state, changed, untracked, sync, sessions, bytes }: Overview): object {
  const { path, branch, head, kind, locked } = entry;
  return { path, branch, head, main: kind === 'main', state, locked, changed, untracked, sync, sessions, bytes };
}
