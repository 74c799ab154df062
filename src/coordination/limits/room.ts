import type { Limits } from '../../config/config.js';

/** Why there is no place for one more session. */
export type NoPlace =
  /** `who`: the live sessions, by branch or id. */
  | { readonly state: 'full'; readonly full: Full; readonly who: readonly string[] }
  /** Somebody else takes a place at this moment. */
  | { readonly state: 'busy' };

export type Full =
  | { readonly why: 'sessions'; readonly live: number; readonly limit: number }
  | { readonly why: 'memory'; readonly freeMiB: number; readonly limit: number };

const MEBIBYTE = 1024 * 1024;

/** Undefined where there is a place. `live`: the sessions that live now; `free`: bytes. */
export function whyFull({ sessions, freeMemoryMiB }: Limits, live: number, free: number): Full | undefined {
  if (sessions !== undefined && live >= sessions) return { why: 'sessions', live, limit: sessions };
  const freeMiB = Math.floor(free / MEBIBYTE);
  if (freeMemoryMiB !== undefined && freeMiB < freeMemoryMiB) return { why: 'memory', freeMiB, limit: freeMemoryMiB };
  return undefined;
}
