import { dirname, join } from 'node:path';
import { realpathSync } from 'node:fs';
import { Command } from 'commander';
import { finding, type DoctorContext } from './check.js';
import { type Examined, examine } from './examine.js';
import { loadConfig } from '../../config/config.js';
import { currentFolder } from '../../system/process/current-folder.js';
import { isUserError } from '../../system/errors.js';
import { systemErrorLine } from '../../system/report-failure.js';
import { realFiles } from '../../system/files/real-files.js';
import { fixHomePaths } from '../../sync/conflicts/fix-paths.js';
import { loadStore, sharedFromHere } from '../../session/from-environment.js';
import { doctorJson, doctorText } from './lines.js';
import { hasColors, print, printJson } from '../output.js';

interface Options {
  readonly verbose?: true;
  readonly fix?: true;
  readonly json?: true;
}

/** `pclaudectl doctor`. `program` is the path by which this script was started. */
export function doctorCommand(environment: NodeJS.ProcessEnv, program: string): Command {
  return new Command('doctor')
    .description(
      'look for what is wrong with the client, the shared dir and the sessions, and say what to do; changes nothing without --fix',
    )
    .option('-v, --verbose', 'also what is well')
    .option('--fix', 'first write the shared paths into shared files that name homes of sessions')
    .option('--json', 'as JSON')
    .action(async ({ verbose, fix, json }: Options) => {
      const found = await look(environment, program, fix === true);
      if (json === true) printJson(doctorJson(found));
      else
        print(
          doctorText(found, {
            all: verbose === true,
            colors: hasColors(),
            columns: process.stdout.isTTY ? process.stdout.columns : undefined,
          }),
        );
      if (found.some(({ level }) => level === 'warning' || level === 'error')) process.exitCode = 1;
    });
}

/** If the config cannot be read, that is the only finding. */
async function look(environment: NodeJS.ProcessEnv, program: string, fix: boolean): Promise<Examined[]> {
  try {
    const world = await worldFrom(environment, program);
    const fixed = fix ? await fixAll(world) : [];
    return [...fixed, ...(await examine(world))];
  } catch (error) {
    if (!isUserError(error)) throw error;
    return [{ check: 'config', ...finding('error', error.message, error.hint) }];
  }
}

/** Without a state dir there are no homes. */
async function fixAll(world: DoctorContext): Promise<Examined[]> {
  if (realFiles.kind(realFiles.realPath(world.stateDir)) !== 'folder') return [];
  try {
    const fixed = await fixHomePaths(realFiles, world);
    return fixed.map((path) => ({
      check: 'session-paths',
      ...finding('note', 'named homes of sessions; it names the shared dir now', null, { path }),
    }));
  } catch (error) {
    const line = isUserError(error) ? error.message : systemErrorLine(error);
    if (line === undefined) throw error;
    return [
      {
        check: 'session-paths',
        ...finding('error', `cannot be fixed: ${line}`, isUserError(error) ? error.hint : 'correct that, and try again'),
      },
    ];
  }
}

async function worldFrom(environment: NodeJS.ProcessEnv, program: string): Promise<DoctorContext> {
  const shared = sharedFromHere(environment);
  return {
    ...(await loadStore(environment)),
    environment,
    cwd: currentFolder() ?? '/',
    // The launcher is beside this script. `findClient` accepts neither of them as the client.
    program: join(dirname(realpathSync.native(program)), 'pclaude.js'),
    config: await loadConfig(environment),
    shared,
    now: Date.now(),
  };
}
