import { reformat } from './reformat.js';
import type { Edit } from './edit.js';
import type { JsonContainer, JsonNode, Slot } from './nodes.js';
import { commentBefore, indentAt, type IndexedJson } from './indexed-json.js';

/** Returns the edit that adds slots of `source` at the end of a container of `target`. `bare`: none of its own slots stays. */
export function insertion(target: IndexedJson, container: JsonContainer, bare: boolean, added: readonly Slot[], source: IndexedJson): Edit {
  const { eol, space } = target.style;
  const indent = slotIndent(target, container);
  const items = added.map((slot) => slotText(target, slot, source, indent));
  const last = commentBefore(target, container.end);
  const commented = last !== undefined && last.start > container.start;
  const at = Math.max(slotsEnd(container), commented ? last.end : 0);
  if (indent === null) {
    const lead = commented && last.line && last.end === at ? eol : bare && !commented ? '' : space;
    return { start: at, end: at, text: lead + items.join(`,${space}`) };
  }
  const line = eol + indent;
  const body = line + items.join(`,${line}`);
  return container.slots.length === 0
    ? { start: at, end: container.end - 1, text: body + eol + indentAt(target, container.start) }
    : { start: at, end: at, text: body };
}

/** Returns the edit that replaces a value of `target` by one of `source`. */
export function replaceValue(target: IndexedJson, old: JsonNode, source: IndexedJson, value: JsonNode): Edit {
  return { start: old.start, end: old.end, text: reformat(value, source, target, target.style.tall ? indentAt(target, old.start) : null) };
}

/** Returns the end of the last comma or value in a container. */
function slotsEnd({ start, slots }: JsonContainer): number {
  const last = slots.at(-1);
  return last === undefined ? start + 1 : Math.max(last.value.end, (last.comma ?? -1) + 1);
}

function slotText(target: IndexedJson, slot: Slot, source: IndexedJson, indent: string | null): string {
  const value = reformat(slot.value, source, target, indent);
  return slot.key === null ? value : `${source.text.slice(slot.start, slot.keyEnd)}:${target.style.space}${value}`;
}

/** Returns the indentation of the slots of a container; null when they are on one line. */
function slotIndent(target: IndexedJson, container: JsonContainer): string | null {
  const first = container.slots[0];
  if (first === undefined) {
    return target.style.tall ? indentAt(target, container.start) + target.style.unit : null;
  }
  return target.text.slice(container.start, first.start).includes('\n') ? indentAt(target, first.start) : null;
}
