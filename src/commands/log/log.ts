import { Command, InvalidArgumentError } from 'commander';
import type { SharedDir } from '../../client/shared-dir.js';
import type { LogEntry, LoggedFile } from '../../sync/log/entry.js';
import { readLog } from '../../sync/log/read.js';
import { realFiles } from '../../system/files/real-files.js';
import { loadStore, sharedFromHere } from '../../session/from-environment.js';
import { isLeftOut, type LogFilter, refuseUnknown, wantedOf } from './filter.js';
import { entryJson, entryLine, entryLines, fileJson } from './lines.js';
import { restoreCommand } from './restore-entry.js';
import { showCommand } from './show.js';
import { logOf } from './logged.js';
import { isHeard, print, printIfTerminal, printJson, terminalWidth } from '../output.js';
import { paged } from '../pager.js';

interface Options {
  readonly all?: true;
  readonly maxCount?: number;
  readonly oneline?: true;
  readonly session?: string;
  readonly json?: true;
}

/** `pclaudectl log` */
export function logCommand(environment: NodeJS.ProcessEnv): Command {
  const command: Command = new Command('log')
    .description('list what was merged into the shared dir, the newest first')
    .argument('[file]', 'only what was done to this file; the end of its path will do')
    .option('-n, --max-count <number>', 'at most so many entries', wholeNumber)
    .option('--oneline', 'an entry a line')
    .option('--all', 'also what the client only counts and remembers for itself in .claude.json')
    .option('--session <id>', 'only what this session merged; the start of its id will do')
    .option('--json', 'as a JSON array, without the texts')
    .action(async (file: string | undefined, options: Options) => {
      const { stateDir } = await loadStore(environment);
      const listing: Listing = {
        stateDir,
        shared: sharedFromHere(environment),
        filter: { all: options.all === true, file, session: options.session },
        most: options.maxCount ?? Number.POSITIVE_INFINITY,
      };
      if (options.json === true) await printAll(listing);
      else await paged(environment, command, async () => printLines(listing, options.oneline === true));
    });
  return command.addCommand(showCommand(environment)).addCommand(restoreCommand(environment));
}

/** Which entries to list. */
interface Listing {
  readonly stateDir: string;
  readonly shared: SharedDir;
  readonly filter: LogFilter;
  /** The maximum number of entries. */
  readonly most: number;
}

async function printAll(listing: Listing): Promise<void> {
  const all: object[] = [];
  await eachWanted(listing, (entry, files) => void all.push(entryJson(entry, files.map(fileJson))));
  printJson(all);
}

async function printLines(listing: Listing, oneline: boolean): Promise<void> {
  const { count, leftOut } = await eachWanted(listing, (entry, files, index) => {
    print(oneline ? entryLine(entry, files, terminalWidth()) : `${index === 0 ? '' : '\n'}${entryLines(entry, files, Date.now())}`);
  });
  if (count === 0) printIfTerminal('nothing was merged');
  if (leftOut > 0)
    printIfTerminal(
      `${count === 0 || oneline ? '' : '\n'}${leftOut} more, of what the client only counts and remembers for itself: pclaudectl log --all`,
    );
}

/**
 * Calls `act` for each wanted entry, as long as a reader takes the output. Returns how many entries these were, and how many were left out
 * among them. Throws `no-such-session` or `no-such-entry` if no entry is wanted, and the filter names an unknown session or file.
 */
async function eachWanted(
  { stateDir, shared, filter, most }: Listing,
  act: (entry: LogEntry, files: readonly LoggedFile[], index: number) => void,
): Promise<{ readonly count: number; readonly leftOut: number }> {
  let [count, leftOut] = [0, 0];
  if (most === 0) return { count, leftOut };
  for (const entry of readLog(realFiles, logOf(stateDir, shared), [filter.session ?? ''])) {
    const files = wantedOf(entry, shared, filter);
    if (files.length === 0) {
      if (isLeftOut(entry, filter)) leftOut += 1;
      continue;
    }
    act(entry, files, count);
    count += 1;
    if (count === most || !(await isHeard())) return { count, leftOut };
  }
  if (count === 0) refuseUnknown(stateDir, shared, filter);
  return { count, leftOut };
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It takes a whole number.');
  return Number(text);
}
