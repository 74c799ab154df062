import { Command, InvalidArgumentError } from 'commander';
import { readLog } from '../log/read.js';
import { realFiles } from '../sync/files.js';
import { loadStore, sharedFromHere } from './context.js';
import { entryJson, entryLines, fileJson } from './log-lines.js';
import { restoreCommand } from './log-restore.js';
import { showCommand } from './log-show.js';
import { changesAround, logOf } from './logged.js';
import { isHeard, print, printJson } from './output.js';

interface Options {
  readonly maxCount?: number;
  readonly session?: string;
  readonly json?: true;
}

/** `pclaudectl log` */
export function logCommand(environment: NodeJS.ProcessEnv): Command {
  const command = new Command('log')
    .description('list what was merged into the shared dir, the newest first')
    .argument('[file]', 'only what was done to this file; the end of its path will do')
    .option('-n, --max-count <number>', 'at most so many entries', wholeNumber)
    .option('--session <id>', 'only what this session merged; the start of its id will do')
    .option('--json', 'as a JSON array, without the texts')
    .action(async (file: string | undefined, { maxCount = Number.POSITIVE_INFINITY, session = '', json }: Options) => {
      const { stateDir } = await loadStore(environment);
      const shared = sharedFromHere(environment);
      const all: object[] = [];
      let count = 0;
      for (const entry of maxCount === 0 ? [] : readLog(realFiles, logOf(stateDir, shared), [session])) {
        const files = entry.session.startsWith(session) ? changesAround(entry, shared, file) : [];
        if (files.length === 0) continue;
        if (json === true) all.push(entryJson(entry, files.map(fileJson)));
        else print(`${count === 0 ? '' : '\n'}${entryLines(entry, files, Date.now())}`);
        count += 1;
        if (count === maxCount || !(await isHeard())) break;
      }
      if (json === true) printJson(all);
    });
  return command.addCommand(showCommand(environment)).addCommand(restoreCommand(environment));
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It takes a whole number.');
  return Number(text);
}
