import { isRecord } from '../system/is-record.js';
import type { FileCall } from './hook-input.js';

/** What a tool has made of a file, as it told: the whole text before and after. */
export interface Written {
  /** Null: the tool made the file. */
  readonly before: string | null;
  readonly after: string;
}

/**
 * Reads what a tool answered (seen in 2.1.329: the text before is in each of them). Undefined where it does not say enough,
 * as for a file that is too large.
 */
export function writtenBy({ tool, response }: Pick<FileCall, 'tool' | 'response'>): Written | undefined {
  if (!isRecord(response)) return undefined;
  if (tool === 'Write') return written(response['originalFile'], response['content']);
  if (tool === 'NotebookEdit') return written(response['original_file'], response['updated_file']);
  return tool === 'Edit' ? written(response['originalFile'], edited(response)) : undefined;
}

function written(before: unknown, after: unknown): Written | undefined {
  return typeof after === 'string' && (before === null || typeof before === 'string') ? { before, after } : undefined;
}

function edited({ originalFile, oldString, newString, replaceAll }: Readonly<Record<string, unknown>>): string | undefined {
  const before = originalFile ?? '';
  if (typeof before !== 'string' || typeof oldString !== 'string' || typeof newString !== 'string') return undefined;
  if (oldString === '') return before === '' ? newString : undefined;
  // As the client does it, a line from which all is removed goes as a whole.
  const line = `${oldString}\n`;
  const wanted = newString === '' && !oldString.endsWith('\n') && before.includes(line) ? line : oldString;
  if (!before.includes(wanted)) return undefined;
  return replaceAll === true ? before.replaceAll(wanted, () => newString) : before.replace(wanted, () => newString);
}
