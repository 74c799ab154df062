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
  // By the name that the client knows: behind a link of the user's a file may be called anything.
  if (theirs === null || parses(shared, theirs)) return [];
  const mine = files.read(ours);
  if (mine === null || !parses(ours, mine)) return [];
  const aside = `${target}.corrupt.${new Date().toISOString().replaceAll(':', '-')}`;
  files.rename(target, aside);
  return [aside];
}

/** A file without content is what a full disk leaves; the merge drivers take it for JSON that says nothing, the client does not. */
function parses(path: string, content: Uint8Array): boolean {
  return Buffer.from(content).toString('utf8').trim() !== '' && driverFor(path, content).kind === 'json';
}
