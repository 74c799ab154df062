import { UserError } from '../../system/errors.js';
import { shorten } from '../../system/shorten.js';
import type { NoPlace } from './why-full.js';

/** The message and the name of the program fit in a line of 80 characters. */
const WIDTH = 71;

/** The message while a launch waits for a place. */
export function waitingWords(none: NoPlace): string {
  if (none.state === 'busy') return 'waiting for another pclaude that is starting; Ctrl-C gives up';
  const { full, who } = none;
  if (full.why === 'memory') return `waiting for memory: ${full.freeMiB} of ${full.limit} MiB are free; Ctrl-C gives up`;
  const [start, end] = [`waiting for one of ${full.live} sessions to end (`, '); Ctrl-C gives up'];
  return `${start}${shorten(who.join(', '), WIDTH - start.length - end.length)}${end}`;
}

/** The error of a launch that may not wait. */
export function failureOf(none: NoPlace): UserError {
  return new UserError('limit-reached', reasonOf(none), wayOutOf(none));
}

function reasonOf(none: NoPlace): string {
  if (none.state === 'busy') return 'another pclaude has been starting for a long time';
  const { full } = none;
  if (full.why === 'memory') return `${full.freeMiB} MiB of memory are free, and limits.freeMemoryMiB asks for ${full.limit}`;
  return `${full.live} sessions run, and limits.sessions allows ${full.limit}`;
}

function wayOutOf(none: NoPlace): string {
  if (none.state === 'busy') return 'try again later';
  return `end one (pclaudectl sessions lists them), or ${none.full.why === 'memory' ? 'lower limits.freeMemoryMiB' : 'raise the limit: PCLAUDE_LIMIT_SESSIONS'}`;
}
