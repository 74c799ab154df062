import type { Driver } from '../../../../src/merge/drivers.js';
import { lines, lineSet, run } from '../support.js';
import { type Block, countOf, numbered } from './blocks.js';
import type { Story } from './stories.js';
import { baseOf, written } from './texts.js';

/** The shared file after versions were merged into it, and the conflict copies. */
interface Merged {
  readonly shared: string;
  readonly copies: readonly string[];
}

/** The texts of the versions of a story, all made from its base. */
export function versionsOf(story: Story): string[] {
  return story.versions.map((version) => lines(...written(version, story, baseOf(story))));
}

/** Merges versions one after the other. */
export function mergeAll(story: Story, versions: readonly string[], driver: Driver): Merged {
  const base = lines(...baseOf(story));
  return versions.reduce((merged, version) => into(merged, base, version, driver), { shared: base, copies: [] as readonly string[] });
}

/** Merges versions, each of which was made from the base or from the result of one of the earlier merges. */
export function mergeInTurn(story: Story, driver: Driver): Merged {
  const past = [lines(...baseOf(story))];
  let merged: Merged = { shared: past[0] ?? '', copies: [] };
  for (const version of story.versions) {
    const base = past[Math.min(version.read, past.length - 1)] ?? '';
    merged = into(merged, base, lines(...written(version, story, base.split('\n').slice(0, -1))), driver);
    past.push(merged.shared);
  }
  return merged;
}

function into({ shared, copies }: Merged, base: string, version: string, driver: Driver): Merged {
  const { shared: now, copy } = run(base, version, shared, driver);
  return { shared: now ?? '', copies: copy === null ? copies : [...copies, copy] };
}

/**
 * The blocks that are not there exactly once: inserted ones, which may be in a conflict copy instead of the shared file, and old ones that
 * no version changed or removed. Also the numbered lines that are there more than once.
 */
export function notOnce(story: Story, { shared, copies }: Merged): (string | undefined)[] {
  const now = shared.split('\n');
  const inserted = new Set(story.versions.flatMap(({ inserts }) => inserts.map(({ block }) => block)));
  const elsewhere = (block: Block): boolean => copies.some((copy) => countOf(block.lines, copy.split('\n')) > 0);
  const blocks = [
    ...[...inserted].filter((block) => countOf(block.lines, now) !== 1 && (countOf(block.lines, now) > 1 || !elsewhere(block))),
    ...untouched(story).filter((block) => countOf(block.lines, now) !== 1),
  ];
  const told = numbered(now);
  return [...blocks.map((block) => block.lines[0]), ...told.filter((line, at) => told.indexOf(line) !== at)];
}

function untouched({ old, versions }: Story): Block[] {
  const touched = new Set(versions.flatMap(({ removes, changes }) => [...removes, ...changes]));
  return old.flat().filter((block) => !touched.has(block));
}

/** The lines of a merge except those of old blocks that a version changed or removed. */
export function sureLines({ versions }: Story, { shared, copies }: Merged): string[] {
  const touched = new Set(versions.flatMap(({ removes, changes }) => [...removes, ...changes]).flatMap((block) => block.lines));
  return [...lineSet([shared, ...copies].join('\n'))].filter((line) => !touched.has(line)).toSorted();
}

/** The versions that would still change the file that all were merged into. */
export function notContained(story: Story, { shared }: Merged, driver: Driver): string[] {
  const base = lines(...baseOf(story));
  return versionsOf(story).filter((version) => run(base, version, shared, driver).outcome !== 'unchanged');
}
