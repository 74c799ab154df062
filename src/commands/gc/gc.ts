import { Command } from 'commander';
import { basename, dirname } from 'node:path';
import { loadConfig } from '../../config/config.js';
import { isHeld } from '../../session/locks.js';
import { collectorLockFile, launchesLockFile, sessionPaths, sessionsFolder } from '../../session/paths.js';
import { loadStore } from '../../session/session.js';
import { removeUnfinished, unfinishedSessions } from '../../sync/close/recover-all.js';
import { leftInTrash } from '../../sync/gc/expired.js';
import { forgetOld } from '../../sync/gc/forget.js';
import { pruneLogs } from '../../sync/log/prune.js';
import { UserError } from '../../system/errors.js';
import { realFiles } from '../../system/files/real-files.js';
import { makeFolder } from '../../system/fs/folders.js';
import { sizeBelow } from '../../system/fs/paths.js';
import { tryKernelLock } from '../../system/kernel-lock.js';
import { print, printJson, reportError } from '../output.js';
import { size } from '../shown.js';
import { attemptRemoval, type Collector, type Garbage, type GcScope, jsonOf, lineOf, removableIn } from './garbage.js';
import { collectSessions } from './old-sessions.js';

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
    .action(async ({ dryRun: named, force, json }: Options) => {
      const store = await loadStore(environment);
      const dryRun = named === true || (force !== true && process.stdout.isTTY);
      const scope = { store, now: Date.now(), dryRun };
      if (!dryRun) {
        pruneLogs(store.stateDir, (await loadConfig(environment)).log, scope.now);
        forgetOld(realFiles, store, scope.now, realFiles.list(sessionsFolder(store.stateDir)));
      }
      const garbage = dryRun ? collectGarbage(scope) : underLock(store.stateDir, () => collectGarbage(scope));
      printGarbage(garbage, json === true);
    });
}

/** Two processes that remove the same folder would interfere with each other. */
function underLock(stateDir: string, act: () => Garbage[]): Garbage[] {
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

/** Failures go to standard error, as JSON and as text alike. */
function printGarbage(garbage: readonly Garbage[], json: boolean): void {
  if (json) printJson(garbage.map(jsonOf));
  for (const each of garbage) {
    if (each.outcome.state === 'failed') reportError(lineOf(each));
    else if (!json) print(`${lineOf(each)}\n`);
  }
  if (json) return;
  const { count, bytes } = removableIn(garbage);
  if (count > 0) print(`${size(bytes)} in all: pclaudectl gc --force removes them\n`);
  else if (garbage.every(({ outcome }) => outcome.state === 'kept')) print('nothing to remove\n');
}

/** Collects the remains of killed removals. */
const collectTrash: Collector = ({ store, dryRun }) =>
  leftInTrash(realFiles, store.stateDir).flatMap((path) => {
    const [id, bytes] = [basename(path), sizeBelow(path)];
    const outcome = attemptRemoval(() => {
      if (!dryRun) realFiles.removeFolder(path);
      return { state: dryRun ? 'removable' : 'removed' };
    });
    return outcome ? [{ name: `the rest of session ${id}`, facts: { kind: 'trash', id }, bytes, outcome }] : [];
  });

/** Collects the remains of launches that were killed while they created a session. Does nothing while any launch creates a session. */
const collectUnfinished: Collector = ({ store: { stateDir }, dryRun }) => {
  if (isHeld(launchesLockFile(stateDir), 'shared')) return [];
  return unfinishedSessions(realFiles, stateDir).flatMap((id) => {
    const bytes = sizeBelow(sessionPaths(stateDir, id).root);
    const outcome = attemptRemoval(() => {
      if (dryRun) return { state: 'removable' };
      return removeUnfinished(realFiles, stateDir, [id]).length > 0 ? { state: 'removed' } : undefined;
    });
    return outcome ? [{ name: `session ${id}, which was never finished`, facts: { kind: 'unfinished', id }, bytes, outcome }] : [];
  });
};

/** All kinds of garbage, in the order in which they are collected. */
const COLLECTORS: readonly Collector[] = [collectTrash, collectUnfinished, collectSessions];

/** Finds everything that is old enough, and removes it unless this is a dry run. */
export function collectGarbage(scope: GcScope): Garbage[] {
  return COLLECTORS.flatMap((collect) => collect(scope));
}
