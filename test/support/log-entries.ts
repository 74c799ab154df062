import type { LogEntry, LoggedFile } from '../../src/sync/log/entry.js';
import type { StoredContent } from '../../src/system/content.js';

/** A change of a file whose content is kept. By default its id is its target and its last content. */
export function changeOf(target: string, before: StoredContent, after: StoredContent, more: Partial<LoggedFile> = {}): LoggedFile {
  return {
    change: `${target} ${JSON.stringify(after)}`,
    place: target,
    target,
    outcome: 'merged',
    decided: [],
    copy: null,
    content: { kept: true, before, after },
    ...more,
  };
}

/** An entry, by default with one change, of a file that is named like the entry. */
export function entryOf(id: string, more: Partial<LogEntry> = {}): LogEntry {
  return { id, at: 0, pid: 1, session: 'me', branch: 'main', files: [changeOf(`/${id}.md`, null, 'text')], ...more };
}
