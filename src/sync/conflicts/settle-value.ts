import { basename } from 'node:path';
import { decodeText, encodeText } from '../../system/bytes.js';
import { valueAt } from '../../merge/json/value-at.js';
import { UserError } from '../../system/errors.js';
import { fulfilled, throwFirst } from '../../system/attempt.js';
import { mergeCandidates } from '../apply/batch.js';
import type { ValueConflict } from './conflicts.js';
import type { Files } from '../../system/files/files.js';
import { forgetSettledValues, keptValuesFolder, type KeptValue, readKeptValue, writeKeptValue } from '../settings/kept-values.js';
import type { Merger } from '../merger.js';
import { readShared } from './read-shared.js';
import type { Choice } from './choice.js';
import { unsettled } from './unsettled.js';

/**
 * Settles a conflict of one setting. `ours` writes the kept value into the shared file, and keeps the value that it replaces. `theirs`
 * leaves the file as it is. Either can be undone for an hour, by taking `ours` again. Throws `conflict-unsettled` when the choice cannot be
 * carried out, and `write-conflict` when the setting was changed meanwhile. A crash leaves the conflict, or a file that has the value.
 */
export async function settleValue(files: Files, merger: Merger, conflict: ValueConflict, take: Choice['take']): Promise<void> {
  const { file, key, ours } = conflict;
  const name = `${basename(file)}: ${key}`;
  if (take === 'both' || take === 'content') throw unsettled(`of ${name} only one value can stand`, 'settle with --session or --shared');
  const kept = readKeptValue(files, ours);
  if (kept === undefined) throw unsettled(`${ours} is gone`, 'look again with: pclaudectl conflicts');
  const settledAt = Date.now();
  const value = take === 'ours' ? await bringValue(files, merger, conflict, kept) : kept.value;
  writeKeptValue(files, ours, { ...kept, value, stands: take === 'ours' ? kept.value : kept.stands, settledAt });
  forgetSettledValues(files, keptValuesFolder(merger.stateDir, merger.log.folder), settledAt);
}

/** Writes a value into the shared file, and returns the value that it replaced. */
async function bringValue(files: Files, merger: Merger, conflict: ValueConflict, { value }: KeptValue): Promise<string> {
  const { file, place, key } = conflict;
  const present = readShared(files, conflict);
  const text = present === null ? null : decodeText(present);
  const found = text === null ? 'broken' : valueAt(text, key);
  if (present === null) throw unsettled(`${file} is gone`, 'put it back, or settle with --shared');
  if (found === 'broken' || text === null)
    throw unsettled(`${file} is not valid JSON`, 'correct it, or bring back its last good version (pclaudectl restore), and try again');
  if (found === 'absent') throw unsettled(`${file} has no ${key} any more`, 'put that key back and try again, or settle with --shared');
  const ours = encodeText(text.slice(0, found.start) + value + text.slice(found.end));
  const change = { place, target: file, base: present, ours, isMeant: true } as const;
  const results = await mergeCandidates(files, merger, [
    { change, policy: { drivers: merger.drivers, conflict: { keep: 'session' } }, base: null, memoryFolder: null },
  ]);
  throwFirst(results);
  const [[, pushed] = []] = fulfilled(results);
  if (pushed?.outcome === 'conflict')
    throw new UserError('write-conflict', `${file} has been changed meanwhile`, 'look at it, and try again');
  return found.text;
}
