import { fenceStates } from '../text/units/fences.js';
import type { EntryKey } from '../types.js';

/** An item of an index: an entry with the lines indented below it, or any other line, whose key is null. */
export interface IndexItem {
  readonly key: string | null;
  readonly lines: readonly string[];
}

const BULLET = /^\s*(?:[-*+]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?(.*)$/;
const ROW = /^\s*\|(.*)$/;
const RULE = /^\s*\|[\s|:-]+$/;
const LINK = /^[*_~`]*\[(?:[^\]\\]|\\.)*\]\((<[^>]*>|[^)\s]*)/;
const INDENTED = /^(?: {2,}|\t)\s*\S/;

/**
 * Splits an index into items. Entries are list items and table rows, except the head of a table. An entry is identified by the first of
 * `entryKeys` that it has, else by its whole line.
 */
export function readIndex(lines: readonly string[], entryKeys: readonly EntryKey[]): IndexItem[] {
  const inFence = fenceStates(lines);
  const items: { key: string | null; lines: string[] }[] = [];
  let below: string[] | null = null;
  for (const [at, line] of lines.entries()) {
    if (below !== null && INDENTED.test(line)) {
      below.push(line);
      continue;
    }
    const key = inFence?.[at] === true || isHead(lines, at) ? null : keyOf(line, entryKeys);
    const item = { key, lines: [line] };
    items.push(item);
    below = key !== null && BULLET.test(line) ? item.lines : null;
  }
  return items;
}

/** Whether a line belongs to the head of a table: the names of the columns, or the rule below them. */
function isHead(lines: readonly string[], at: number): boolean {
  return isRule(lines[at]) || (isRule(lines[at + 1]) && ROW.test(lines[at] ?? ''));
}

function isRule(line: string | undefined): boolean {
  return line !== undefined && RULE.test(line) && line.includes('-');
}

function keyOf(line: string, entryKeys: readonly EntryKey[]): string | null {
  const cell = ROW.exec(line)?.[1]?.split('|', 1)[0]?.trim();
  const text = BULLET.exec(line)?.[1]?.trim();
  if (cell === undefined && text === undefined) {
    return null;
  }
  const keys: Record<EntryKey, string | undefined> = { link: targetOf(cell ?? text ?? ''), cell, text };
  const kind = entryKeys.find((name) => (keys[name] ?? '') !== '');
  return kind === undefined ? `line ${line}` : `${kind} ${keys[kind]}`;
}

function targetOf(text: string): string | undefined {
  return LINK.exec(text)?.[1]?.replaceAll(/^<|>$/g, '').replace(/^\.\//, '');
}
