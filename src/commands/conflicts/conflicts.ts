import { Command } from 'commander';
import { valueAt } from '../../merge/json/dotted-keys.js';
import { loadStoreHere } from '../../session/session.js';
import { type Conflict, readOurs, type ValueConflict } from '../../sync/conflicts/conflicts.js';
import { readShared } from '../../sync/conflicts/settle.js';
import { shownValue } from '../../sync/kept-values.js';
import { secretPaths } from '../../sync/merger.js';
import { attempt } from '../../system/attempt.js';
import { decodeText } from '../../system/content.js';
import { realFiles } from '../../system/files/real-files.js';
import { paged, print, printIfTerminal, printJson } from '../output.js';
import { coloured, keysOf, patchOf } from '../patch.js';
import { shown } from '../shown.js';
import { conflictJson, conflictLabel, conflictLines, conflictsNamed, conflictsOf } from './listed.js';
import { resolveCommand } from './resolve.js';

/** Hints below the list, at a terminal only. */
const NEXT = `
to see how they differ: pclaudectl conflicts show FILE
to settle one: pclaudectl conflicts resolve FILE --session, --shared, --both or --edit`;

/** `pclaudectl conflicts` */
export function conflictsCommand(environment: NodeJS.ProcessEnv): Command {
  const command = new Command('conflicts')
    .description('list the files of which two sessions left versions that contradict each other')
    .option('--json', 'as a JSON array')
    .action(async ({ json }: { json?: true }) => {
      const conflicts = conflictsOf(await loadStoreHere(environment));
      if (json === true) printJson(conflicts.map(conflictJson));
      else for (const conflict of conflicts) print(conflictLines(conflict, Date.now()));
      if (json !== true) printIfTerminal(conflicts.length === 0 ? 'no conflicts' : NEXT);
    });
  return command.addCommand(showCommand(environment)).addCommand(resolveCommand(environment));
}

/** `pclaudectl conflicts show` */
function showCommand(environment: NodeJS.ProcessEnv): Command {
  const command: Command = new Command('show')
    .description('show how the versions of a conflict differ, and whose each is; of files that may hold secrets only the names of keys')
    .argument('<conflict>', 'the shared file or the copy, as `pclaudectl conflicts` shows them; the end of the path will do')
    .option('--json', 'as a JSON array')
    .action(async (file: string, { json }: { json?: true }) => {
      const store = await loadStoreHere(environment);
      const isSecret = secretPaths(realFiles, store.layout, store.shared);
      const found = conflictsNamed(conflictsOf(store), file).map((conflict) => ({ conflict, patch: conflictPatch(conflict, isSecret) }));
      if (json === true) printJson(found.map(({ conflict, patch }) => ({ ...conflictJson(conflict), patch })));
      else await paged(environment, command, async () => print(found.map(({ conflict, patch }) => textOf(conflict, patch)).join('\n')));
    });
  return command;
}

function textOf(conflict: Conflict, patch: string): string {
  const { file, branch, session } = conflict;
  const isValue = conflict.kind === 'value';
  const title = conflictLines(conflict, Date.now());
  const sides = `  - the shared file as it is\n  + the ${isValue ? 'value' : 'version'} of ${shown(branch)}${session === '' ? '' : `, session ${shown(session)}`}\n`;
  const named = isValue ? `'${conflictLabel(conflict)}'` : shown(file);
  const choices = isValue ? '--session or --shared' : '--session, --shared, --both or --edit';
  return `${title}${sides}${coloured(patch)}to settle it: pclaudectl conflicts resolve ${named} ${choices}\n`;
}

/** The patch from the shared file to the session's version; of files that may hold secrets only the names of keys. */
function conflictPatch(conflict: Conflict, isSecret: (path: string) => boolean): string {
  if (conflict.kind === 'value') return valuesPatch(conflict);
  const { file, place, ours, kind } = conflict;
  const change = { path: file, before: readShared(realFiles, conflict), after: readOurs(realFiles, conflict) };
  const hidesContent = kind === 'held' || [file, realFiles.realPath(file), place, ours].some(isSecret);
  return hidesContent ? keysOf(change) : patchOf({ ...change, newPath: ours });
}

/** The two values of a setting. A value that may be a secret is not shown. */
function valuesPatch(conflict: ValueConflict): string {
  const { file, key, ours, kept } = conflict;
  const content = attempt(() => readShared(realFiles, conflict));
  const text = content.status === 'fulfilled' && content.value !== null ? decodeText(content.value) : null;
  const now = text === null ? 'broken' : valueAt(text, key);
  const current =
    now === 'broken' ? `not valid JSON: ${shown(file)}` : now === 'absent' ? 'not there any more' : (shownValue(key, now.text) ?? HIDDEN);
  return `- ${key}: ${current}\n+ ${key}: ${shownValue(key, kept.value) ?? `${HIDDEN}; it is in ${shown(ours)}`}\n`;
}

const HIDDEN = 'not shown, as it may be a secret';
