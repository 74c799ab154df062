import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { driverFor } from '../../merge/driver.js';
import { merge } from '../../merge/merge.js';
import { findRepository } from '../../system/git/repository.js';
import { writeAtomic } from '../../system/fs/atomic-write.js';
import { sessionHere } from '../../session/here.js';
import { placeOfCopy } from '../../sync/apply/conflict-copy.js';
import { conflictPolicy } from '../../sync/apply/conflict-policy.js';
import { realFiles } from '../../system/files/real-files.js';
import { rewrite } from './replace.js';
import { type Desk, type Writing, whileWriting } from './writing.js';

/** What a writer makes of a file. */
export interface Revision {
  /** What the writer had read; null: there was no file. */
  readonly base: Uint8Array | null;
  readonly ours: Uint8Array;
}

export type FileMerge =
  | { readonly outcome: 'unchanged' | 'written' }
  /** The file stands as it is. `copy`: where ours is kept, beside it; null for a file that may hold secrets: nowhere. */
  | { readonly outcome: 'conflict'; readonly copy: string | null };

/**
 * Merges a revision into a file as it is now, as a session would: by the driver for its place in the shared dir, or elsewhere
 * for its name. Throws what `whileWriting` throws, and leaves the old file then, whole.
 */
export async function mergeIntoFile(desk: Desk, name: string, { base, ours }: Revision): Promise<FileMerge> {
  return whileWriting(desk, name, (writing) => {
    const { path } = writing.target;
    // Patterns that begin with a slash are of the shared dir, and no path outside it fits them.
    const place = writing.shared?.place ?? path.slice(1);
    const result = rewrite(desk.stateDir, path, (theirs) => {
      const told = merge({ base, ours, theirs }, driverFor(desk.layout.drivers, place, base, ours, theirs));
      return { content: told.outcome === 'write' ? told.content : null, told };
    });
    if (result.outcome === 'conflict') return { outcome: 'conflict', copy: keepCopy(desk, writing, ours) };
    return { outcome: result.outcome === 'write' ? 'written' : 'unchanged' };
  });
}

/** Where it was kept already it is not kept twice. */
function keepCopy({ stateDir, environment, layout }: Desk, { target: { path }, shared }: Writing, ours: Uint8Array): string | null {
  const here = sessionHere(environment, stateDir)?.manifest;
  const owner = here ?? { id: idOf(ours), branch: findRepository(dirname(path))?.branch ?? null };
  const policy = conflictPolicy(layout, shared?.place ?? path, owner);
  if (policy.keep !== 'copy') return null;
  const { path: copy, present } = placeOfCopy(realFiles, { target: path, obstacle: path }, ours, policy);
  if (!present) writeAtomic(copy, ours);
  return copy;
}

/** In the shape of a session's id, by which conflict copies are recognised. */
function idOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 10);
}
