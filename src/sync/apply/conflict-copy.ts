import { basename, dirname, join, relative } from 'node:path';
import { isSecret, type Layout } from '../../config/layout.js';
import { conflictName, linkTarget, pointerLine } from '../../merge/conflict-name.js';
import { sameBytes } from '../../system/content.js';
import { type Files, findObstacle } from '../../system/files/files.js';
import type { ConflictPolicy, MergeCandidate } from '../change.js';
import type { Merger } from '../merger.js';
import type { JournaledEdit } from './intent.js';

/** Whose version a conflict copy is. */
interface Owner {
  /** Of the session. */
  readonly id: string;
  readonly branch: string | null;
}

/** For a file that may have a second version beside it. */
export function keepingCopy({ id, branch }: Owner): ConflictPolicy {
  return { keep: 'copy', branch: branch ?? 'detached', id };
}

/** For any file, by its path in the shared dir. */
export function conflictPolicy(layout: Layout, place: string, owner: Owner): ConflictPolicy {
  return isSecret(layout, place) ? { keep: 'session' } : keepingCopy(owner);
}

/** Where a conflict copy is to be kept. */
export interface CopySpot {
  /** The shared file. */
  readonly target: string;
  /** What the conflict copy is named after: the file itself, or the file that is in the way of one of its folders. */
  readonly obstacle: string;
}

/**
 * The path at which a session's version of a file is kept beside it, and whether it is there already: the same version is kept only
 * once, however often a sync is repeated.
 */
export function placeOfCopy(
  files: Files,
  { target, obstacle }: CopySpot,
  copy: Uint8Array,
  { branch, id }: Extract<ConflictPolicy, { keep: 'copy' }>,
): { path: string; present: boolean } {
  for (let number = 1; ; number++) {
    const name = conflictName(basename(obstacle), branch, number === 1 ? id : `${id}-${number}`);
    const path = join(dirname(obstacle), name, relative(obstacle, target));
    if (findObstacle(files, path) !== undefined) continue;
    const present = files.read(path);
    if (present === null) return { path, present: false };
    if (sameBytes(present, copy)) return { path, present: true };
  }
}

const INDEX = 'MEMORY.md';

/**
 * Adds a line to the index of a memory folder that mentions a conflict copy, so that the model of the next session can combine the two
 * versions. Null when there is no copy, or when the index mentions it already.
 */
export function pointerCandidate(merger: Merger, { place, outcome, memoryFolder }: JournaledEdit): MergeCandidate | null {
  if (memoryFolder === null || outcome.outcome !== 'conflict' || outcome.copy === null) return null;
  const copy = relative(memoryFolder, outcome.copy);
  const present = readIndex(merger.files, memoryFolder);
  if (present.includes(mention(copy))) return null;
  const separator = present === '' || present.endsWith('\n') ? '' : '\n';
  // Without the `memory/` that reports put before it.
  const note = relative('memory', place);
  return indexCandidate(merger, memoryFolder, present, `${present}${separator}${pointerLine(note, copy, merger.branch ?? 'detached')}\n`);
}

/** Removes the lines that mention a conflict copy, no matter who wrote them. Null when there are none. */
export function pointerRemoval(merger: Merger, memoryFolder: string, copy: string): MergeCandidate | null {
  const present = readIndex(merger.files, memoryFolder);
  const kept = present.split(/(?<=\n)/).filter((line) => !line.includes(mention(copy)));
  return kept.join('') === present ? null : indexCandidate(merger, memoryFolder, present, kept.join(''));
}

function mention(copy: string): string {
  return `(${linkTarget(copy)})`;
}

function readIndex(files: Files, folder: string): string {
  return Buffer.from(files.read(join(folder, INDEX)) ?? '').toString('utf8');
}

function indexCandidate({ drivers, branch, id }: Merger, folder: string, present: string, next: string): MergeCandidate {
  const base = present === '' ? null : Buffer.from(present);
  return {
    change: { place: join('memory', INDEX), target: join(folder, INDEX), base, ours: Buffer.from(next) },
    policy: { drivers, conflict: keepingCopy({ id, branch }) },
  };
}
