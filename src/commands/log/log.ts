import { Command, InvalidArgumentError, Option } from 'commander';
import { loadStoreHere, type StoreHere } from '../../session/session.js';
import type { LogEntry, LoggedFile } from '../../sync/log/entry.js';
import { readLog } from '../../sync/log/log.js';
import { UserError } from '../../system/errors.js';
import { realFiles } from '../../system/files/real-files.js';
import { hasReader, paged, print, printIfTerminal, printJson, terminalWidth } from '../output.js';
import { coloured } from '../patch.js';
import { shown } from '../shown.js';
import { changeText, entryJson, entryLine, entryLines, fileJson, titleOf } from './lines.js';
import {
  contentsOf,
  entryNamed,
  isLeftOut,
  type LogFilter,
  logOf,
  onlyChange,
  refuseUnknown,
  type Version,
  VERSIONS,
  wantedOf,
} from './logged.js';
import { restoreEntryCommand } from './restore-entry.js';

interface LogOptions {
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
    .action(async (file: string | undefined, options: LogOptions) => {
      const listing: Listing = {
        store: await loadStoreHere(environment),
        filter: { all: options.all === true, file, session: options.session },
        most: options.maxCount ?? Number.POSITIVE_INFINITY,
      };
      if (options.json === true) await printAsJson(listing);
      else await paged(environment, command, async () => printLines(listing, options.oneline === true));
    });
  return command.addCommand(showCommand(environment)).addCommand(restoreEntryCommand(environment));
}

/** Which entries to list. */
interface Listing {
  readonly store: StoreHere;
  readonly filter: LogFilter;
  /** The maximum number of entries. */
  readonly most: number;
}

async function printAsJson(listing: Listing): Promise<void> {
  const entries: object[] = [];
  await eachWanted(listing, (entry, files) => void entries.push(entryJson(entry, files.map(fileJson))));
  printJson(entries);
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
  { store, filter, most }: Listing,
  act: (entry: LogEntry, files: readonly LoggedFile[], index: number) => void,
): Promise<{ readonly count: number; readonly leftOut: number }> {
  let [count, leftOut] = [0, 0];
  if (most === 0) return { count, leftOut };
  for (const entry of readLog(realFiles, logOf(store), [filter.session ?? ''])) {
    const files = wantedOf(entry, store.shared, filter);
    if (files.length === 0) {
      if (isLeftOut(entry, filter)) leftOut += 1;
      continue;
    }
    act(entry, files, count);
    count += 1;
    if (count === most || !(await hasReader())) return { count, leftOut };
  }
  if (count === 0) refuseUnknown(store, filter);
  return { count, leftOut };
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It takes a whole number.');
  return Number(text);
}

type ShowOptions = { readonly [version in Version | 'json']?: true };

/** `pclaudectl log show` */
function showCommand(environment: NodeJS.ProcessEnv): Command {
  const command: Command = new Command('show')
    .description('show what an entry of the log changed; of files that may hold secrets only the names of keys')
    .argument('<entry>', 'its id as `pclaudectl log` shows it, or the start of one')
    .argument('[file]', 'only this file; the end of its path will do')
    .addOption(new Option('--before', 'print the file as it was before').conflicts(['after', 'base', 'json']))
    .addOption(new Option('--after', 'print the file as it was afterwards').conflicts(['base', 'json']))
    .addOption(new Option('--base', 'print the file as it was when the session began, or last read it').conflicts('json'))
    .option('--json', 'as a JSON object, with the texts')
    .action(async (id: string, file: string | undefined, options: ShowOptions) => {
      const { entry, changes } = entryNamed(await loadStoreHere(environment), id, file);
      const version = VERSIONS.find((each) => options[each] === true);
      if (version !== undefined) print(rawContent(onlyChange(entry, changes), version));
      else if (options.json === true)
        printJson(
          entryJson(
            entry,
            changes.map((change) => ({ ...fileJson(change), ...contentJson(change) })),
          ),
        );
      else
        await paged(environment, command, async () =>
          print([titleOf(entry, Date.now()), ...changes.map((change) => coloured(changeText(change)))].join('')),
        );
    });
  return command;
}

function rawContent(change: LoggedFile, version: Version): Uint8Array {
  const content = contentsOf(change)[version];
  if (content !== null) return content;
  throw new UserError('no-such-entry', `there was no ${shown(change.target)} then`, 'print another version of it');
}

/** Contents as text, as `{ "base64": … }` if they are not text, or null if there was no file. */
function contentJson({ content }: LoggedFile): object {
  if (!content.kept) return {};
  const { before, after, base = before } = content;
  return { before, after, base };
}
