type Lines = readonly string[];

/** Counts the lines that two lists have in common at their start, up to `limit`. */
export function commonStart(a: Lines, b: Lines, limit: number): number {
  let count = 0;
  while (count < limit && a[count] === b[count]) {
    count += 1;
  }
  return count;
}

/** Counts the lines that two lists have in common at their end, up to `limit`. */
export function commonEnd(a: Lines, b: Lines, limit: number): number {
  let count = 0;
  while (count < limit && a[a.length - 1 - count] === b[b.length - 1 - count]) {
    count += 1;
  }
  return count;
}

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
