import type { ConflictPolicy } from '../change.js';
import type { Files } from '../../system/files/files.js';
import type { Merger } from '../merger.js';
import type { FileResult } from '../report.js';
import { textStyle } from './text-style.js';
import { verifyChange } from './verify-change.js';
import type { Write } from './seen-change.js';

/** Verifies a write as `verifyChange` does. The caller holds the lock of the shared dir. */
export async function verifyWrite(
  files: Files,
  merger: Merger,
  { before, after, ...write }: Write,
  conflict: ConflictPolicy,
): Promise<FileResult[]> {
  const style = textStyle(files.read(files.realPath(write.target)));
  return style
    ? verifyChange(
        files,
        merger,
        { ...write, before: before === null ? null : style(before), after: style(after), hasRead: true },
        conflict,
      )
    : [];
}
