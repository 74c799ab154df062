import { join } from 'node:path';
import { sharedPath } from '../layout/shared-dir.js';
import { type DriverRow, driverFor } from '../merge/driver.js';
import { readPlain } from './base.js';
import type { HomeSession } from './changes.js';
import type { Files } from './files.js';

/**
 * Renames a shared JSON file that does not parse, when the session's version of it does, so that the file is built
 * anew from what the session knows. Returns the new name, in a list; the content is kept, whatever it is.
 */
export function setAsideIfBroken(files: Files, drivers: readonly DriverRow[], session: HomeSession, name: string): string[] {
  // By the name that the client knows: behind a link of the user's a file may be called anything.
  if (driverFor(drivers, name).kind !== 'json') return [];
  const target = files.realPath(sharedPath(session.shared, name));
  const theirs = files.read(target);
  const parses = (content: Uint8Array): boolean => hasText(content) && driverFor(drivers, name, content).kind === 'json';
  if (theirs === null || parses(theirs)) return [];
  const ours = readPlain(files, join(session.home, name));
  if (ours === null || !parses(ours)) return [];
  const aside = `${target}.corrupt.${new Date().toISOString().replaceAll(':', '-')}`;
  files.rename(target, aside);
  return [aside];
}

/** A file without content is what a full disk leaves; the merge drivers take it for JSON that says nothing, the client does not. */
function hasText(content: Uint8Array): boolean {
  return Buffer.from(content).toString('utf8').trim() !== '';
}
