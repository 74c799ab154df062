import { Command } from 'commander';
import { basename } from 'node:path';
import { loadStoreHere } from '../session/session.js';
import { bringBack, keepAsItIs, keptVersions } from '../sync/by-hand/restore-good.js';
import { realFiles } from '../system/files/real-files.js';
import { age } from '../system/text.js';
import { print, printIfTerminal, printJson } from './output.js';
import { shown } from './shown.js';

interface Options {
  readonly keep?: true;
  readonly json?: true;
}

/** `pclaudectl restore` */
export function restoreCommand(environment: NodeJS.ProcessEnv): Command {
  return new Command('restore')
    .description('bring back the last good version of settings, the state file or the login; without a file: list what is kept')
    .argument('[file]', 'settings.json, .claude.json or .credentials.json; a path to it will do')
    .option('--keep', 'leave the file as it is: what it has lost was meant to go')
    .option('--json', 'without a file: as a JSON array')
    .action(async (file: string | undefined, { keep, json }: Options, command: Command) => {
      const store = await loadStoreHere(environment);
      if (file === undefined && keep === true) command.error('error: --keep goes with a file');
      if (file !== undefined && keep === true) return print(`${shown(keepAsItIs(realFiles, store, basename(file)))} stays as it is\n`);
      if (file !== undefined) return print(`${restored(await bringBack(realFiles, store, basename(file)))}\n`);
      const found = keptVersions(realFiles, store);
      if (json === true) printJson(found.map(({ name, path, at }) => ({ name, path, at: new Date(at).toISOString() })));
      else for (const { path, at } of found) print(`${shown(path)}  ${age(at, Date.now())} ago\n`);
      if (json !== true && found.length === 0) printIfTerminal('no last good version is kept yet');
    });
}

function restored(done: Awaited<ReturnType<typeof bringBack>>): string {
  if (done.state === 'unchanged') return `${shown(done.path)} has all of its last good version`;
  return `restored ${shown(done.path)}${done.before === null ? '' : `; what it held is kept as ${shown(done.before)}`}`;
}
