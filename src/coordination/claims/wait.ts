import { claim, type ClaimOutcome } from './claims.js';
import { watchFolder } from './changes.js';
import type { HeldClaim, Holder } from './lease.js';
import { claimsFolder } from './store.js';

/** Nothing tells us of the death of a process that is not our child. */
const LOOK_EVERY_MS = 200;

/** After that a person wonders. */
const LONG_MS = 2_000;

export interface ClaimWait {
  /** In milliseconds. */
  readonly timeout: number;
  /** Called once, with what is waited for. */
  readonly onLong: (claim: HeldClaim) => void;
}

/**
 * Claims paths as soon as they are free; `refused` when the time is up. Nothing is held meanwhile. What is released is noticed
 * at once, the death of a holder within a quarter of a second. Throws what `claim` throws.
 */
export async function waitForClaim(stateDir: string, holder: Holder, paths: readonly string[], wait: ClaimWait): Promise<ClaimOutcome> {
  const { timeout, onLong } = wait;
  const start = performance.now();
  const atOnce = await claim(stateDir, holder, paths);
  if (atOnce.state === 'granted' || timeout <= 0) return atOnce;
  const changes = watchFolder(claimsFolder(stateDir));
  let told = false;
  try {
    for (;;) {
      changes.forget();
      const outcome = await claim(stateDir, holder, paths);
      const waited = performance.now() - start;
      if (outcome.state === 'granted' || waited >= timeout) return outcome;
      if (waited >= LONG_MS && !told) {
        told = true;
        onLong(outcome.inTheWay[0]);
      }
      await changes.within(Math.min(LOOK_EVERY_MS, timeout - waited));
    }
  } finally {
    changes.close();
  }
}
