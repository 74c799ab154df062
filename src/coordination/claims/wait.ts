import { claim, type ClaimOutcome } from './claims.js';
import { watchFolder } from './changes.js';
import type { HeldClaim, Holder } from './lease.js';
import { claimsFolder } from './store.js';

/** How often claims are checked, in milliseconds: the system does not report the death of a process that is not a child. */
const LOOK_EVERY_MS = 200;

/** After so many milliseconds the user is told why the program waits. */
const LONG_MS = 2_000;

export interface ClaimWait {
  /** In milliseconds. */
  readonly timeout: number;
  /** Called once, with the claim that is waited for. */
  readonly onLong: (claim: HeldClaim) => void;
}

/**
 * Claims paths as soon as they are free; returns `refused` at the timeout. Holds nothing meanwhile. A release is noticed at once, the death
 * of a holder within a quarter of a second. Throws the errors of `claim`.
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
