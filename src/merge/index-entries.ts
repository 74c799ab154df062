import { fenceStates } from './fences.js';

/** A line of an index: an entry with what is indented below it, or any other line, whose key is null. */
export interface IndexItem {
  readonly key: string | null;
  readonly lines: readonly string[];
}

const BULLET = /^\s*(?:[-*+]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?(.*)$/;
const ROW = /^\s*\|(.*)$/;
const LINK = /^[*_~`]*\[(?:[^\]\\]|\\.)*\]\((<[^>]*>|[^)\s]*)/;
const INDENTED = /^(?: {2,}|\t)\s*\S/;

/**
 * Takes an index apart. Entries are list items and table rows. An entry is known by the target of the link it begins
 * with; else a list item by its text, a table row by its first cell.
 */
export function readIndex(lines: readonly string[]): IndexItem[] {
  const inFence = fenceStates(lines);
  const items: IndexItem[] = [];
  for (const [at, line] of lines.entries()) {
    const last = items.at(-1);
    if (last !== undefined && last.key !== null && isBullet(last) && INDENTED.test(line)) {
      items.splice(-1, 1, { ...last, lines: [...last.lines, line] });
    } else {
      items.push({ key: inFence?.[at] === true ? null : keyOf(line), lines: [line] });
    }
  }
  return items;
}

function isBullet({ lines }: IndexItem): boolean {
  return BULLET.test(lines[0] ?? '');
}

function keyOf(line: string): string | null {
  const row = ROW.exec(line)?.[1];
  const text = row === undefined ? BULLET.exec(line)?.[1] : (row.split('|')[0] ?? '').trim();
  if (text === undefined) {
    return null;
  }
  const target = LINK.exec(text)?.[1]?.replaceAll(/^<|>$/g, '').replace(/^\.\//, '');
  return target === undefined || target === '' ? `text ${text.trim()}` : `link ${target}`;
}
