import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../../src/system/is-record.js';
import { attempt } from '../../src/system/attempt.js';
import { DATA, type Effect, fieldFiles } from './shapes.js';

/** What commands have left in a folder, against what they ought to. */
export interface Counted {
  /** What one of them had added, or what had been there before, and is nowhere. */
  readonly lost: readonly string[];
  /** The same, but a conflict copy has it. */
  readonly aside: readonly string[];
  readonly doubled: readonly string[];
  /** What one of them had removed, and is there. */
  readonly kept: readonly string[];
}

/** Compares what a folder holds with what these commands do to it, whichever comes first. */
export function judge(folder: string, effects: readonly Effect[]): Counted {
  const expected = new Map<string, Set<string>>(Object.entries(fieldFiles()).map(([file, text]) => [file, new Set(itemsOf(file, text))]));
  const removed = new Map<string, string[]>();
  for (const { file, adds = [], removes = [] } of effects) {
    const items = expected.get(file) ?? new Set<string>();
    for (const item of removes) items.delete(item);
    for (const item of adds) items.add(item);
    expected.set(file, items);
    removed.set(file, [...(removed.get(file) ?? []), ...removes]);
  }
  const counted: Record<keyof Counted, string[]> = { lost: [], aside: [], doubled: [], kept: [] };
  const copies = copiesIn(folder);
  for (const [file, items] of expected) {
    const path = join(folder, file);
    const found = existsSync(path) ? itemsOf(file, readFileSync(path, 'utf8')) : [];
    for (const item of items) {
      const count = found.filter((each) => each === item).length;
      if (count === 0) (copies.some((text) => text.includes(item)) ? counted.aside : counted.lost).push(`${file}: ${item}`);
      if (count > 1) counted.doubled.push(`${file}: ${item}`);
    }
    for (const item of removed.get(file) ?? []) if (found.includes(item)) counted.kept.push(`${file}: ${item}`);
  }
  return counted;
}

/** Lines of a text, keys of a JSON file. */
function itemsOf(file: string, text: string): string[] {
  if (file !== DATA) return text.split('\n').filter((line) => line !== '');
  const parsed = attempt((): unknown => JSON.parse(text));
  return parsed.status === 'fulfilled' && isRecord(parsed.value) ? Object.keys(parsed.value) : [];
}

function copiesIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.includes('.conflict-')).map((name) => readFileSync(join(folder, name), 'utf8'));
}

