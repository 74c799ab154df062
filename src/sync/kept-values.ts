import { basename, join } from 'node:path';
import knownSettings from '../../templates/client/known-settings.json' with { type: 'json' };
import { STATE_FILE } from '../client/shared-dir.js';
import type { Files } from '../system/files/files.js';
import { TEMPORARY_SUFFIX } from '../system/fs/atomic-write.js';
import { isRecord, isTextOrNull, parseJson } from '../system/json.js';

/** The losing value of a setting that both sides changed. Kept in the state dir (0600), because it may be a secret. */
export interface KeptValue {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The file, by its path in the shared dir. */
  readonly place: string;
  /** Dotted. */
  readonly key: string;
  /** The value, as JSON text. */
  readonly value: string;
  /** The value that won, or that the file had when this was written; as JSON text. */
  readonly winningValue: string;
  /** The session that merged, its branch, and whose value won (`winner`). */
  readonly session: string;
  readonly branch: string | null;
  readonly winner: 'session' | 'shared';
  /** The session whose value is kept; null if that is not known, as for a value that the user or a plain client wrote. */
  readonly from: { readonly session: string; readonly branch: string | null } | null;
  /** When the user settled it, in milliseconds since the epoch; null: not yet. */
  readonly settledAt: number | null;
}

interface StoredValue {
  readonly path: string;
  readonly kept: KeptValue;
}

/** How long a settled value can be taken back, in milliseconds. Not longer, because it may be a secret that was replaced for a reason. */
export const UNDO_MS = 3_600_000;

/** The folder with the kept values of the shared dir whose log is at the path `log`. */
export function keptValuesFolder(stateDir: string, log: string): string {
  return join(stateDir, 'kept-values', basename(log));
}

/** All kept values, the oldest first. Reads only; skips a file that does not parse. */
export function readKeptValues(files: Files, folder: string): StoredValue[] {
  const names = files.list(folder).filter((name) => name.endsWith('.json'));
  const found = names.flatMap((name) => {
    const path = join(folder, name);
    const kept = readKeptValue(files, path);
    return kept === undefined ? [] : [{ path, kept }];
  });
  return found.toSorted((a, b) => a.kept.at - b.kept.at);
}

/** One kept value; undefined if the file is gone, or is not one. */
export function readKeptValue(files: Files, path: string): KeptValue | undefined {
  const content = files.kind(path) === 'file' ? files.read(path) : null;
  if (content === null) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(content).toString('utf8'));
    return isKeptValue(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Atomic, 0600. A crash leaves the previous content. */
export function writeKeptValue(files: Files, path: string, kept: KeptValue): void {
  files.writePrivate(path, Buffer.from(JSON.stringify(kept)));
}

/** Removes values that were settled more than `UNDO_MS` ago, and temporary files that a crash left. */
export function forgetSettledValues(files: Files, folder: string, now: number): void {
  for (const name of files.list(folder)) {
    const path = join(folder, name);
    const settledAt = readKeptValue(files, path)?.settledAt ?? null;
    if (name.endsWith(TEMPORARY_SUFFIX) || (settledAt !== null && settledAt < now - UNDO_MS)) files.remove(path);
  }
}

function isKeptValue(value: unknown): value is KeptValue {
  if (!isRecord(value)) return false;
  const { at, place, key, value: kept, winningValue, session, branch, winner, from, settledAt } = value;
  const isOwner = isRecord(from) && typeof from['session'] === 'string' && isTextOrNull(from['branch']);
  return (
    typeof at === 'number' &&
    [place, key, kept, winningValue, session].every((text) => typeof text === 'string') &&
    isTextOrNull(branch) &&
    (winner === 'session' || winner === 'shared') &&
    (from === null || isOwner) &&
    (settledAt === null || typeof settledAt === 'number')
  );
}

/** The state file, and its older name. */
const STATE_FILES: readonly string[] = [STATE_FILE, '.config.json'];

/**
 * Whether a key of a file at the top of the shared dir is a user's setting. `key` is dotted. Of the state file these are the keys that
 * templates/client/known-settings.json lists.
 */
export function isUserSetting(place: string, key: string): boolean {
  if (place === 'settings.json') return key !== '';
  const { first, anywhere } = knownSettings.stateFile;
  const parts = key.split('.');
  return STATE_FILES.includes(place) && (first.includes(parts[0] ?? '') || parts.some((part) => anywhere.includes(part)));
}

/** The key of the state file for the account to which the user is logged in. */
const ACCOUNT = 'oauthAccount';

/**
 * Whether two values of the account, as JSON texts, name the same account and organization. What else the client records about an account
 * it fetches again by itself. False for all other keys.
 */
export function isSameAccount(key: string, one: string | undefined, other: string | undefined): boolean {
  if (key !== ACCOUNT) return false;
  const [a, b] = [one, other].map((text) => parseJson(text));
  return (
    isRecord(a) &&
    isRecord(b) &&
    typeof a['accountUuid'] === 'string' &&
    ['accountUuid', 'organizationUuid'].every((part) => a[part] === b[part])
  );
}

const SHORT_NAME = /^[A-Za-z0-9][\w .:[\]-]{0,39}$/;

/**
 * The value of a setting, if it can be shown; undefined for any value that might be a secret. Shown are only booleans outside of `env`, and
 * short values of settings that are known to be harmless. `json` is the value as JSON text.
 */
export function shownValue(key: string, json: string): string | undefined {
  if (json === 'true' || json === 'false') return /(?:^|\.)env(?:\.|$)/.test(key) ? undefined : json;
  if (!knownSettings.harmless.keys.includes(key)) return undefined;
  if (/^\d{1,6}$/.test(json)) return json;
  const name = /^"([^"\\]*)"$/.exec(json)?.[1];
  return name !== undefined && SHORT_NAME.test(name) ? json : undefined;
}
