import { dirname, join } from 'node:path';
import { beginCall } from '../sync/calls.js';
import type { Files } from '../sync/files.js';
import { callRoot, type Overlaid } from '../sync/overlaid.js';
import { findLink } from '../sync/plain.js';
import { lastSeen, remember } from '../sync/seen.js';
import type { FileTool } from './rules.js';

/**
 * Prepares the private copy of a shared file that one tool call is about to write, and returns its path. Each call has
 * a copy of its own: agents of one session write the same file side by side, and the client compares a file with what
 * it knows of that path. A crash leaves a copy that equals its base, which nobody takes for a change. Throws where a link
 * leads out of the session.
 */
export function copyUp(files: Files, tree: Overlaid, tool: FileTool, place: string, call: string): string {
  const base = baseFor(files, tree, tool, place);
  const copy = join(callRoot(tree, call), place);
  const kept = join(tree.bases, call, place);
  for (const path of [copy, kept]) {
    const link = findLink(files, path, tree.root);
    if (link !== undefined) throw new Error(`${link} is a link`);
  }
  beginCall(files, tree, call, place);
  files.makeFolder(dirname(copy));
  if (base !== null) {
    files.writePrivate(kept, base);
    files.writePrivate(copy, base);
  }
  return copy;
}

/**
 * An Edit replaces words in the file as it is now, so that is its base. A Write carries the whole file as the model
 * last saw it; taking a newer base would turn what others added since into lines that this model deleted. (The client
 * compares too, but before the hook runs, and others may write in between.) A file that the model never read in this
 * session, and that was written since it began, is one that it does not know.
 */
function baseFor(files: Files, tree: Overlaid, tool: FileTool, place: string): Uint8Array | null {
  const path = join(tree.folder, place);
  const shared = files.read(path);
  if (shared === null) return null;
  const seen = lastSeen(files, tree, place);
  if (tool === 'Write' && seen === null && (files.modifiedAt(path) ?? 0) > tree.session.startedAt) return null;
  if (seen === null) remember(files, tree, place, shared);
  return tool === 'Write' ? (seen ?? shared) : shared;
}
