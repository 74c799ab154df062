import { join } from 'node:path';
import { readLog } from '../log/read.js';
import { decodeText } from '../../system/bytes.js';
import { sameValue, type ValueAt, valueAt } from '../../merge/json/value-at.js';
import type { Files } from '../../system/files/files.js';
import type { JournaledEdit } from './intent.js';
import { type KeptValue, keptValuesFolder, writeKeptValue } from '../settings/kept-values.js';
import type { Merger } from '../merger.js';
import { isUserSetting } from '../settings/user-settings.js';

/**
 * Keeps the value that was not taken of each user setting that both sides had changed. `entry` is the id under which the merge is logged:
 * repeated after a crash, it keeps each value once. Call it before the merge is logged: the log says which session wrote the shared value.
 */
export function keepOverruled(
  files: Files,
  { id: session, branch, stateDir, log }: Merger,
  entry: string,
  { place, main, pushed, ours, conflict }: JournaledEdit,
): void {
  if (pushed.outcome !== 'merged' || conflict.keep === 'none' || conflict.keep === 'copy') return;
  const folder = keptValuesFolder(stateDir, log.folder);
  for (const [number, key] of pushed.decided.filter((each) => isUserSetting(place, each)).entries()) {
    const own = textAt(ours, key);
    // The shared file is unchanged, so its value was taken.
    const [shared, now] = main === null ? [UNREAD, UNREAD] : [main.before, main.after].map((content) => textAt(content, key));
    if (own === undefined || shared === undefined || now === undefined || (main !== null && sameValue(own, shared))) continue;
    const isOwn = main !== null && sameValue(now, own);
    const value = isOwn ? shared : own;
    // With `aside`, `ours` is what an external writer wrote at the last moment, merged after the session's version: the sides swap.
    const standing = isOwn === (conflict.keep !== 'aside') ? 'session' : 'shared';
    const from = standing === 'shared' ? { session, branch } : isOwn ? writerOf(files, log.folder, entry, place, key) : null;
    const kept: KeptValue = { at: Date.now(), place, key, value, stands: now, session, branch, standing, from, settledAt: null };
    writeKeptValue(files, join(folder, `${entry}-${place.replaceAll(/\W/g, '')}-${number}.json`), kept);
  }
}

/** Stands for a value that was taken and not read. */
const UNREAD = 'null';

function textAt(content: Uint8Array | null, key: string): string | undefined {
  const text = content === null ? null : decodeText(content);
  const found: ValueAt | string = text === null ? 'absent' : valueAt(text, key);
  return typeof found === 'string' ? undefined : found.text;
}

/** How many log entries are searched; an older writer does not matter any more. */
const MOST_ENTRIES = 200;

/** The session that last changed a setting before the log entry `before`; null if none did lately. */
function writerOf(files: Files, folder: string, before: string, place: string, key: string): KeptValue['from'] {
  let seen = 0;
  for (const entry of readLog(files, folder, [place])) {
    if (entry.id === before) continue;
    const changed = entry.files.some(
      ({ place: file, content }) =>
        file === place &&
        !content.kept &&
        content.keys?.some((other) => other === key || other.startsWith(`${key}.`) || key.startsWith(`${other}.`)) === true,
    );
    if (changed) return { session: entry.session, branch: entry.branch };
    seen += 1;
    if (seen === MOST_ENTRIES) return null;
  }
  return null;
}
