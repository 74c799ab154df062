import { UserError } from '../../system/errors.js';
import type { Files } from '../../system/files/files.js';
import type { LogEntry } from './entry.js';
import { readLog } from './read.js';

/** The entry with this id, or the only one whose id begins with it. Throws `no-such-entry`. */
export function findEntry(files: Files, folder: string, id: string): LogEntry {
  const found: LogEntry[] = [];
  for (const entry of id === '' ? [] : readLog(files, folder, [id])) {
    if (entry.id === id) return entry;
    if (entry.id.startsWith(id)) found.push(entry);
  }
  const [entry, ...more] = found;
  if (entry && more.length === 0) return entry;
  const what = entry ? `${found.length} entries begin with "${id}"` : `there is no entry "${id}"`;
  throw new UserError('no-such-entry', what, 'see: pclaudectl log');
}
