import { Command } from 'commander';
import { type Conflict, readOurs } from '../sync/conflicts.js';
import { realFiles } from '../sync/files.js';
import { readShared } from '../sync/settle.js';
import { secretPaths } from '../sync/secret-path.js';
import { conflictJson, conflictLines } from './conflict-lines.js';
import { loadStore, sharedFromHere } from './context.js';
import { theConflicts } from './named-conflict.js';
import { hasColors, print, printJson, shown } from './output.js';
import { paged } from './pager.js';
import { coloured, keysOf, patchOf } from './patch.js';
import { conflictsOf } from './shared-conflicts.js';

/** `pclaudectl conflicts show` */
export function showCommand(environment: NodeJS.ProcessEnv): Command {
  const command: Command = new Command('show')
    .description('show how the versions of a conflict differ, and whose each is; of files that may hold secrets only the names of keys')
    .argument('<conflict>', 'the shared file or the copy, as `pclaudectl conflicts` shows them; the end of the path will do')
    .option('--json', 'as a JSON array')
    .action(async (file: string, { json }: { json?: true }) => {
      const store = await loadStore(environment);
      const shared = sharedFromHere(environment);
      const isSecret = secretPaths(realFiles, store.layout, shared);
      const found = theConflicts(conflictsOf(store, shared), file);
      const patch = (conflict: Conflict): string => patchBetween(conflict, conflict.kind === 'held' || [conflict.file, realFiles.realPath(conflict.file), conflict.place, conflict.ours].some(isSecret));
      if (json === true) printJson(found.map((conflict) => ({ ...conflictJson(conflict), patch: patch(conflict) })));
      else await paged(environment, command, async () => print(found.map((conflict) => textOf(conflict, patch(conflict))).join('\n')));
    });
  return command;
}

function textOf(conflict: Conflict, patch: string): string {
  const { file, branch, session } = conflict;
  const title = conflictLines(conflict, Date.now());
  const sides = `  - the shared file as it is\n  + the version of ${shown(branch)}, session ${shown(session)}\n`;
  return `${title}${sides}${hasColors() ? coloured(patch) : patch}to settle it: pclaudectl conflicts resolve ${shown(file)} --session, --shared, --both or --edit\n`;
}

/** From the shared file to the session's version. */
function patchBetween(conflict: Conflict, isSecret: boolean): string {
  const { file: path, ours } = conflict;
  const change = { path, before: readShared(realFiles, conflict), after: readOurs(realFiles, conflict) };
  return isSecret ? keysOf(change) : patchOf({ ...change, newPath: ours });
}
