import { UserError } from '../../system/errors.js';
import { processStart } from '../../system/process/process-state.js';
import { sessionHere } from '../../session/here.js';
import { statusOf } from '../../session/list.js';
import { readManifest } from '../../session/manifest.js';
import { sessionPaths } from '../../session/paths.js';
import type { Holder } from './lease.js';

/**
 * Returns the holder for which a program claims: the session in which it was started, if that runs; else its parent process, such as a
 * shell. `pid` names another process instead. Throws `no-such-process`.
 */
export function holderHere(environment: NodeJS.ProcessEnv, stateDir: string, pid?: number): Holder {
  if (pid !== undefined) return processHolder(pid);
  const here = sessionHere(environment, stateDir);
  // A shell may outlive the session that started it. A claim of that session would be free at once.
  if (here === undefined || statusOf(here.manifest, here.paths) !== 'running') return processHolder(process.ppid);
  return { kind: 'session', id: here.manifest.id, branch: here.manifest.branch };
}

function processHolder(pid: number): Holder {
  const start = processStart(pid);
  if (start === undefined)
    throw new UserError('no-such-process', `there is no process ${pid} to claim for`, 'name one that runs, with --pid');
  return { kind: 'process', pid, start };
}

/**
 * Whether the claims of a holder are still valid. A process that is stopped is alive; a session is alive as long as any process of it runs.
 */
export function isAlive(stateDir: string, holder: Holder): boolean {
  if (holder.kind === 'process') return processStart(holder.pid) === holder.start;
  const paths = sessionPaths(stateDir, holder.id);
  const manifest = readManifest(paths.manifest);
  return manifest !== undefined && statusOf(manifest, paths) === 'running';
}
