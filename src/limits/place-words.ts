import { KnownError } from '../platform/errors.js';
import { shorten } from '../platform/shorten.js';
import type { NoPlace } from './room.js';

/** A line of 80 characters holds them, behind the name of the program. */
const WIDTH = 71;

/** What is said while a launch waits for a place. */
export function waitingWords(none: NoPlace): string {
  if (none.state === 'busy') return 'waiting: another pclaude is starting; Ctrl-C cancels';
  const { full, who } = none;
  if (full.why === 'memory') return `waiting: ${full.freeMiB} MiB of memory are free, not ${full.limit}; Ctrl-C cancels`;
  const [start, end] = [`waiting: ${full.live} of ${full.limit} sessions live (`, '); Ctrl-C cancels'];
  return `${start}${shorten(who.join(', '), WIDTH - start.length - end.length)}${end}`;
}

/** Why a launch that may not wait fails. */
export function failureOf(none: NoPlace): KnownError {
  return new KnownError('limit-reached', reasonOf(none), 'try again later, or raise the limit');
}

function reasonOf(none: NoPlace): string {
  if (none.state === 'busy') return 'another pclaude has been starting for a long time';
  const { full } = none;
  if (full.why === 'memory') return `${full.freeMiB} MiB of memory are free, and limits.freeMemoryMiB is ${full.limit}`;
  return `${full.live} of ${full.limit} sessions live (limits.sessions)`;
}
