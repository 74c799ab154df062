import { join } from 'node:path';
import { sameValue, type ValueAt, valueAt } from '../../merge/json/dotted-keys.js';
import { decodeText } from '../../system/content.js';
import type { Files } from '../../system/files/files.js';
import { isSameAccount, isUserSetting, type KeptValue, keptValuesFolder, writeKeptValue } from '../kept-values.js';
import { readLog } from '../log/log.js';
import type { Merger } from '../merger.js';
import type { JournaledEdit } from './intent.js';

/**
 * Keeps the value that lost of each user setting that both sides had changed. `entry` is the id under which the merge is logged: repeated
 * after a crash, it keeps each value once. Call it before the merge is logged: the log says which session wrote the shared value.
 */
export function keepLosingValues(
  { files, id: session, branch, stateDir, log, now }: Merger,
  entry: string,
  { place, main, outcome, ours, conflict }: JournaledEdit,
): void {
  if (outcome.outcome !== 'merged' || conflict.keep === 'none' || conflict.keep === 'copy') return;
  const folder = keptValuesFolder(stateDir, log.folder);
  for (const [number, key] of outcome.decided.filter((each) => isUserSetting(place, each)).entries()) {
    const merged = textAt(ours, key);
    const shared = main && { before: textAt(main.before, key), after: textAt(main.after, key) };
    const lost = losingValue({ merged, isExternal: conflict.keep === 'quarantine', shared });
    if (lost === undefined || isSameAccount(key, merged, shared?.before)) continue;
    const { value, winningValue, writer } = lost;
    const from = {
      session: { session, branch },
      shared: writer === 'shared' ? writerOf(files, log.folder, entry, place, key) : null,
      external: null,
    }[writer];
    const winner = writer === 'session' ? 'shared' : 'session';
    const kept: KeptValue = { at: now(), place, key, value, winningValue, session, branch, winner, from, settledAt: null };
    writeKeptValue(files, join(folder, `${entry}-${place.replaceAll(/\W/g, '')}-${number}.json`), kept);
  }
}

/** A setting that both sides changed, in the versions of its file, as JSON text. Undefined: that version has no such value. */
export interface DecidedSetting {
  /** In the version that was merged into the shared file. */
  readonly merged: string | undefined;
  /** Whether an external writer wrote that version, at the last moment, over the one that the session had just merged. */
  readonly isExternal: boolean;
  /** In the shared file before and after the merge; null if the file stayed as it was. */
  readonly shared: { readonly before: string | undefined; readonly after: string | undefined } | null;
}

export interface LosingValue {
  readonly value: string;
  /** `UNREAD` if the shared file stayed as it was. */
  readonly winningValue: string;
  /** Whose value lost. `shared`: that of the writer before this session. */
  readonly writer: 'session' | 'shared' | 'external';
}

/** Stands for a value that won and was not read. */
export const UNREAD = 'null';

/**
 * Returns the value that lost; undefined if a version has no value, or both sides have the same.
 *
 * | merged version of  | the file now has  | the value that lost | its writer |
 * |--------------------|-------------------|---------------------|------------|
 * | the session        | the merged value  | `shared.before`     | `shared`   |
 * | the session        | another value     | `merged`            | `session`  |
 * | an external writer | the merged value  | `shared.before`     | `session`  |
 * | an external writer | another value     | `merged`            | `external` |
 */
export function losingValue({ merged, isExternal, shared }: DecidedSetting): LosingValue | undefined {
  if (merged === undefined) return undefined;
  const [mergedBy, sharedBy] = isExternal ? (['external', 'session'] as const) : (['session', 'shared'] as const);
  if (shared === null) return { value: merged, winningValue: UNREAD, writer: mergedBy };
  const { before, after } = shared;
  if (before === undefined || after === undefined || sameValue(merged, before)) return undefined;
  const hasWon = sameValue(after, merged);
  return { value: hasWon ? before : merged, winningValue: after, writer: hasWon ? sharedBy : mergedBy };
}

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
