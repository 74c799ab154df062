import { pause } from '../pause.js';

/** What a look at a process tells. */
export type Look =
  | 'wanted'
  | 'other'
  /** It has ended since it was listed. */
  | 'ended'
  /** It is being started just now, and cannot be told yet. */
  | 'starting';

/** A process that is listed may start another one and end before we look at it: so often we look for such others. */
const MOST_ROUNDS = 4;

/** To be started takes a process less than a millisecond; on a busy machine with a slow disk it was seen to take 20. */
const PATIENCE_MS = 250;

/**
 * Tells whether a process is wanted, though processes come and go meanwhile: each is looked at once, and again while it is
 * being started. One that takes too long for that counts as wanted.
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
