import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { attempt } from '../../src/system/attempt.js';
import { isRecord } from '../../src/system/json.js';
import { DATA, type Effect, fieldFiles } from './shapes.js';

/** The entries that commands left in a folder, compared with the expected ones. */
export interface Counted {
  /** Entries that a command added, or that existed before, and that are missing everywhere. */
  readonly lost: readonly string[];
  /** The same, but a conflict copy has them. */
  readonly aside: readonly string[];
  readonly doubled: readonly string[];
  /** Entries that a command removed and that still exist. */
  readonly kept: readonly string[];
}

/** What differs from the expected entries in `counted`, but not yet in `before`. */
export function newIn(counted: Counted, before: Counted): Counted {
  const fresh = (what: keyof Counted): string[] => counted[what].filter((item) => !before[what].includes(item));
  return { lost: fresh('lost'), aside: fresh('aside'), doubled: fresh('doubled'), kept: fresh('kept') };
}

/** Compares the content of a folder with the effects of these commands, in either order. */
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

/** The lines of a text, or the keys of a JSON file. */
function itemsOf(file: string, text: string): string[] {
  if (file !== DATA) return text.split('\n').filter((line) => line !== '');
  const parsed = attempt((): unknown => JSON.parse(text));
  return parsed.status === 'fulfilled' && isRecord(parsed.value) ? Object.keys(parsed.value) : [];
}

function copiesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.includes('.conflict-'))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
}
