import { basename } from 'node:path';
import type { LogEntry, LoggedFile } from '../../sync/log/entry.js';
import { restoreContent } from '../../system/content.js';
import { age } from '../../system/text.js';
import { keyLine, lineCounts, type LineCounts, patchOf } from '../patch.js';
import { localTime, shown } from '../shown.js';

const MOST_KEYS = 3;

/** An entry for people: its title, and a line for each of these files. `now` is in milliseconds since the epoch. */
export function entryLines(entry: LogEntry, files: readonly LoggedFile[], now: number): string {
  return [
    titleOf(entry, now),
    ...files.map((file) => `  ${file.outcome.padEnd('conflict'.length)}  ${shown(file.target)}${hintOf(file)}\n`),
  ].join('');
}

/** An entry in one line: its time, its origin, and its files; cut at the `width` of the terminal. */
export function entryLine(entry: LogEntry, files: readonly LoggedFile[], width = Infinity): string {
  const { id, at, session, branch, restores, settled } = entry;
  const who = restores !== undefined || settled !== undefined ? 'by hand' : shown(branch ?? session);
  const line = Array.from(
    `${shown(id)}  ${localTime(at).slice(0, MINUTES)}  ${who}  ${files.map((file) => shown(basename(file.target)) + hintOf(file).replace('  ', ' ')).join(', ')}`,
  );
  return `${line.length <= width ? line.join('') : `${line.slice(0, width - 1).join('')}…`}\n`;
}

/** The length of a time without its seconds. */
const MINUTES = '2026-01-31 12:00'.length;

/** Two lines: the time of the entry, and its origin. */
export function titleOf(entry: LogEntry, now: number): string {
  const { id, at, pid } = entry;
  const who = whoOf(entry);
  return `${shown(id)}  ${localTime(at)}, ${age(at, now)} ago\n  ${who}, pid ${pid}\n`;
}

function whoOf({ session, branch, restores, settled }: LogEntry): string {
  const from = branch === null ? '' : `from ${shown(branch)}, `;
  if (restores !== undefined) return `by hand: restored to before ${shown(restores)}`;
  if (settled !== undefined) return `by hand: settled (--${settled}) a conflict ${from}session ${shown(session)}`;
  return `${from}session ${shown(session)}`;
}

/** The change of a file as a unified diff, or in words if its content is not kept. */
export function changeText({ target, content }: LoggedFile): string {
  if (content.kept) return patchOf({ path: target, before: restoreContent(content.before), after: restoreContent(content.after) });
  return content.why === 'secret' ? keyLine(target, content.keys) : `${shown(target)}: too large to be kept\n`;
}

/** An entry for other programs, without the contents of files. */
export function entryJson({ id, at, pid, session, branch, restores, settled }: LogEntry, files: readonly object[]): object {
  return { id, at: new Date(at).toISOString(), pid, session, branch, restores: restores ?? null, settled: settled ?? null, files };
}

/** A file of an entry for other programs, without its content. */
export function fileJson(file: LoggedFile): object {
  const { place, target, outcome, decided, copy, content } = file;
  const { added, removed } = countsOf(file) ?? { added: null, removed: null };
  return {
    path: target,
    place,
    outcome,
    decided,
    copy,
    content: content.kept ? 'kept' : content.why,
    added,
    removed,
    keys: content.kept ? null : content.keys,
  };
}

function hintOf(file: LoggedFile): string {
  const { content } = file;
  if (!content.kept) return content.keys === null || content.keys.length === 0 ? '' : `  ${someOf(content.keys)}`;
  const counts = countsOf(file);
  const words = counts ? [...(counts.added > 0 ? [`+${counts.added}`] : []), ...(counts.removed > 0 ? [`-${counts.removed}`] : [])] : [];
  return words.length === 0 ? '' : `  ${words.join(' ')}`;
}

/** Only the first few keys: one session changes a dozen keys in the client's state file. */
function someOf(keys: readonly string[]): string {
  const more = keys.length > MOST_KEYS ? ` and ${keys.length - MOST_KEYS} more` : '';
  return keys.slice(0, MOST_KEYS).map(shown).join(', ') + more;
}

function countsOf({ content }: LoggedFile): LineCounts | null {
  return content.kept ? lineCounts(restoreContent(content.before), restoreContent(content.after)) : null;
}
