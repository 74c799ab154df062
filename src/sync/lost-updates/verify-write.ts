import type { ConflictPolicy } from '../change.js';
import type { Files } from '../../system/files/files.js';
import type { Merger } from '../merger.js';
import type { FileResult } from '../report.js';
import { textStyle } from './text-style.js';
import { type SeenChange, verifyChange } from './verify-change.js';

/** What a file tool wrote to a shared file, as it tells it. */
export interface Write extends Omit<SeenChange, 'before' | 'after' | 'hasRead'> {
  /** The whole text that the call read; null: the call made the file. */
  readonly before: string | null;
  /** The whole text afterwards; the same as before for a call of which only the time is known. */
  readonly after: string;
}

/** Verifies a write as `verifyChange` does. The caller holds the lock of the shared dir. */
export async function verifyWrite(files: Files, merger: Merger, { before, after, ...write }: Write, conflict: ConflictPolicy): Promise<FileResult[]> {
  const style = textStyle(files.read(files.realPath(write.target)));
  return style ? verifyChange(files, merger, { ...write, before: before === null ? null : style(before), after: style(after), hasRead: true }, conflict) : [];
}
