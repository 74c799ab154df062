import { join } from 'node:path';
import { restoreContent } from '../../system/content.js';
import type { Files } from '../../system/files/files.js';
import type { Merger } from '../merger.js';
import { parseEntry } from './entry.js';
import { segmentsOf } from './log.js';

/** How many files of a log are searched: a few thousand merges of ordinary memories. */
const SEGMENTS = 2;

/** The files that were merged lately, in the newest part of a log. */
export function recentTargets(files: Files, folder: string): string[] {
  const texts = newest(files, folder);
  // Quotes in a text within an entry are escaped, so that no text matches. Parsing everything as JSON would take much longer.
  const quoted = texts.flatMap((text) => Array.from(text.matchAll(/(?<!\\)"target":("(?:[^"\\]|\\.)*")/g), ([, target = '""']) => target));
  return [...new Set(quoted)].map((target) => String(JSON.parse(target)));
}

function newest(files: Files, folder: string): string[] {
  return segmentsOf(files, folder)
    .slice(-SEGMENTS)
    .map(({ name }) => Buffer.from(files.read(join(folder, name)) ?? '').toString('utf8'));
}

/** One merge of one shared file. */
export interface RecentMerge {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** What the session had started from, or its tool call had read; usually the same as `before`. */
  readonly base: Uint8Array | null;
  /** What the session or tool call had made of `base`; usually the same as `after`. */
  readonly ours: Uint8Array | null;
  readonly before: Uint8Array | null;
  readonly after: Uint8Array | null;
  /** The merge was made before others that were logged earlier. */
  readonly isLate: boolean;
}

/**
 * The content that the last merge of a shared file left there, of the merges whose content was logged; undefined when the newest part of
 * the log has none. Reads from the end, so that the last of many writes is found at once.
 */
export function lastVersion(files: Files, folder: string, target: string): Uint8Array | null | undefined {
  const needle = `"target":${JSON.stringify(target)}`;
  for (const { name } of segmentsOf(files, folder).slice(-SEGMENTS).toReversed()) {
    const text = Buffer.from(files.read(join(folder, name)) ?? '');
    for (let at = text.lastIndexOf(needle); at !== -1; at = at === 0 ? -1 : text.lastIndexOf(needle, at - 1)) {
      const end = text.indexOf('\n', at);
      const entry = parseEntry(text.toString('utf8', text.lastIndexOf('\n', at) + 1, end === -1 ? undefined : end));
      const content = entry?.files.findLast((file) => file.target === target)?.content;
      if (content?.kept === true) return restoreContent(content.after);
    }
  }
  return undefined;
}

/** How long before its write a program may have read a file, in milliseconds: an editor stays open for a while. */
const READ_MS = 12 * 3_600_000;

/**
 * The merges of a shared file within the last `age` milliseconds, the oldest first; by default, those that a program which writes now may
 * not have seen. Searches only the newest part of the log.
 */
export function recentMerges({ files, log, now }: Merger, target: string, age = READ_MS): RecentMerge[] {
  const needle = JSON.stringify(target);
  const since = now() - age;
  return newest(files, log.folder)
    .flatMap((text) => (text.includes(needle) ? text.split('\n').filter((line) => line.includes(needle)) : []))
    .flatMap((line) => {
      const entry = parseEntry(line);
      return entry && entry.at >= since
        ? entry.files.filter((file) => file.target === target).map(({ content }) => ({ at: entry.at, content }))
        : [];
    })
    .flatMap(({ at, content }) =>
      content.kept
        ? [
            {
              at,
              base: restoreContent(content.base ?? content.before),
              ours: restoreContent(content.ours ?? content.after),
              before: restoreContent(content.before),
              after: restoreContent(content.after),
              isLate: content.late === true,
            },
          ]
        : [],
    );
}

/** The versions that merges started from, replaced or wrote, in the order of the merges: the last one is the newest that the log has. */
export function versionsOf(merges: readonly RecentMerge[]): (Uint8Array | null)[] {
  const [late, others] = [true, false].map((wanted) => merges.filter(({ isLate }) => isLate === wanted));
  return [...(late ?? []), ...(others ?? [])].flatMap(({ base, ours, before, after }) => [base, ours, before, after]);
}
