import type { LogEntry, LoggedContent, LoggedFile } from './entry.js';

/** What an entry did to each file, from its content before the entry to its content after it. */
export function changesOf({ files }: LogEntry): LoggedFile[] {
  const byTarget = new Map<string, LoggedFile>();
  for (const file of files) {
    const earlier = byTarget.get(file.target);
    byTarget.set(file.target, earlier ? joined(earlier, file) : file);
  }
  return [...byTarget.values()];
}

/** A merge edits a file twice when an external writer wrote at the last moment, or when the index is to mention a conflict copy. */
function joined(one: LoggedFile, next: LoggedFile): LoggedFile {
  return {
    ...one,
    outcome: one.outcome === 'conflict' ? one.outcome : next.outcome,
    decided: [...new Set([...one.decided, ...next.decided])],
    copy: one.copy ?? next.copy,
    content: contentOf(one.content, next.content),
  };
}

function contentOf(one: LoggedContent, next: LoggedContent): LoggedContent {
  if (one.kept && next.kept) return { ...one, after: next.after };
  const [keys, more] = [one, next].map((content) => (content.kept ? null : content.keys));
  const why = one.kept ? (next.kept ? 'secret' : next.why) : one.why;
  return { kept: false, why, keys: keys && more ? [...new Set([...keys, ...more])] : null };
}
