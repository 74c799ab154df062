import type { Edit } from './edit.js';
import { insertion } from './insert.js';
import type { JsonContainer, Slot } from './nodes.js';
import { commentBefore, hasComments, type IndexedJson } from './indexed-json.js';

/** The slots to remove from a container and to add to it. */
export interface SlotChanges {
  /** Slots of the container. */
  readonly removed: ReadonlySet<Slot>;
  /** Slots of another document, in the order in which they are appended. */
  readonly added: readonly Slot[];
}

/**
 * Returns the edits that remove slots from a container of `target` and append slots of `source`. Everything else keeps its position, its
 * commas and its comments.
 */
export function editSlots(target: IndexedJson, container: JsonContainer, { removed, added }: SlotChanges, source: IndexedJson): Edit[] {
  if (removed.size === 0 && added.length === 0) {
    return [];
  }
  const kept = container.slots.filter((slot) => !removed.has(slot));
  if (kept.length === 0 && added.length === 0 && !hasComments(target, container)) {
    return [{ start: container.start + 1, end: container.end - 1, text: '' }];
  }
  return [
    ...[...removed].flatMap((slot) => cutSlot(target, slot)),
    ...commaEdits(container, kept, added.length > 0),
    ...(added.length > 0 ? [insertion(target, container, kept.length === 0, added, source)] : []),
  ];
}

function cutSlot(target: IndexedJson, slot: Slot): Edit[] {
  const cut = { start: leadStart(target, slot.start), end: slot.value.end, text: '' };
  return slot.comma === null ? [cut] : [cut, { start: slot.comma, end: slot.comma + 1, text: '' }];
}

/** Returns the start of the white space before an offset. The line end of a line comment stays, also when the comment ends in spaces. */
function leadStart(target: IndexedJson, offset: number): number {
  const comment = commentBefore(target, offset);
  const floor = comment?.end ?? 0;
  let start = offset;
  while (start > floor && ' \t\r\n'.includes(target.text.charAt(start - 1))) {
    start -= 1;
  }
  return comment?.line === true && start === floor ? floor + lineEnd(target.text, floor) : start;
}

function lineEnd(text: string, offset: number): number {
  return text.startsWith('\r\n', offset) ? 2 : 1;
}

/** Returns the edits of commas: the last kept slot needs one when another slot follows, and loses it when it has become the last. */
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
