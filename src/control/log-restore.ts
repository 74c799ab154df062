import { writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import type { LogEntry, LoggedFile } from '../log/entry.js';
import { sameBytes } from '../merge/bytes.js';
import { KnownError } from '../platform/errors.js';
import type { ByHand } from '../sync/by-hand.js';
import { realFiles } from '../sync/files.js';
import { readPresent, restore } from '../sync/restore.js';
import { loadStore, sharedFromHere } from './context.js';
import { contentsOf, lookUp, theOnly } from './logged.js';
import { hasColors, print, shown } from './output.js';
import { coloured, patchOf } from './patch.js';

interface Options {
  readonly output?: string;
  readonly dryRun?: true;
}

/** `pclaudectl log restore` */
export function restoreCommand(environment: NodeJS.ProcessEnv): Command {
  return new Command('restore')
    .description('bring a file back to what it was before an entry of the log; that is logged, too, and can be undone')
    .argument('<entry>', 'its id as `pclaudectl log` shows it, or the start of one')
    .argument('[file]', 'the file, where the entry has several; the end of its path will do')
    .addOption(new Option('-o, --output <path>', 'write the old text there instead; - is standard output').conflicts('dryRun'))
    .option('-n, --dry-run', 'show what would change, and change nothing')
    .action(async (id: string, named: string | undefined, { output, dryRun }: Options) => {
      const where = { ...(await loadStore(environment)), shared: sharedFromHere(environment) };
      const { entry, changes } = lookUp(where.stateDir, where.shared, id, named);
      const file = theOnly(entry, changes);
      const { before } = contentsOf(file);
      if (output !== undefined) writeOut(output, entry, file, before);
      else if (dryRun === true) print(patchTo(entry, file, before));
      else print(await bringBack(where, entry, file, before));
    });
}

function writeOut(path: string, { id }: LogEntry, { target }: LoggedFile, before: Uint8Array | null): void {
  if (before === null) throw new KnownError('no-such-entry', `there was no ${shown(target)} before ${id}`, 'without --output it is removed');
  if (path === '-') print(before);
  else writeFileSync(path, before, { mode: 0o600 });
}

function patchTo(entry: LogEntry, { target: path }: LoggedFile, before: Uint8Array | null): string {
  const present = readPresent(realFiles, path);
  if (sameBytes(present, before)) return nothingToDo(path, entry);
  const patch = patchOf({ path, before: present, after: before });
  return hasColors() ? coloured(patch) : patch;
}

async function bringBack(where: ByHand, entry: LogEntry, file: LoggedFile, before: Uint8Array | null): Promise<string> {
  const made = await restore(realFiles, where, { entry, file, before });
  if (made === null) return nothingToDo(file.target, entry);
  const done = before === null ? `removed ${shown(file.target)}, which was not there` : `restored ${shown(file.target)} to what it was`;
  return `${done} before ${entry.id}; to undo this: pclaudectl log restore ${made}\n`;
}

function nothingToDo(target: string, { id }: LogEntry): string {
  return `${shown(target)} is as it was before ${id}; there is nothing to do\n`;
}
