import type { Config } from '../config/config.js';
import { freeMemory } from '../system/free-memory.js';
import type { KernelLock } from '../system/kernel-lock.js';
import { report } from '../system/report.js';
import type { Verbosity } from './verbosity.js';

/** The memory of a client after its first answers, with its launcher, in MiB; docs/sessions.md says how it was measured. */
const SESSION_MIB = 300;

/**
 * Reserves a place for the session to be created, when places are limited. The caller releases it once the session exists. Warns when the
 * machine lacks memory for another session. May wait. Throws `limit-reached`.
 */
export async function holdPlace({ stateDir, limits }: Config, voice: Verbosity): Promise<KernelLock | undefined> {
  const { sessions, freeMemoryMiB } = limits;
  if (freeMemoryMiB === undefined && voice === 'all') warnIfShort();
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
