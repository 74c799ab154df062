import { Command, type ParseOptionsResult } from 'commander';
import type { AddOptions, ListOptions, PruneFlags, RemoveFlags } from './actions.js';

/** `pclaudectl worktree`. `program` is the path by which this script was started. */
export function worktreeCommand(environment: NodeJS.ProcessEnv, program: string): Command {
  return new Command('worktree')
    .alias('wt')
    .description('git worktrees for sessions: make one ready to work in, list them, remove what is no longer needed')
    .addCommand(addCommand(environment, program))
    .addCommand(listCommand(environment))
    .addCommand(removeCommand(environment))
    .addCommand(pruneCommand(environment));
}

function addCommand(environment: NodeJS.ProcessEnv, program: string): Command {
  const command: LaunchingCommand = new LaunchingCommand('add')
    .description(
      'check a branch out into a worktree of its own and print where that is; goes on with one that was not finished, and with --launch starts where the branch is',
    )
    .argument('<branch>', 'a branch that is there, one of a remote, or a new one')
    .option('--from <ref>', 'where a new branch begins: a branch or a commit; without it, what is checked out here')
    .option('-n, --dry-run', 'only say what would be done')
    .option('--json', 'as JSON')
    .option(`${LAUNCH} [argument...]`, 'start pclaude in it, with all that follows')
    .action(async (branch: string, options: Omit<AddOptions, 'launch'>) => {
      const { addAction } = await import('./actions.js');
      await addAction(environment, program, branch, { ...options, launch: command.launch });
    });
  return command;
}

function listCommand(environment: NodeJS.ProcessEnv): Command {
  return new Command('list')
    .alias('ls')
    .description('all working trees of this repository: what is in them, and who works there')
    .option('--json', 'as a JSON array')
    .action(async (options: ListOptions) => {
      const { listAction } = await import('./actions.js');
      await listAction(environment, options);
    });
}

function removeCommand(environment: NodeJS.ProcessEnv): Command {
  return new Command('remove')
    .alias('rm')
    .description('remove a worktree whose content is all elsewhere and in which no one works; its branch stays')
    .argument('<worktree>', 'its branch or its path')
    .option('-f, --force', 'remove it all the same, and say what went')
    .option('-d, --delete-branch', 'with its branch, if that is merged')
    .option('-n, --dry-run', 'only say what would be done')
    .option('--json', 'as JSON')
    .action(async (target: string, options: RemoveFlags) => {
      const { removeAction } = await import('./actions.js');
      await removeAction(environment, target, options);
    });
}

function pruneCommand(environment: NodeJS.ProcessEnv): Command {
  return new Command('prune')
    .description('remove all worktrees that are merged, clean and unused, and what is left of others')
    .option('-d, --delete-branch', 'with their branches')
    .option('-n, --dry-run', 'only say what would be done')
    .option('--json', 'as a JSON array')
    .action(async (options: PruneFlags) => {
      const { pruneAction } = await import('./actions.js');
      await pruneAction(environment, options);
    });
}

const LAUNCH = '--launch';

/** Everything after `--launch` belongs to the client, even if it looks like an option. */
class LaunchingCommand extends Command {
  /** The arguments after `--launch`; undefined without it. */
  launch: readonly string[] | undefined;

  override parseOptions(argv: string[]): ParseOptionsResult {
    const at = argv.indexOf(LAUNCH);
    if (at === -1) return super.parseOptions(argv);
    this.launch = argv.slice(at + 1);
    return super.parseOptions(argv.slice(0, at));
  }
}
