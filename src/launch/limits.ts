import { freeMemory } from '../system/free-memory.js';
import type { KernelLock } from '../system/locks/kernel-lock.js';
import type { Config } from '../config/config.js';
import { report } from '../system/report.js';
import type { Verbosity } from './messages/verbosity.js';

/** What a client takes after its first answers, and its launcher with it, in MiB; docs/sessions.md says how that was measured. */
const SESSION_MIB = 300;

/**
 * Takes a place for a session about to be made, where places are limited; it is to be released when the session is there. Warns of a
 * machine that has no memory for one more. May wait; throws `limit-reached`.
 */
export async function holdPlace({ stateDir, limits }: Config, voice: Verbosity): Promise<KernelLock | undefined> {
  const { sessions, freeMemoryMiB } = limits;
  if (freeMemoryMiB === undefined && voice === 'all') warnIfShort();
  if (sessions === undefined && freeMemoryMiB === undefined) return undefined;
  const { takePlace } = await import('../coordination/limits/take-place.js');
  return takePlace(stateDir, limits);
}

/** Only where the system tells what could be had: elsewhere it would be said all the time. */
function warnIfShort(): void {
  if (process.platform !== 'linux') return;
  const free = Math.floor(freeMemory() / (1024 * 1024));
  if (free < SESSION_MIB) report(`${free} MiB of memory are free, and a session takes about ${SESSION_MIB}: the system may end one; see pclaudectl sessions`);
}
