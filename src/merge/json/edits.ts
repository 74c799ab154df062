import { format } from 'jsonc-parser';
import {
  commentBefore,
  hasComments,
  indentAt,
  type IndexedJson,
  type JsonChild,
  type JsonContainer,
  type JsonNode,
  type JsonStyle,
  sameStyle,
} from './document.js';
import { tokensOf } from './parse-json.js';

/** The children to remove from a container and to add to it. */
interface ChildChanges {
  /** Children of the container. */
  readonly removed: ReadonlySet<JsonChild>;
  /** Children of another document, in the order in which they are appended. */
  readonly added: readonly JsonChild[];
}

/**
 * Returns the edits that remove children from a container of `target` and append children of `source`. Everything else keeps its position,
 * its commas and its comments.
 */
export function editChildren(target: IndexedJson, container: JsonContainer, { removed, added }: ChildChanges, source: IndexedJson): Edit[] {
  if (removed.size === 0 && added.length === 0) {
    return [];
  }
  const kept = container.children.filter((child) => !removed.has(child));
  if (kept.length === 0 && added.length === 0 && !hasComments(target, container)) {
    return [{ start: container.start + 1, end: container.end - 1, text: '' }];
  }
  return [
    ...[...removed].flatMap((child) => cutChild(target, child)),
    ...commaEdits(container, kept, added.length > 0),
    ...(added.length > 0 ? [insertion(target, container, kept.length === 0, added, source)] : []),
  ];
}

function cutChild(target: IndexedJson, child: JsonChild): Edit[] {
  const cut = { start: leadStart(target, child.start), end: child.value.end, text: '' };
  return child.comma === null ? [cut] : [cut, { start: child.comma, end: child.comma + 1, text: '' }];
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

/** Returns the edits of commas: the last kept child needs one when another child follows, and loses it when it has become the last. */
function commaEdits(container: JsonContainer, kept: readonly JsonChild[], more: boolean): Edit[] {
  const last = kept.at(-1);
  if (last === undefined) {
    return [];
  }
  if (more) {
    return last.comma === null ? [{ start: last.value.end, end: last.value.end, text: ',' }] : [];
  }
  const trailing = container.children.at(-1)?.comma !== null;
  return last.comma === null || trailing ? [] : [{ start: last.comma, end: last.comma + 1, text: '' }];
}

/** Returns the edit that adds children of `source` at the end of a container of `target`. `bare`: none of its own children stays. */
function insertion(target: IndexedJson, container: JsonContainer, bare: boolean, added: readonly JsonChild[], source: IndexedJson): Edit {
  const { eol, space } = target.style;
  const indent = childIndent(target, container);
  const items = added.map((child) => childText(target, child, source, indent));
  const last = commentBefore(target, container.end);
  const commented = last !== undefined && last.start > container.start;
  const at = Math.max(childrenEnd(container), commented ? last.end : 0);
  if (indent === null) {
    const lead = commented && last.line && last.end === at ? eol : bare && !commented ? '' : space;
    return { start: at, end: at, text: lead + items.join(`,${space}`) };
  }
  const line = eol + indent;
  const body = line + items.join(`,${line}`);
  return container.children.length === 0
    ? { start: at, end: container.end - 1, text: body + eol + indentAt(target, container.start) }
    : { start: at, end: at, text: body };
}

/** Returns the edit that replaces a value of `target` by one of `source`. */
export function replaceValue(target: IndexedJson, old: JsonNode, source: IndexedJson, value: JsonNode): Edit {
  return { start: old.start, end: old.end, text: reformat(value, source, target, target.style.tall ? indentAt(target, old.start) : null) };
}

/** Returns the end of the last comma or value in a container. */
function childrenEnd({ start, children }: JsonContainer): number {
  const last = children.at(-1);
  return last === undefined ? start + 1 : Math.max(last.value.end, (last.comma ?? -1) + 1);
}

function childText(target: IndexedJson, child: JsonChild, source: IndexedJson, indent: string | null): string {
  const value = reformat(child.value, source, target, indent);
  return child.key === null ? value : `${source.text.slice(child.start, child.keyEnd)}:${target.style.space}${value}`;
}

/** Returns the indentation of the children of a container; null when they are on one line. */
function childIndent(target: IndexedJson, container: JsonContainer): string | null {
  const first = container.children[0];
  if (first === undefined) {
    return target.style.tall ? indentAt(target, container.start) + target.style.unit : null;
  }
  return target.text.slice(container.start, first.start).includes('\n') ? indentAt(target, first.start) : null;
}

/**
 * Formats a value of one document for another: unchanged when both have the same style, else laid out anew, token by token, so that no
 * number or string changes. `indent` is the indentation of its first line; null puts it on one line. Comments are removed where they are
 * not possible, on one line or in a document without comments; so are trailing commas.
 */
function reformat(value: JsonNode, from: IndexedJson, to: IndexedJson, indent: string | null): string {
  const piece = from.text.slice(value.start, value.end);
  if (value.kind === 'scalar') {
    return piece;
  }
  const foreign = (from.comments.length > 0 && to.comments.length === 0) || (from.trailing && !to.trailing);
  const plain = foreign || indent === null ? oneLine(piece, to.style.space) : piece;
  return indent === null || (!foreign && sameStyle(from.style, to.style)) ? plain : layOut(plain, to.style, indent);
}

/** Lays a value out over several lines. The formatter keeps existing line ends, so they are replaced here. */
function layOut(piece: string, { unit, eol }: JsonStyle, indent: string): string {
  const spaces = !unit.includes('\t');
  const edits = format(piece, undefined, { tabSize: spaces ? unit.length : 1, insertSpaces: spaces, eol });
  const tall = applyAll(
    piece,
    edits.map(({ offset, length, content }) => ({ start: offset, end: offset + length, text: content })),
  );
  return tall.replaceAll(/\r?\n/g, eol + indent);
}

function oneLine(piece: string, space: string): string {
  let line = '';
  let comma = false;
  for (const token of tokensOf(piece)) {
    const close = token === '}' || token === ']';
    line += (comma && !close ? `,${space}` : '') + (token === ',' ? '' : token) + (token === ':' ? space : '');
    comma = token === ',';
  }
  return line;
}

/** A replacement of the characters `start..end` of a text. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Applies edits that do not overlap. Edits at the same offset are applied in the order of the list. */
export function applyAll(text: string, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const edit of edits.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    parts.push(text.slice(at, edit.start), edit.text);
    at = edit.end;
  }
  return parts.join('') + text.slice(at);
}
