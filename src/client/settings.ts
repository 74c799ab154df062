import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { SharedDir } from './shared-dir.js';
import type { Repository } from '../system/git/repository.js';
import { hasCode } from '../system/fs/fs-error.js';
import { isRecord } from '../system/is-record.js';
import { LARGE_BYTES } from '../system/fs/large.js';
import { readTextIfThere } from '../system/fs/read-text.js';
import { attempt } from '../system/attempt.js';

export type Settings = Readonly<Record<string, unknown>>;

/** The user's settings, from the strongest scope to the weakest, without those that the command line leaves out. */
export interface UserSettings {
  /** Does the client read the user's own scope? With `--setting-sources` it may be left out. */
  readonly readsUser: boolean;
  readonly managed: Settings;
  /** What `--settings` names; undefined when it is not given, or cannot be used: the client then says so itself. */
  readonly flag: Settings | undefined;
  readonly local: Settings;
  readonly project: Settings;
  readonly user: Settings;
}

/** Where an administrator's settings are; the client's documentation of `managed-settings.json` names these folders. */
const MANAGED_FOLDER = process.platform === 'darwin' ? '/Library/Application Support/ClaudeCode' : '/etc/claude-code';

export interface SettingsPlaces {
  readonly shared: SharedDir;
  readonly cwd: string;
  readonly repository: Pick<Repository, 'mainRoot'> | undefined;
  /** The value of `--settings`: JSON, or the path of a file. */
  readonly flag: string | undefined;
  /** The value of `--setting-sources`; undefined: all. */
  readonly sources: readonly string[] | undefined;
}

/** Reads every scope. A file that is missing or does not parse counts as empty, as it does for the client. */
export function readUserSettings(places: SettingsPlaces): UserSettings {
  const { shared, cwd, repository, flag, sources } = places;
  const wanted = (source: string): boolean => sources === undefined || sources.includes(source);
  return {
    readsUser: wanted('user'),
    managed: readManaged(),
    flag: flag === undefined ? undefined : readFlag(flag),
    // The client looks in the folder in which it is started, not in the root of its working tree. Only local settings
    // count from elsewhere as well: those in the root of the main working tree stand above (seen in 2.1.329).
    local: wanted('local') ? { ...readFolder(cwd, 'settings.local.json'), ...readFolder(repository?.mainRoot ?? cwd, 'settings.local.json') } : {},
    project: wanted('project') ? readFolder(cwd, 'settings.json') : {},
    user: wanted('user') ? readSettings(join(shared.dir, 'settings.json')) : {},
  };
}

/** All values of one key, from the strongest scope to the weakest; the items of lists, which the client joins, one by one. */
export function stringValues(settings: UserSettings, key: string): string[] {
  return valuesOf(settings, key).filter((value) => typeof value === 'string');
}

/** The same of values of any kind. */
export function valuesOf(settings: UserSettings, key: string): unknown[] {
  return scopes(settings)
    .flatMap((scope) => scope[key])
    .filter((value) => value !== undefined);
}

function scopes({ managed, flag, local, project, user }: UserSettings): Settings[] {
  return [managed, flag ?? {}, local, project, user];
}

function readManaged(): Settings {
  const parts = join(MANAGED_FOLDER, 'managed-settings.d');
  const files = [join(MANAGED_FOLDER, 'managed-settings.json'), ...list(parts).map((name) => join(parts, name))];
  return Object.assign({}, ...files.map(readSettings));
}

function readFolder(root: string, name: string): Settings {
  return readSettings(join(root, '.claude', name));
}

function readFlag(value: string): Settings | undefined {
  const text = value.trim().startsWith('{') ? value : readText(value);
  return text === undefined ? undefined : parse(text);
}

function readSettings(path: string): Settings {
  return isReadable(path) ? (parse(readText(path) ?? '{}') ?? {}) : {};
}

function parse(text: string): Settings | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A pipe would wait for a writer, and nobody's settings have gigabytes. */
function isReadable(path: string): boolean {
  const stat = attempt(() => statSync(path, { throwIfNoEntry: false }));
  return stat.status === 'rejected' || stat.value === undefined || (stat.value.isFile() && stat.value.size <= LARGE_BYTES);
}

function readText(path: string): string | undefined {
  try {
    return readTextIfThere(path);
  } catch (error) {
    if (hasCode(error, 'EACCES', 'EPERM', 'EISDIR')) return undefined;
    throw error;
  }
}

function list(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
}
