import { withoutBom } from '../../system/content.js';

const BOM = '\uFEFF';

/** Lines of text. */
export type Lines = readonly string[];

/** The time at which a comparison of lines is given up, in milliseconds since the epoch. */
export type Deadline = number;

/** A text split into its lines, without line ends, and what is needed to join them again. */
export interface Text {
  readonly bom: boolean;
  /** Whether every line ends in CRLF. If only some do, the CR stays in the line and this is false. */
  readonly crlf: boolean;
  /** Whether the last line has a line end. */
  readonly ended: boolean;
  readonly lines: Lines;
}

/**
 * Splits versions of one file in the same way, so that equal lines compare equal. A line end that is the same in a whole file is a property
 * of the file, not of its lines: an editor that rewrote them all changed no line. If any version mixes both line ends, the CR counts as
 * part of the line in all of them.
 */
export function readTexts(versions: readonly string[]): Text[] {
  const bodies = versions.map(withoutBom);
  const mixed = bodies.some((body) => body.includes('\r\n') && !endsInCrlfOnly(body));
  return bodies.map((body, index) => {
    const crlf = !mixed && body.includes('\r\n');
    const ended = body === '' || body.endsWith('\n');
    const lines = body === '' ? [] : body.split(crlf ? '\r\n' : '\n');
    return { bom: body !== versions[index], crlf, ended, lines: ended ? lines.slice(0, -1) : lines };
  });
}

/** Joins a text: the reverse of `readTexts`. */
export function writeText(text: Text): string {
  if (text.lines.length === 0) {
    return text.bom ? BOM : '';
  }
  const eol = text.crlf ? '\r\n' : '\n';
  return (text.bom ? BOM : '') + text.lines.join(eol) + (text.ended ? eol : '');
}

/** Joins merged lines with the byte order mark, the line ends and the last line end that result from the three versions. */
export function frameLines(lines: Lines, base: Text, ours: Text, theirs: Text): string {
  return writeText({
    bom: changedOr(base.bom, ours.bom, theirs.bom),
    crlf: changedOr(base.crlf, ours.crlf, theirs.crlf),
    ended: changedOr(base.ended, ours.ended, theirs.ended),
    lines,
  });
}

function changedOr(base: boolean, ours: boolean, theirs: boolean): boolean {
  return ours === base ? theirs : ours;
}

function endsInCrlfOnly(body: string): boolean {
  return !/(?:^|[^\r])\n/.test(body);
}

/** Whether there is a line, and it is empty or has only white space. */
export function isBlank(line: string | undefined): boolean {
  return line?.trim() === '';
}

/** Returns the index of the first line that is not empty, or the number of lines. */
export function textStart(lines: Lines): number {
  const first = lines.findIndex((line) => !isBlank(line));
  return first === -1 ? lines.length : first;
}

/** Returns the index after the last line that is not empty, or 0. */
export function textEnd(lines: Lines): number {
  return lines.findLastIndex((line) => !isBlank(line)) + 1;
}

/** How many empty lines in a row are skipped at most: more than are usual between two paragraphs, in case a file has nothing else. */
export const MAX_GAP = 8;

/** Whether two lists have the same lines in the same order. */
export function sameLines(a: Lines, b: Lines): boolean {
  return a.length === b.length && a.every((line, index) => line === b[index]);
}

/** Whether `inner` results from `outer` by leaving out lines, so that taking `outer` loses no line of it. */
export function isWithin(inner: Lines, outer: Lines): boolean {
  let at = 0;
  for (const line of outer) {
    if (at < inner.length && inner[at] === line) {
      at += 1;
    }
  }
  return at === inner.length;
}

/** Concatenates lists of lines. */
export function concat(lists: readonly Lines[]): string[] {
  // Faster than `flat`, and without the limit on the number of arguments.
  const all: string[] = [];
  for (const lines of lists) {
    for (const line of lines) {
      all.push(line);
    }
  }
  return all;
}

/** Counts how often each line occurs in a list. */
export function countLines(lines: Lines): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) {
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return counts;
}
