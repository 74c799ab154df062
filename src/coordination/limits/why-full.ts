import type { Limits } from '../../config/config.js';

/** Why there is no place for another session. */
export type NoPlace =
  /** `who`: the live sessions, by branch or id. */
  | { readonly state: 'full'; readonly full: Full; readonly who: readonly string[] }
  /** Another process is taking a place. */
  | { readonly state: 'busy' };

export type Full =
  | { readonly why: 'sessions'; readonly live: number; readonly limit: number }
  | { readonly why: 'memory'; readonly freeMiB: number; readonly limit: number };

const MEBIBYTE = 1024 * 1024;

/** Returns undefined when there is a place. `live`: the number of live sessions; `free`: the free memory in bytes. */
export function whyFull({ sessions, freeMemoryMiB }: Limits, live: number, free: number): Full | undefined {
  if (sessions !== undefined && live >= sessions) return { why: 'sessions', live, limit: sessions };
  const freeMiB = Math.floor(free / MEBIBYTE);
  if (freeMemoryMiB !== undefined && freeMiB < freeMemoryMiB) return { why: 'memory', freeMiB, limit: freeMemoryMiB };
  return undefined;
}
