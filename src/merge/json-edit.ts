import { carry, styleOf } from './json-style.js';
import type { JsonContainer, JsonDocument, JsonNode, Slot } from './json-tree.js';

/** A replacement of the characters `start..end` of a text. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Applies edits that do not overlap. Of several at one place, the earlier in the list comes first. */
export function applyAll(text: string, edits: readonly Edit[]): string {
  let result = '';
  let at = 0;
  for (const edit of edits.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}

/** The edit that puts a value of `source` in the place of one of `target`. */
export function replaceValue(target: JsonDocument, old: JsonNode, source: JsonDocument, value: JsonNode): Edit {
  const piece = source.text.slice(value.start, value.end);
  return { start: old.start, end: old.end, text: carry(piece, source, target, indentAt(target.text, old.start)) };
}

/**
 * The edits that take slots out of a container of `target` and add slots of `source` at its end. Everything else keeps
 * its place, its commas and its comments.
 */
export function editSlots(
  target: JsonDocument,
  container: JsonContainer,
  removed: ReadonlySet<Slot>,
  added: readonly Slot[],
  source: JsonDocument,
): Edit[] {
  const kept = container.slots.filter((slot) => !removed.has(slot));
  if (kept.length === 0 && added.length === 0 && !hasComments(target, container)) {
    return removed.size === 0 ? [] : [{ start: container.start + 1, end: container.end - 1, text: '' }];
  }
  return [
    ...[...removed].flatMap((slot) => cutSlot(target, slot)),
    ...commaEdits(container, kept, added.length > 0),
    ...(added.length > 0 ? [insertion(target, container, added, source)] : []),
  ];
}

function cutSlot(target: JsonDocument, slot: Slot): Edit[] {
  const cut = { start: leadStart(target, slot.start), end: slot.value.end, text: '' };
  return slot.comma === null ? [cut] : [cut, { start: slot.comma, end: slot.comma + 1, text: '' }];
}

/** Where the white space before an offset begins; after a line comment its line end has to stay. */
function leadStart({ text, comments }: JsonDocument, offset: number): number {
  const blank = /\s*$/.exec(text.slice(Math.max(0, offset - 1000), offset))?.[0].length ?? 0;
  const start = offset - blank;
  return comments.some((comment) => comment.line && comment.end === start) ? offset : start;
}

/** The last kept slot needs a comma when something follows it, and loses it when it has become the last. */
function commaEdits(container: JsonContainer, kept: readonly Slot[], more: boolean): Edit[] {
  const last = kept.at(-1);
  if (last === undefined) {
    return [];
  }
  if (more) {
    return last.comma === null ? [{ start: last.value.end, end: last.value.end, text: ',' }] : [];
  }
  const trailing = container.slots.at(-1)?.comma !== null;
  return last.comma === null || trailing ? [] : [{ start: last.comma, end: last.comma + 1, text: '' }];
}

function insertion(target: JsonDocument, container: JsonContainer, added: readonly Slot[], source: JsonDocument): Edit {
  const { text } = target;
  const style = styleOf(target);
  const at = contentEnd(target, container);
  const layout = layoutOf(target, container);
  const items = added.map((slot) => slotText(target, slot, source, layout.indent));
  const afterComment = target.comments.some((comment) => comment.line && comment.end === at);
  const line = layout.indent === null ? '' : style.eol + layout.indent;
  const first = at === container.start + 1 || layout.indent !== null ? '' : style.space;
  const close = /^\s*$/.test(text.slice(at, container.end - 1)) && container.slots.length === 0 && layout.indent !== null;
  const start = afterComment && layout.indent === null ? style.eol : line;
  const body = start + first + items.join(`,${layout.indent === null ? style.space : line}`);
  return close
    ? { start: at, end: container.end - 1, text: body + style.eol + indentAt(text, container.start) }
    : { start: at, end: at, text: body };
}

function slotText(target: JsonDocument, slot: Slot, source: JsonDocument, indent: string | null): string {
  const value = carry(source.text.slice(slot.value.start, slot.value.end), source, target, indent);
  if (slot.key === null) {
    return value;
  }
  const quoted = source.text.slice(slot.start, slot.value.start);
  const key = /^"(?:[^"\\]|\\.)*"/s.exec(quoted)?.[0] ?? JSON.stringify(slot.key);
  return `${key}:${styleOf(target).space}${value}`;
}

/** What the slots of a container are indented by; null when they stand on one line. */
function layoutOf(target: JsonDocument, container: JsonContainer): { indent: string | null } {
  const { text } = target;
  const first = container.slots[0];
  const style = styleOf(target);
  if (first === undefined) {
    return { indent: style.tall ? indentAt(text, container.start) + style.unit : null };
  }
  return { indent: text.slice(container.start, first.start).includes('\n') ? indentAt(text, first.start) : null };
}

/** Where the last comma, comment or value in a container ends. */
function contentEnd({ comments }: JsonDocument, container: JsonContainer): number {
  const last = container.slots.at(-1);
  const end = last === undefined ? container.start + 1 : Math.max(last.value.end, (last.comma ?? -1) + 1);
  const behind = comments.filter((comment) => comment.start >= end && comment.end < container.end);
  return behind.at(-1)?.end ?? end;
}

function hasComments({ comments }: JsonDocument, container: JsonContainer): boolean {
  return comments.some(({ start, end }) => container.start < start && end < container.end);
}

/** The white space at the start of the line that an offset is in. */
function indentAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? '';
}
