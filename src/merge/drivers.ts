/** How a file is merged. `DriverRow` assigns drivers and their rules to files. */
export type Driver =
  /** `stamps`: the frontmatter fields in which a program, not a person, writes a time on every change. */
  | { readonly kind: 'text'; readonly stamps: readonly string[] }
  /** A list, such as MEMORY.md or _index.md. `entryKeys`: what identifies an entry; the first one that it has counts. */
  | { readonly kind: 'index'; readonly stamps: readonly string[]; readonly entryKeys: readonly EntryKey[] }
  | { readonly kind: 'json'; readonly rules: JsonRules }
  /** `timeKeys`: the fields that may contain the time of a line; the first one that does counts. */
  | { readonly kind: 'jsonl'; readonly timeKeys: readonly string[] }
  | { readonly kind: 'opaque' };

/** The target of the link with which an entry begins, the first cell of a table row, or the text of a list item. */
export type EntryKey = 'link' | 'cell' | 'text';

/** The special values of a JSON file. A path is its keys joined by dots; `*` is any one key, or an item of an array. */
export interface JsonRules {
  /** Counters: the increases of both sides add up. */
  readonly counters: readonly string[];
  /** Numbers that only grow, such as times: the greatest wins, whichever side wrote it. */
  readonly latest: readonly string[];
  /** Values that only make sense as a whole. */
  readonly atoms: readonly string[];
  /** For the path of an array of objects: the key that identifies an item. */
  readonly identities: Readonly<Record<string, string>>;
  /** Values that must not be lost by mistake: see `lostSections`. */
  readonly sections: readonly string[];
}

/**
 * Assigns a driver to files. A `path` with a leading slash is that path in the shared dir; one without is a file name in any folder. `*`
 * matches any characters of a name. Case is ignored, because some file systems ignore it.
 */
export interface DriverRow {
  readonly path: string;
  readonly driver: Driver;
}

/**
 * Returns the driver for files at a path in the shared dir, whatever their content: that of the first row that matches, and plain text if
 * none does. Pure, and loads no merge code, because a launch calls it as well.
 */
export function driverAt(rows: readonly DriverRow[], place: string): Driver {
  return rows.find(({ path }) => fits(path.toLowerCase(), place.toLowerCase()))?.driver ?? { kind: 'text', stamps: [] };
}

function fits(pattern: string, place: string): boolean {
  const [segments, parts] = pattern.startsWith('/')
    ? [pattern.slice(1).split('/'), place.split('/')]
    : [[pattern], place.split('/').slice(-1)];
  return segments.length === parts.length && segments.every((segment, index) => matches(segment, parts[index] ?? ''));
}

/** Whether a name matches a pattern, in which `*` stands for any characters. For one name without slashes. Takes linear time. */
export function matches(pattern: string, name: string): boolean {
  if (!pattern.includes('*')) return pattern === name;
  const [head = '', ...rest] = pattern.split('*');
  const tail = rest.pop() ?? '';
  if (!name.startsWith(head) || !name.endsWith(tail) || name.length < head.length + tail.length) return false;
  let at = head.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0 || found + part.length > name.length - tail.length) return false;
    at = found + part.length;
  }
  return true;
}
