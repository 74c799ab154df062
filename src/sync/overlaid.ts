import { join } from 'node:path';
import type { Manifest } from '../session/manifest.js';
import type { SessionPaths } from '../session/paths.js';

/** Shared files that shell commands write through private copies: a folder for each call, merged when the call has ended. */
export interface Overlaid {
  readonly kind: 'memory' | 'config';
  /** The shared folder. */
  readonly folder: string;
  readonly session: { readonly id: string; readonly branch: string | null };
  /** Below it nothing is a link that we follow. */
  readonly root: string;
  /** The copies of all calls. */
  readonly copies: string;
  /** Where in the folder of a call its copies stand: the client treats files below a `.claude` as it does those in `~/.claude`. */
  readonly inner: string;
  /** What each copy started from, at the same places. */
  readonly bases: string;
  /** What is known of each call. */
  readonly calls: string;
}

interface Parts {
  readonly paths: SessionPaths;
  readonly manifest: Pick<Manifest, 'branch' | 'shared' | 'memoryFolder' | 'sync'>;
}

/** The memory of a session; null where the client keeps it elsewhere, or the session holds it back. */
function overlaidMemory({ paths, manifest: { branch, memoryFolder, sync } }: Parts): Overlaid | null {
  if (memoryFolder === null || sync === 'exit') return null;
  const { id, root, memory, memoryBase, memoryCalls } = paths;
  return { kind: 'memory', folder: memoryFolder, session: { id, branch }, root, copies: memory, inner: '', bases: memoryBase, calls: memoryCalls };
}

/** What a session's commands write to the shared dir itself. */
function overlaidConfig({ paths, manifest: { branch, shared } }: Parts): Overlaid {
  const { id, root, upper, upperBase, upperCalls } = paths;
  return { kind: 'config', folder: shared.dir, session: { id, branch }, root, copies: upper, inner: '.claude', bases: upperBase, calls: upperCalls };
}

/** All of a session. */
export function overlaidTrees(parts: Parts): Overlaid[] {
  return [overlaidMemory(parts), overlaidConfig(parts)].filter((tree) => tree !== null);
}

/** The private folder that stands for the shared one while a call writes. */
export function callRoot({ copies, inner }: Overlaid, call: string): string {
  return join(copies, call, inner);
}

/** How a file is named in reports, and found by the rows of the layout: a memory folder may stand anywhere. */
export function overlaidName({ kind }: Pick<Overlaid, 'kind'>, place: string): string {
  return kind === 'memory' ? memoryPath(place) : place;
}

/** The same for a file of memory. */
export function memoryPath(place: string): string {
  return join('memory', place);
}
