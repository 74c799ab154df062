import { dirname } from 'node:path';
import { driverFor } from '../../merge/driver-for.js';
import { merge } from '../../merge/merge.js';
import { sessionHere } from '../../session/session.js';
import { conflictPolicy, placeOfCopy } from '../../sync/apply/conflict-copy.js';
import { realFiles } from '../../system/files/real-files.js';
import { writeAtomic } from '../../system/fs/atomic-write.js';
import { findRepository } from '../../system/git/repository.js';
import { hashOf } from '../../system/hash.js';
import { overwrite, rewrite } from './replace.js';
import { whileWriting, type WriteContext, type Writing } from './writing.js';

/** Replaces the content of a file, or creates it. Throws the errors of `whileWriting`, and leaves the old file whole in that case. */
export async function writeFile(context: WriteContext, name: string, content: Uint8Array): Promise<void> {
  await whileWriting(context, name, ({ target }) => overwrite(context.stateDir, target.path, content));
}

/**
 * Appends content to a file, or creates it. If the last line of the file has no line end, adds one first, so that the appended lines stay
 * separate. Throws the errors of `writeFile`.
 */
export async function appendToFile(context: WriteContext, name: string, content: Uint8Array): Promise<void> {
  await whileWriting(context, name, ({ target: { path } }) => {
    rewrite(context.stateDir, path, (current) => ({ content: appended(current, content), result: undefined }));
  });
}

const NEWLINE = 0x0a;

function appended(current: Uint8Array | null, content: Uint8Array): Uint8Array {
  if (current === null || current.length === 0) return content;
  if (content.length === 0 || current.at(-1) === NEWLINE) return Buffer.concat([current, content]);
  return Buffer.concat([current, Uint8Array.of(NEWLINE), content]);
}

/** A writer's change to a file. */
interface Revision {
  /** The content that the writer has read; null if there was no file. */
  readonly base: Uint8Array | null;
  readonly ours: Uint8Array;
}

type FileMerge =
  | { readonly outcome: 'unchanged' | 'written' }
  /**
   * The file is unchanged. `copy`: the path of the conflict copy with ours, beside the file; null if none was kept, because the file may
   * contain secrets.
   */
  | { readonly outcome: 'conflict'; readonly copy: string | null };

/**
 * Merges a revision into the current file as a session would: by the driver for its path in the shared dir or, for a file outside it, for
 * its name. Throws the errors of `whileWriting`, and leaves the old file whole in that case.
 */
export async function mergeIntoFile(context: WriteContext, name: string, { base, ours }: Revision): Promise<FileMerge> {
  return whileWriting(context, name, (writing) => {
    const { path } = writing.target;
    // A pattern with a leading slash is relative to the shared dir, and matches no path outside it.
    const place = writing.shared?.place ?? path.slice(1);
    const result = rewrite(context.stateDir, path, (theirs) => {
      const merged = merge({ base, ours, theirs }, driverFor(context.layout.drivers, place, base, ours, theirs));
      return { content: merged.outcome === 'write' ? merged.content : null, result: merged };
    });
    if (result.outcome === 'conflict') return { outcome: 'conflict', copy: keepCopy(context, writing, ours) };
    return { outcome: result.outcome === 'write' ? 'written' : 'unchanged' };
  });
}

/** Keeps a conflict copy, unless a copy with the same content is already there. */
function keepCopy({ stateDir, environment, layout }: WriteContext, { target: { path }, shared }: Writing, ours: Uint8Array): string | null {
  const here = sessionHere(environment, stateDir)?.manifest;
  const owner = here ?? { id: idOf(ours), branch: findRepository(dirname(path))?.branch ?? null };
  const policy = conflictPolicy(layout, shared?.place ?? path, owner);
  if (policy.keep !== 'copy') return null;
  const { path: copy, present } = placeOfCopy(realFiles, { target: path, obstacle: path }, ours, policy);
  if (!present) writeAtomic(copy, ours);
  return copy;
}

/** Returns an id in the form of a session's id, which identifies conflict copies. */
function idOf(content: Uint8Array): string {
  return hashOf(content, 10);
}
