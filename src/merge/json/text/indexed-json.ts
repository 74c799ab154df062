import type { Comment, JsonContainer, JsonDocument } from './nodes.js';
import { styleOf, type JsonStyle } from './style.js';

/** A document with what it takes to write into it, read off it once. */
export interface IndexedJson extends JsonDocument {
  readonly style: JsonStyle;
  /** Where each of its lines begins. */
  readonly lines: readonly number[];
}

/** Makes a document ready to be written into or taken from. */
export function indexJson(document: JsonDocument): IndexedJson {
  const lines = [0];
  for (let at = document.text.indexOf('\n'); at >= 0; at = document.text.indexOf('\n', at + 1)) {
    lines.push(at + 1);
  }
  return { ...document, style: styleOf(document), lines };
}

/** The white space at the start of the line that an offset is in. */
export function indentAt({ text, lines }: IndexedJson, offset: number): string {
  const start = lines[countUpTo(lines, offset, (line) => line) - 1] ?? 0;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? '';
}

/** The last comment that ends at an offset or before it. */
export function commentBefore({ comments }: IndexedJson, offset: number): Comment | undefined {
  return comments[countUpTo(comments, offset, ({ end }) => end) - 1];
}

/** Whether a comment stands in a container, at whatever depth. */
export function hasComments(sheet: IndexedJson, container: JsonContainer): boolean {
  return (commentBefore(sheet, container.end)?.start ?? -1) > container.start;
}

/** How many items of a list have a place up to an offset; the list is in the order of places. */
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
