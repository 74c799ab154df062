import { join } from 'node:path';
import { sharedPath } from '../layout/shared-dir.js';
import { type DriverRow, driverFor } from '../merge/driver.js';
import { readPlain } from './plain.js';
import type { HomeSession } from './changes.js';
import type { Files } from './files.js';
import { putBack, replaceExpected } from './replace.js';

/** Stands in the name of a file that was set aside, before the date. */
export const CORRUPT = '.corrupt.';

/** A name beside a file for a version of it that cannot be used, and must not be lost. */
export function corruptName(path: string): string {
  return `${path}${CORRUPT}${new Date().toISOString().replaceAll(':', '-')}`;
}

/**
 * Copies a shared JSON file that does not parse, when the session's version of it does, and puts what the session
 * started from in its place, into which the session is then merged. Returns the name of the copy, in a list; the
 * content is kept, whatever it is. A crash leaves the file as it was, or built anew, and at worst a copy of it.
 */
export function setAsideIfBroken(files: Files, drivers: readonly DriverRow[], session: HomeSession, name: string): string[] {
  // By the name that the client knows: behind a link of the user's a file may be called anything.
  if (driverFor(drivers, name).kind !== 'json') return [];
  const target = files.realPath(sharedPath(session.shared, name));
  const theirs = files.kind(target) === 'file' ? files.read(target) : null;
  const parses = (content: Uint8Array | null): boolean => content !== null && hasText(content) && driverFor(drivers, name, content).kind === 'json';
  if (theirs === null || parses(theirs) || !parses(readPlain(files, join(session.home, name)))) return [];
  const start = startingPoint(files, join(session.homeBase, name), parses);
  const aside = corruptName(target);
  files.writePrivate(aside, theirs);
  const replaced = replaceExpected(files, target, theirs, start);
  if (replaced.state === 'done') return [aside];
  // Somebody mends it at this very moment.
  if (replaced.state === 'displaced') putBack(files, replaced.aside, target);
  files.remove(aside);
  return [];
}

/** The base; where that is as broken as the shared file was at the launch, an empty one takes its place. */
function startingPoint(files: Files, base: string, parses: (content: Uint8Array | null) => boolean): Uint8Array {
  const content = readPlain(files, base);
  if (content !== null && parses(content)) return content;
  const empty = Buffer.from('{}\n');
  if (content !== null) files.writePrivate(base, empty);
  return empty;
}

/** A file without content is what a full disk leaves; the merge drivers take it for JSON that says nothing, the client does not. */
function hasText(content: Uint8Array): boolean {
  return Buffer.from(content).toString('utf8').trim() !== '';
}
