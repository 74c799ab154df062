import { type Block, numbered, placeOf } from './blocks.js';
import type { Story, Version } from './stories.js';

/** The lines of the base. */
export function baseOf({ old, tight }: Story): string[] {
  const gap = tight ? [] : [''];
  return [
    tight ? 'the first line' : '# Notes',
    ...old.flatMap((leaves, n) => [...gap, headOf(n, tight), ...leaves.flatMap(({ lines }) => [...gap, ...lines])]),
  ];
}

/**
 * The lines of a version that was made from `lines`. What it inserts keeps its order, with one exception: a block without a heading, or
 * with a lower one, is put before a section, because after the section it would be a part of it.
 */
export function written({ inserts, gaps, removes, changes }: Version, story: Story, from: readonly string[]): readonly string[] {
  const lines: readonly string[] = removes.reduce(without, changes.reduce(withMore, from));
  return inserts.reduce(
    (now, { block, place }) =>
      has(now, block) ? now : withBlock(now, block, placeFor(now, block, place, story), story.tight ? 'none' : gaps),
    lines,
  );
}

function headOf(section: number, tight: boolean): string {
  return tight ? `old line ${section}` : `## Old section ${section}`;
}

function has(lines: readonly string[], block: Block): boolean {
  return numbered(block.lines).some((line) => lines.includes(line));
}

function withMore(lines: readonly string[], block: Block): readonly string[] {
  const [line] = numbered(block.lines);
  return lines.map((text) => (text === line ? `${text} Changed.` : text));
}

function without(lines: readonly string[], block: Block): readonly string[] {
  const at = placeOf(block.lines, lines);
  return at === -1 ? lines : lines.toSpliced(at, block.lines.length + (lines[at + block.lines.length] === '' ? 1 : 0));
}

function withBlock(lines: readonly string[], { lines: own }: Block, place: number, gaps: Version['gaps'] | 'none'): string[] {
  if (gaps === 'none' || (gaps === 'below' && lines[place - 1] === '')) {
    return lines.toSpliced(place, 0, ...own, ...(gaps === 'none' ? [] : ['']));
  }
  const above = lines.slice(0, place).findLastIndex((line) => line !== '');
  const close = gaps === 'lists' && own[0]?.startsWith('- ') === true && /^(?:- | {2})/.test(lines[above] ?? '');
  return lines.toSpliced(above + 1, 0, ...(close ? [] : ['']), ...own);
}

/** The end of an old section, but before the first new section of a higher level in it. */
function placeFor(lines: readonly string[], { level }: Block, section: number, { old, tight }: Story): number {
  const head = section < old.length ? lines.indexOf(headOf(section, tight)) : -1;
  const end = head === -1 ? lines.length : head;
  const start = lines.slice(0, end).findLastIndex((line) => /^# Notes|^## Old/.test(line));
  const levels = levelsOf(lines);
  const higher = tight ? -1 : lines.findIndex((_, at) => at > start && at < end && (levels[at] ?? 7) < level);
  return higher === -1 ? end : higher;
}

function levelsOf(lines: readonly string[]): number[] {
  let inFence = false;
  return lines.map((line) => {
    inFence = line.startsWith('```') ? !inFence : inFence;
    return inFence ? 7 : (/^(#+) /.exec(line)?.[1]?.length ?? 7);
  });
}
