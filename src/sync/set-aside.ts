import { driverFor } from '../merge/merge.js';
import type { Files } from './files.js';

/**
 * Renames a shared JSON file that does not parse, when the session's version of it does, so that the file is built
 * anew from what the session knows. Returns the new name, in a list; the content is kept, whatever it is.
 */
export function setAsideIfBroken(files: Files, ours: string, shared: string): string[] {
  if (!shared.endsWith('.json')) return [];
  const target = files.realPath(shared);
  const theirs = files.read(target);
  if (theirs === null || driverFor(target, theirs).kind === 'json') return [];
  const mine = files.read(ours);
  if (mine === null || driverFor(ours, mine).kind !== 'json') return [];
  const aside = `${target}.corrupt.${new Date().toISOString().replaceAll(':', '-')}`;
  files.rename(target, aside);
  return [aside];
}
