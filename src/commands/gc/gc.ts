import { Command } from 'commander';
import { basename, dirname } from 'node:path';
import { loadConfig } from '../../config/config.js';
import { isHeld } from '../../session/locks.js';
import { collectorLockFile, launchesLockFile, sessionPaths, sessionsFolder } from '../../session/paths.js';
import { loadStore } from '../../session/session.js';
import { removeUnfinished, unfinishedSessions } from '../../sync/close/recover.js';
import { leftInTrash } from '../../sync/gc/expired.js';
import { forgetOld } from '../../sync/gc/forget.js';
import { pruneLogs } from '../../sync/log/prune.js';
import { UserError } from '../../system/errors.js';
import { realFiles } from '../../system/files/real-files.js';
import { makeFolder } from '../../system/fs/folders.js';
import { sizeBelow } from '../../system/fs/paths.js';
import { tryKernelLock } from '../../system/kernel-lock.js';
import { complain, print, printJson } from '../output.js';
import { size } from '../shown.js';
import { sweepSessions } from './sweep-sessions.js';
import { attemptSweep, jsonOf, lineOf, type Sweep, type SweepScope, type Swept } from './sweep.js';

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

/** Collects the remains of killed removals. */
const sweepTrash: Sweep = ({ store, rehearsal }) =>
  leftInTrash(realFiles, store.stateDir).flatMap((path) => {
    const [id, bytes] = [basename(path), sizeBelow(path)];
    const outcome = attemptSweep(() => {
      if (!rehearsal) realFiles.removeFolder(path);
      return { state: rehearsal ? 'removable' : 'removed' };
    });
    return outcome ? [{ name: `the rest of session ${id}`, facts: { kind: 'trash', id }, bytes, outcome }] : [];
  });

/** Collects the remains of launches that were killed while they created a session. Does nothing while any launch creates a session. */
const sweepUnfinished: Sweep = ({ store: { stateDir }, rehearsal }) => {
  if (isHeld(launchesLockFile(stateDir), 'shared')) return [];
  return unfinishedSessions(realFiles, stateDir).flatMap((id) => {
    const bytes = sizeBelow(sessionPaths(stateDir, id).root);
    const outcome = attemptSweep(() => {
      if (rehearsal) return { state: 'removable' };
      return removeUnfinished(realFiles, stateDir, [id]).length > 0 ? { state: 'removed' } : undefined;
    });
    return outcome ? [{ name: `session ${id}, which was never finished`, facts: { kind: 'unfinished', id }, bytes, outcome }] : [];
  });
};

/** All kinds of garbage, in the order in which they are collected. */
const SWEEPS: readonly Sweep[] = [sweepTrash, sweepUnfinished, sweepSessions];

/** Finds everything that is old enough, and removes it unless this is a dry run. */
export function sweepAll(scope: SweepScope): Swept[] {
  return SWEEPS.flatMap((sweep) => sweep(scope));
}
