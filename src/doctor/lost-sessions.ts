import { readFileSync } from 'node:fs';
import { isRecord } from '../platform/is-record.js';
import { settled } from '../platform/settled.js';
import { reasonOf } from '../platform/fs-error.js';
import { realFiles } from '../sync/files.js';
import { isHeld } from '../session/locks.js';
import type { SessionPaths } from '../session/paths.js';
import { type Check, type Finding, finding, word } from './check.js';
import { seenSessions } from './seen-sessions.js';

/** Sessions of which the manifest cannot be read, so that nobody can merge them. */
export const lostSessions: Check = {
  name: 'lost-sessions',
  fine: 'the manifests of all sessions can be read',
  needs: 'state dir',
  find: ({ stateDir }) => seenSessions(stateDir).flatMap(({ paths, manifest }) => (manifest ? [] : lost(paths))),
};

function lost({ id, root, manifest, unfinishedMark, alive }: SessionPaths): Finding[] {
  // One that is being made, or whose launch was killed, is no loss.
  if (realFiles.kind(root) !== 'folder' || realFiles.kind(unfinishedMark) !== null || isHeld(alive)) return [];
  const place = { path: manifest, session: id };
  const text = settled(() => readFileSync(manifest, 'utf8'));
  const reason = text.status === 'rejected' ? reasonOf(text.reason) : undefined;
  if (text.status === 'rejected' && realFiles.kind(manifest) !== null) return [finding('error', `cannot be read: ${reason}`, 'make it readable, then: pclaudectl merge', place)];
  if (text.status === 'fulfilled' && isNewer(text.value)) return [finding('note', 'is of a newer pclaude', 'update this one', place)];
  return [finding('warning', 'is lost, so that this session cannot be merged', `look for notes in ${word(root)}; pclaudectl gc removes it when it is old`, place)];
}

function isNewer(text: string): boolean {
  const value = settled((): unknown => JSON.parse(text));
  return value.status === 'fulfilled' && isRecord(value.value) && typeof value.value['version'] === 'number' && value.value['version'] > 1;
}
