import { join } from 'node:path';
import { linkTarget, pointerLine } from '../merge/conflict-name.js';
import type { DriverRow } from '../merge/driver.js';
import type { Files } from './files.js';
import { push } from './push.js';

const INDEX = 'MEMORY.md';

/** A conflict in a memory folder; `place` and `copy` are paths in that folder. */
export interface Pointer {
  readonly place: string;
  readonly copy: string;
  readonly branch: string;
}

/**
 * A line in the index of a memory folder tells the next session of a conflict copy, so that its model can bring the two
 * together. Adds it, unless the copy is mentioned already. The caller holds the lock of the shared dir.
 */
export function addPointer(files: Files, drivers: readonly DriverRow[], folder: string, { place, copy, branch }: Pointer): void {
  const present = readIndex(files, folder);
  if (present.includes(mention(copy))) return;
  const separator = present === '' || present.endsWith('\n') ? '' : '\n';
  writeIndex(files, drivers, folder, present, `${present}${separator}${pointerLine(place, copy, branch)}\n`);
}

/** Takes out the lines that mention a conflict copy, whoever wrote them. The caller holds the lock of the shared dir. */
export function removePointer(files: Files, drivers: readonly DriverRow[], folder: string, copy: string): void {
  const present = readIndex(files, folder);
  const kept = present.split(/(?<=\n)/).filter((line) => !line.includes(mention(copy)));
  writeIndex(files, drivers, folder, present, kept.join(''));
}

function mention(copy: string): string {
  return `(${linkTarget(copy)})`;
}

function readIndex(files: Files, folder: string): string {
  return Buffer.from(files.read(join(folder, INDEX)) ?? '').toString('utf8');
}

function writeIndex(files: Files, drivers: readonly DriverRow[], folder: string, present: string, next: string): void {
  if (next === present) return;
  const change = { place: join('memory', INDEX), target: join(folder, INDEX), base: Buffer.from(present), ours: Buffer.from(next) };
  push(files, change, { drivers, conflict: { keep: 'session' } });
}
