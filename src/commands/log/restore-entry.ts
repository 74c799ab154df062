import { Command, Option } from 'commander';
import { writeFileSync } from 'node:fs';
import { loadStoreHere } from '../../session/session.js';
import type { ByHand } from '../../sync/by-hand/hand-locks.js';
import { readPresent, restore, type Restoring } from '../../sync/by-hand/restore-entry.js';
import type { LogEntry, LoggedFile } from '../../sync/log/entry.js';
import { sameBytes } from '../../system/content.js';
import { UserError } from '../../system/errors.js';
import { realFiles } from '../../system/files/real-files.js';
import { print } from '../output.js';
import { coloured, patchOf } from '../patch.js';
import { shown } from '../shown.js';
import { contentsOf, entryNamed, onlyChange } from './logged.js';

interface Options {
  readonly output?: string;
  readonly dryRun?: true;
}

/** `pclaudectl log restore` */
export function restoreEntryCommand(environment: NodeJS.ProcessEnv): Command {
  return new Command('restore')
    .description(
      'bring all files of an entry of the log, or one of them, back to what they were before it; this is logged and can be undone',
    )
    .argument('<entry>', 'its id as `pclaudectl log` shows it, or the start of one')
    .argument('[file]', 'only this one of the files of the entry; the end of its path will do')
    .addOption(new Option('-o, --output <path>', 'write the old text of one file there instead; - is standard output').conflicts('dryRun'))
    .option('-n, --dry-run', 'show what would change, and change nothing')
    .action(async (id: string, named: string | undefined, { output, dryRun }: Options) => {
      const store = await loadStoreHere(environment);
      const { entry, changes } = entryNamed(store, id, named);
      if (output !== undefined) return writeOut(output, entry, onlyChange(entry, changes));
      const kept = changes.length === 1 ? changes : changes.filter(({ content }) => content.kept);
      const wanted = kept.map((file) => ({ file, before: contentsOf(file).before }));
      if (dryRun === true) for (const restoring of wanted) print(patchTo(entry, restoring));
      else print(await restoreAll(store, entry, wanted));
      refuseOthers(
        entry,
        changes.filter((file) => !kept.includes(file)),
        wanted.length > 0,
      );
    });
}

function writeOut(path: string, { id }: LogEntry, file: LoggedFile): void {
  const { target } = file;
  const { before } = contentsOf(file);
  if (before === null) throw new UserError('no-such-entry', `there was no ${shown(target)} before ${id}`, 'without --output it is removed');
  if (path === '-') print(before);
  else writeFileSync(path, before, { mode: 0o600 });
}

function patchTo(entry: LogEntry, { file: { target: path }, before }: Restoring): string {
  const present = readPresent(realFiles, path);
  if (sameBytes(present, before)) return nothingToDo(path, entry);
  return coloured(patchOf({ path, before: present, after: before }));
}

/** Restores the files. Returns one line for each of them; if any was changed, the last line contains the command that undoes everything. */
async function restoreAll(where: ByHand, entry: LogEntry, wanted: readonly Restoring[]): Promise<string> {
  const { id, changed } = await restore(realFiles, where, entry, wanted);
  const undo = id === null ? '' : `to undo this: pclaudectl log restore ${id}`;
  const lines = wanted.map(({ file: { target }, before }) => {
    if (!changed.includes(target)) return nothingToDo(target, entry);
    const done = before === null ? `removed ${shown(target)}, which was not there` : `restored ${shown(target)} to what it was`;
    return `${done} before ${entry.id}${wanted.length === 1 ? `; ${undo}` : ''}\n`;
  });
  return `${lines.join('')}${wanted.length > 1 && undo !== '' ? `${undo}\n` : ''}`;
}

/**
 * The content of files that may hold secrets, and of very large files, is not kept. `also` is true if other files of the entry were
 * restored or shown.
 */
function refuseOthers({ id }: LogEntry, others: readonly LoggedFile[], also: boolean): void {
  if (others.length === 0) return;
  const names = others.map(({ target }) => shown(target)).join(', ');
  const what = also
    ? `entry ${id} also changed ${names}, of which no content is kept`
    : `nothing is restored: entry ${id} changed only ${names}, of which no content is kept`;
  throw new UserError('content-not-kept', what, `see: pclaudectl log show ${id}`);
}

function nothingToDo(target: string, { id }: LogEntry): string {
  return `${shown(target)} is as it was before ${id}; there is nothing to do\n`;
}
