import { type FSWatcher, watch } from 'node:fs';
import { type ClaimOutcome, claimPaths } from './claims.js';
import { claimsFolder, type HeldClaim, type Holder } from './claim-store.js';

/** How often claims are checked, in milliseconds: the system does not report the death of a process that is not a child. */
const CHECK_EVERY_MS = 200;

/** After so many milliseconds, what the program waits for is reported. */
const LONG_MS = 2_000;

interface ClaimWait {
  /** In milliseconds. */
  readonly timeout: number;
  /** Called once, with the claim that is waited for. */
  readonly onLong: (claim: HeldClaim) => void;
}

/**
 * Claims paths as soon as they are free; returns `refused` at the timeout. Holds nothing meanwhile. A release is noticed at once, the death
 * of a holder within a quarter of a second. Throws the errors of `claimPaths`.
 */
export async function waitForClaim(stateDir: string, holder: Holder, paths: readonly string[], wait: ClaimWait): Promise<ClaimOutcome> {
  const { timeout, onLong } = wait;
  const start = performance.now();
  const atOnce = await claimPaths(stateDir, holder, paths);
  if (atOnce.state === 'granted' || timeout <= 0) return atOnce;
  // The loop claims once more before it waits, because the watch does not see a release from before it began.
  const changes = watchFolder(claimsFolder(stateDir));
  let isReported = false;
  try {
    for (;;) {
      changes.forget();
      const outcome = await claimPaths(stateDir, holder, paths);
      const waited = performance.now() - start;
      if (outcome.state === 'granted' || waited >= timeout) return outcome;
      if (waited >= LONG_MS && !isReported) {
        isReported = true;
        onLong(outcome.inTheWay[0]);
      }
      await changes.within(Math.min(CHECK_EVERY_MS, timeout - waited));
    }
  } finally {
    changes.close();
  }
}

/** The changes in a watched folder. */
interface Changes {
  /** Discards the changes until now. */
  readonly forget: () => void;
  /** Resolves at the next change, immediately if there already was one, or after so many milliseconds at the latest. */
  readonly within: (milliseconds: number) => Promise<void>;
  readonly close: () => void;
}

/** Watches a folder. If the folder is missing, or the user has reached the system's limit of watches, no change is ever reported. */
function watchFolder(folder: string): Changes {
  let changed = false;
  let wake: (() => void) | undefined;
  const watcher = tryWatch(folder, () => {
    changed = true;
    wake?.();
  });
  return {
    forget: () => void (changed = false),
    within: async (milliseconds) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, changed ? 0 : milliseconds);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
    close: () => watcher?.close(),
  };
}

function tryWatch(folder: string, onChange: () => void): FSWatcher | undefined {
  try {
    return watch(folder, onChange).on('error', () => {});
  } catch {
    return undefined;
  }
}
