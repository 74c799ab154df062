import { join, relative } from 'node:path';
import { linkTarget, pointerLine } from '../../merge/conflict-name.js';
import { keepingCopy } from './conflict-policy.js';
import type { Files } from '../../system/files/files.js';
import type { JournaledEdit } from './intent.js';
import type { MergeCandidate } from '../candidate.js';
import type { Merger } from '../merger.js';

const INDEX = 'MEMORY.md';

/**
 * Adds a line to the index of a memory folder that mentions a conflict copy, so that the model of the next session can combine the two
 * versions. Null when there is no copy, or when the index mentions it already.
 */
export function pointerCandidate(files: Files, merger: Merger, { place, pushed, memoryFolder }: JournaledEdit): MergeCandidate | null {
  if (memoryFolder === null || pushed.outcome !== 'conflict' || pushed.copy === null) return null;
  const copy = relative(memoryFolder, pushed.copy);
  const present = readIndex(files, memoryFolder);
  if (present.includes(mention(copy))) return null;
  const separator = present === '' || present.endsWith('\n') ? '' : '\n';
  // Without the `memory/` that reports put before it.
  const note = relative('memory', place);
  return indexItem(merger, memoryFolder, present, `${present}${separator}${pointerLine(note, copy, merger.branch ?? 'detached')}\n`);
}

/** Removes the lines that mention a conflict copy, no matter who wrote them. Null when there are none. */
export function pointerRemoval(files: Files, merger: Merger, memoryFolder: string, copy: string): MergeCandidate | null {
  const present = readIndex(files, memoryFolder);
  const kept = present.split(/(?<=\n)/).filter((line) => !line.includes(mention(copy)));
  return kept.join('') === present ? null : indexItem(merger, memoryFolder, present, kept.join(''));
}

function mention(copy: string): string {
  return `(${linkTarget(copy)})`;
}

function readIndex(files: Files, folder: string): string {
  return Buffer.from(files.read(join(folder, INDEX)) ?? '').toString('utf8');
}

function indexItem({ drivers, branch, id }: Merger, folder: string, present: string, next: string): MergeCandidate {
  const base = present === '' ? null : Buffer.from(present);
  return {
    change: { place: join('memory', INDEX), target: join(folder, INDEX), base, ours: Buffer.from(next) },
    policy: { drivers, conflict: keepingCopy({ id, branch }) },
    base: null,
    memoryFolder: null,
  };
}
