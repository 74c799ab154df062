import { pause } from '../pause.js';

/** The result of a look at one process. */
export type Look =
  | 'wanted'
  | 'other'
  /** It has exited after it was listed. */
  | 'ended'
  /** It is being started, so the answer is not known yet. */
  | 'starting';

/** How often to list processes again: a listed process may start another one and exit before it is looked at. */
const MOST_ROUNDS = 4;

/** How long to wait for processes that are being started. A start takes less than 1 ms; 20 ms were seen on a busy machine with a slow disk. */
const PATIENCE_MS = 250;

/**
 * Whether any process is wanted, though processes start and exit meanwhile. Each process is looked at once, and again while
 * it is being started. A process that takes too long to start counts as wanted.
 */
export function isSomeWanted(list: () => readonly string[], look: (pid: string) => Look): boolean {
  const deadline = performance.now() + PATIENCE_MS;
  const known = new Set<string>();
  for (let round = 1; ; round++) {
    const looks = new Map(list().flatMap((pid) => (known.has(pid) ? [] : [[pid, look(pid)]])));
    const found = new Set(looks.values());
    if (found.has('wanted')) return true;
    if (found.has('starting')) {
      if (performance.now() > deadline) return true;
      pause(1);
    } else if (!found.has('ended') || round >= MOST_ROUNDS) return false;
    for (const [pid, is] of looks) if (is !== 'starting') known.add(pid);
  }
}
