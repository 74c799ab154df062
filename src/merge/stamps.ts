/** A line of a frontmatter that holds a time, such as `modified: 2026-03-01T10:00:00Z`. */
const STAMP = /^([A-Za-z_][\w-]*):\s*["']?(\d{4}-\d{2}-\d{2}(?:[T ][\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?)["']?\s*$/;

/**
 * Takes times out of the merge that a program writes on every change (`modified:` in the frontmatter of a memory): where
 * all versions have the field and both sides changed it, the latest of them goes into every version, so that it is
 * neither a conflict nor an obstacle to a change beside it.
 */
export function settleStamps(versions: readonly (readonly string[])[]): string[][] {
  const [base = new Map<string, Stamp>(), ...sides] = versions.map(readStamps);
  const settled = versions.map((lines) => [...lines]);
  for (const [name, { line }] of base) {
    const found = [base, ...sides].flatMap((stamps) => stamps.get(name) ?? []);
    const changed = found.slice(1).every((stamp) => stamp.line !== line);
    if (found.length === versions.length && changed) {
      const latest = found.reduce((best, stamp) => (stamp.time > best.time ? stamp : best));
      for (const [index, { at }] of found.entries()) {
        settled[index]?.splice(at, 1, latest.line);
      }
    }
  }
  return settled;
}

interface Stamp {
  readonly at: number;
  readonly line: string;
  /** Milliseconds since the epoch. */
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
