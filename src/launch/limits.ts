import { freeMemory } from '../system/free-memory.js';
import type { KernelLock } from '../system/kernel-lock.js';
import { report } from '../system/report.js';
import type { LaunchContext } from './context.js';

/** The memory of a client after its first answers, with its launcher, in MiB; docs/sessions.md says how it was measured. */
const SESSION_MIB = 300;

/**
 * Reserves one of a limited number of sessions; undefined without a limit. The caller releases the lock once its session exists. Warns when
 * the machine lacks memory for another session. May wait. Throws `limit-reached`.
 */
export async function reserveSession({ config: { limits }, stateDir, verbosity }: LaunchContext): Promise<KernelLock | undefined> {
  const { sessions, freeMemoryMiB } = limits;
  if (freeMemoryMiB === undefined && verbosity === 'normal') warnIfShort();
  if (sessions === undefined && freeMemoryMiB === undefined) return undefined;
  const { waitForLimits } = await import('../coordination/limits.js');
  return waitForLimits(stateDir, limits);
}

/** Warns on Linux only: other systems do not report the available memory, and there the warning would always appear. */
function warnIfShort(): void {
  if (process.platform !== 'linux') return;
  const free = Math.floor(freeMemory() / (1024 * 1024));
  if (free < SESSION_MIB)
    report(`${free} MiB of memory are free, and a session takes about ${SESSION_MIB}: the system may end one; see pclaudectl sessions`);
}
