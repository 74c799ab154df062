import type { Comment, JsonContainer, JsonDocument } from './nodes.js';
import { styleOf, type JsonStyle } from './style.js';

/** A document with the style and the line offsets that are needed to edit it. */
export interface IndexedJson extends JsonDocument {
  readonly style: JsonStyle;
  /** The offset of each line. */
  readonly lines: readonly number[];
}

/** Prepares a document for edits, or as the source of values. */
export function indexJson(document: JsonDocument): IndexedJson {
  const lines = [0];
  for (let at = document.text.indexOf('\n'); at >= 0; at = document.text.indexOf('\n', at + 1)) {
    lines.push(at + 1);
  }
  return { ...document, style: styleOf(document), lines };
}

/** Returns the white space at the start of the line that contains an offset. */
export function indentAt({ text, lines }: IndexedJson, offset: number): string {
  const start = lines[countUpTo(lines, offset, (line) => line) - 1] ?? 0;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? '';
}

/** Returns the last comment that ends at or before an offset. */
export function commentBefore({ comments }: IndexedJson, offset: number): Comment | undefined {
  return comments[countUpTo(comments, offset, ({ end }) => end) - 1];
}

/** Whether a container has a comment in it, at any depth. */
export function hasComments(sheet: IndexedJson, container: JsonContainer): boolean {
  return (commentBefore(sheet, container.end)?.start ?? -1) > container.start;
}

/** Counts the items of a list whose position, as `place` returns it, is at most `offset`. The list is sorted by position. */
function countUpTo<T>(list: readonly T[], offset: number, place: (item: T) => number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = list[middle];
    if (item !== undefined && place(item) <= offset) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}
