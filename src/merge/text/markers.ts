import { findHunks } from './lines/hunks.js';
import { readTexts, writeText } from './lines/lines.js';
import { concat } from './lines/sequences.js';
import { TEXT_BUDGET_MS } from './merge-text.js';

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
  const parts: (readonly string[])[] = [];
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
