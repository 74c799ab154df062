import { isRecord } from '../system/is-record.js';
import type { FileCall } from './hook-input.js';

/** What a tool did to a file, according to its response: the whole text before and after. */
export interface Written {
  /** Null when the tool created the file. */
  readonly before: string | null;
  readonly after: string;
}

/**
 * Reads the response of a tool (seen in 2.1.329: each contains the text before). Returns undefined when the response lacks a text, as for a
 * file that is too large.
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
  // When the client deletes all text of a line, it deletes the line end as well.
  const line = `${oldString}\n`;
  const wanted = newString === '' && !oldString.endsWith('\n') && before.includes(line) ? line : oldString;
  if (!before.includes(wanted)) return undefined;
  return replaceAll === true ? before.replaceAll(wanted, () => newString) : before.replace(wanted, () => newString);
}
