import { isRecord, isTextOrNull } from '../system/json.js';
import type { FileCall } from './hook-input.js';

/** What a tool did to a file, according to its response: the whole text before and after. */
interface Written {
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
  return typeof after === 'string' && isTextOrNull(before) ? { before, after } : undefined;
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

/** What an edit becomes in a text other than the one for which it was made. */
type Redone =
  /** The text already contains the edit. */
  { readonly kind: 'there' } | { readonly kind: 'again'; readonly after: string };

/**
 * Applies the input of the client's edit tool to another version of the text. Returns undefined when the position of the edit is unknown:
 * the words to replace are missing, or occur more than once.
 */
export function redoEdit(input: Readonly<Record<string, unknown>>, text: string): Redone | undefined {
  const { old_string: old, new_string: next, replace_all: all } = input;
  if (typeof old !== 'string' || typeof next !== 'string' || old === '') return undefined;
  if (isThere(old, next, text)) return { kind: 'there' };
  const occurrences = text.split(old).length - 1;
  if (occurrences === 0 || (occurrences > 1 && all !== true)) return undefined;
  return { kind: 'again', after: text.replaceAll(old, () => next) };
}

/** Another writer may have added lines between those that the edit added, so each added line is looked up by itself. */
function isThere(old: string, next: string, text: string): boolean {
  if (next !== '' && text.includes(next)) return next.includes(old) || !text.includes(old);
  const [before, lines] = [new Set(old.split('\n')), new Set(text.split('\n'))];
  const added = next.split('\n').filter((line) => line.trim() !== '' && !before.has(line));
  return added.length > 0 && added.every((line) => lines.has(line));
}
