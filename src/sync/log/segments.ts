import type { Files } from '../../system/files/files.js';

export interface Segment {
  readonly name: string;
  readonly number: number;
}

export const DAY_MS = 86_400_000;

const EXTENSION = '.jsonl';

/** The files of a log, the oldest first. */
export function segmentsOf(files: Files, folder: string): Segment[] {
  return files
    .list(folder)
    .filter((name) => /^\d+\.jsonl$/.test(name))
    .map((name) => ({ name, number: Number(name.slice(0, -EXTENSION.length)) }))
    .toSorted((one, other) => one.number - other.number);
}

export function segmentName(number: number): string {
  return String(number).padStart(6, '0') + EXTENSION;
}
