import type { Text } from './lines/lines.js';

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

function readStamps(lines: readonly string[]): Map<string, Stamp> {
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
