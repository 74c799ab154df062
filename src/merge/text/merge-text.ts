import { mergeSides } from './diff3.js';
import { findHunks } from './hunks.js';
import { concat, frameLines, isWithin, type Lines, readTexts, type Text, writeText } from './lines.js';
import { resolve } from './resolve.js';

/** How long the comparison of the lines of one file may take, in milliseconds. After that the merge is given up. */
export const TEXT_BUDGET_MS = 1000;

/** A merged text. `clean` is false when some change from ours is not in it. Null: it could not be merged in time. */
export type TextMerge = { readonly text: string; readonly clean: boolean } | null;

/**
 * Merges two versions of a text line by line against their common base. Changes of different lines are both applied; `resolve` decides
 * where they meet. Never writes conflict markers: if both sides changed the same lines, the text keeps theirs, and `clean` asks the caller
 * to keep ours elsewhere. Of the frontmatter times `stamps` the later one wins.
 */
export function mergeText(
  base: string,
  ours: string,
  theirs: string,
  stamps: readonly string[],
  budget: number = TEXT_BUDGET_MS,
): TextMerge {
  const [o, t, b] = settleStamps(readTexts([ours, theirs, base]), stamps);
  if (o === undefined || t === undefined || b === undefined) {
    return null;
  }
  const merged = mergeSides({ base: b.lines, ours: o.lines, theirs: t.lines }, resolve, Date.now() + budget);
  return merged === null ? null : { text: frameLines(merged.lines, b, o, t), clean: merged.clean };
}

/**
 * For two texts without a common base: returns the one that has all lines of the other, in order, else null. The frontmatter times `stamps`
 * do not count.
 */
export function largerText(ours: string, theirs: string, stamps: readonly string[]): 'ours' | 'theirs' | null {
  const [o, t] = settleStamps(readTexts([ours, theirs]), stamps);
  if (o === undefined || t === undefined) {
    return null;
  }
  if (isWithin(o.lines, t.lines)) {
    return 'theirs';
  }
  return isWithin(t.lines, o.lines) ? 'ours' : null;
}

/** A frontmatter line with a time, such as `modified: 2026-03-01T10:00:00Z`. */
const STAMP = /^([A-Za-z_][\w-]*):\s*["']?(\d{4}-\d{2}-\d{2}(?:[T ][\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?)["']?\s*$/;

/**
 * Settles times that a program writes into the frontmatter fields `names` on every change. If ours and theirs both have a new time in such
 * a field, the later one is put into all versions that have the field, so that it neither conflicts nor affects a change beside it. `texts`
 * are ours, theirs and, if there is one, base.
 */
export function settleStamps(texts: readonly Text[], names: readonly string[]): Text[] {
  const versions = texts.map(({ lines }) => readStamps(lines));
  let settled = texts.map(({ lines }) => lines);
  for (const name of names) {
    const [ours, theirs, base] = versions.map((stamps) => stamps.get(name));
    if (ours !== undefined && theirs !== undefined && ours.line !== base?.line && theirs.line !== base?.line) {
      const later = ours.time > theirs.time ? ours : theirs;
      settled = settled.map((lines, index) => {
        const at = versions[index]?.get(name)?.at;
        return at === undefined ? lines : lines.with(at, later.line);
      });
    }
  }
  return texts.map((text, index) => ({ ...text, lines: settled[index] ?? text.lines }));
}

interface Stamp {
  readonly at: number;
  readonly line: string;
  /** In milliseconds since the epoch. */
  readonly time: number;
}

function readStamps(lines: Lines): Map<string, Stamp> {
  const stamps = new Map<string, Stamp>();
  const end = lines[0]?.trimEnd() === '---' ? lines.findIndex((line, index) => index > 0 && line.trimEnd() === '---') : -1;
  for (const [at, line] of lines.slice(0, Math.max(0, end)).entries()) {
    const [, name, text] = STAMP.exec(line) ?? [];
    const time = text === undefined ? Number.NaN : Date.parse(text);
    if (name !== undefined && !Number.isNaN(time)) {
      stamps.set(name, { at, line, time });
    }
  }
  return stamps;
}

const [BEGIN, MIDDLE, END] = ['<<<<<<<', '=======', '>>>>>>>'];

/** The names of the two sides in the text. */
export interface MarkerLabels {
  readonly theirs: string;
  readonly ours: string;
}

/**
 * Joins two versions of a text for a user with an editor: where they differ, both are between conflict markers, as git writes them. Never
 * for a file that a model or a parser reads. Returns null when they cannot be compared in time.
 */
export function withMarkers(theirs: string, ours: string, labels: MarkerLabels): string | null {
  const [t, o] = readTexts([theirs, ours]);
  const hunks = t && o ? findHunks(t.lines, o.lines, Date.now() + TEXT_BUDGET_MS) : null;
  if (!t || !o || hunks === null) {
    return null;
  }
  const parts: Lines[] = [];
  let at = 0;
  for (const { start, end, from, to } of hunks) {
    parts.push(t.lines.slice(at, start), [`${BEGIN} ${labels.theirs}`], t.lines.slice(start, end), [MIDDLE], o.lines.slice(from, to), [
      `${END} ${labels.ours}`,
    ]);
    at = end;
  }
  return writeText({ ...t, ended: true, lines: concat([...parts, t.lines.slice(at)]) });
}

/** Whether a text still contains markers with these labels. */
export function hasMarkers(text: string, labels: MarkerLabels): boolean {
  const markers = new Set([`${BEGIN} ${labels.theirs}`, `${END} ${labels.ours}`]);
  return text.split(/\r?\n/).some((line) => markers.has(line));
}
