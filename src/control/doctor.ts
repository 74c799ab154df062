import { dirname, join } from 'node:path';
import { realpathSync } from 'node:fs';
import { Command } from 'commander';
import { finding, type World } from '../doctor/check.js';
import { type Examined, examine } from '../doctor/examine.js';
import { loadConfig } from '../launch/config.js';
import { currentFolder } from '../platform/current-folder.js';
import { isKnownError } from '../platform/errors.js';
import { loadStore, sharedFromHere } from './context.js';
import { doctorJson, doctorText } from './doctor-lines.js';
import { hasColors, print, printJson } from './output.js';

interface Options {
  readonly verbose?: true;
  readonly json?: true;
}

/** `pclaudectl doctor`. `program`: our own script, as it was started. */
export function doctorCommand(environment: NodeJS.ProcessEnv, program: string): Command {
  return new Command('doctor')
    .description('look for what is wrong with the client, the shared dir and the sessions, and say what to do; changes nothing')
    .option('-v, --verbose', 'also what is well')
    .option('--json', 'as JSON')
    .action(async ({ verbose, json }: Options) => {
      const found = await look(environment, program);
      if (json === true) printJson(doctorJson(found));
      else print(doctorText(found, { all: verbose === true, colors: hasColors(), columns: process.stdout.isTTY ? process.stdout.columns : undefined }));
      if (found.some(({ level }) => level === 'warning' || level === 'error')) process.exitCode = 1;
    });
}

/** Without a config that can be read nothing else is known. */
async function look(environment: NodeJS.ProcessEnv, program: string): Promise<Examined[]> {
  try {
    return await examine(await worldFrom(environment, program));
  } catch (error) {
    if (!isKnownError(error)) throw error;
    return [{ check: 'config', ...finding('error', error.message, error.wayOut) }];
  }
}

async function worldFrom(environment: NodeJS.ProcessEnv, program: string): Promise<World> {
  const shared = sharedFromHere(environment);
  return {
    ...(await loadStore(environment)),
    environment,
    cwd: currentFolder() ?? '/',
    // The launcher stands beside us: a client that is one of the two is none.
    program: join(dirname(realpathSync.native(program)), 'pclaude.js'),
    config: await loadConfig(environment),
    shared,
    now: Date.now(),
  };
}
