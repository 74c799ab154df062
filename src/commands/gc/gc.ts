import { dirname } from 'node:path';
import { Command } from 'commander';
import { loadConfig } from '../../config/config.js';
import { pruneLogs } from '../../sync/log/prune.js';
import { UserError } from '../../system/errors.js';
import { tryKernelLock } from '../../system/locks/kernel-lock.js';
import { makeFolder } from '../../system/fs/make-folder.js';
import { collectorLockFile, sessionsFolder } from '../../session/paths.js';
import { realFiles } from '../../system/files/real-files.js';
import { forgetOld } from '../../sync/gc/forget.js';
import { loadStore } from '../../session/from-environment.js';
import { complain, print, printJson } from '../output.js';
import { jsonOf, lineOf, size, type Swept } from './sweep.js';
import { sweepAll } from './sweeps.js';

interface Options {
  readonly dryRun?: true;
  readonly force?: true;
  readonly json?: true;
}

/** `pclaudectl gc` */
export function gcCommand(environment: NodeJS.ProcessEnv): Command {
  return new Command('gc')
    .description('remove sessions that were closed longer ago than Claude Code keeps conversations (cleanupPeriodDays)')
    .option('-n, --dry-run', 'show what would go, and remove nothing: so it is on a terminal')
    .option('-f, --force', 'remove it, on a terminal, too')
    .option('--json', 'as a JSON array')
    .action(async ({ dryRun, force, json }: Options) => {
      const store = await loadStore(environment);
      const rehearsal = dryRun === true || (force !== true && process.stdout.isTTY);
      const scope = { store, now: Date.now(), rehearsal };
      if (!rehearsal) {
        pruneLogs(store.stateDir, (await loadConfig(environment)).log, scope.now);
        forgetOld(realFiles, store, scope.now, realFiles.list(sessionsFolder(store.stateDir)));
      }
      const swept = rehearsal ? sweepAll(scope) : underLock(store.stateDir, () => sweepAll(scope));
      if (json === true) printJson(swept.map(jsonOf));
      tell(swept, json === true);
    });
}

/** Two processes that remove the same folder would interfere with each other. */
function underLock(stateDir: string, act: () => Swept[]): Swept[] {
  if (realFiles.kind(stateDir) === null) return [];
  const file = collectorLockFile(stateDir);
  makeFolder(dirname(file));
  const lock = tryKernelLock(file);
  if (!lock) throw new UserError('lock-busy', 'another pclaudectl gc is at work', 'wait until it has ended');
  try {
    return act();
  } finally {
    lock.release();
  }
}

function tell(swept: readonly Swept[], json: boolean): void {
  for (const each of swept) {
    if (each.outcome.state === 'failed') complain(lineOf(each));
    else if (!json) print(`${lineOf(each)}\n`);
  }
  if (json) return;
  const removable = swept.filter(({ outcome }) => outcome.state === 'removable');
  if (removable.length > 0)
    print(`${size(removable.reduce((sum, { bytes }) => sum + bytes, 0))} in all: pclaudectl gc --force removes them\n`);
  else if (swept.every(({ outcome }) => outcome.state === 'kept')) print('nothing to remove\n');
}
