import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { attempt } from '../system/attempt.js';
import { hasCode } from '../system/fs/fs-error.js';
import { LARGE_BYTES, readTextIfThere } from '../system/fs/paths.js';
import type { Repository } from '../system/git/repository.js';
import { isRecord } from '../system/json.js';
import type { SharedDir } from './shared-dir.js';

export type Settings = Readonly<Record<string, unknown>>;

/** The user's settings, from the strongest scope to the weakest. A scope that the command line leaves out is empty. */
export interface UserSettings {
  /** Whether the client reads the user's own scope, which `--setting-sources` may leave out. */
  readonly readsUser: boolean;
  readonly managed: Settings;
  /** The settings of `--settings`; undefined when the option is missing or unusable. The client itself reports the latter. */
  readonly flag: Settings | undefined;
  readonly local: Settings;
  readonly project: Settings;
  readonly user: Settings;
}

/** The folder of an administrator's settings, from the client's documentation of `managed-settings.json`. */
const MANAGED_FOLDER = process.platform === 'darwin' ? '/Library/Application Support/ClaudeCode' : '/etc/claude-code';

/** What decides which settings the client reads. */
interface SettingsSources {
  readonly shared: SharedDir;
  readonly cwd: string;
  readonly repository: Pick<Repository, 'mainRoot'> | undefined;
  /** The value of `--settings`: JSON, or the path of a file. */
  readonly flag: string | undefined;
  /** The value of `--setting-sources`; undefined: all. */
  readonly sources: readonly string[] | undefined;
}

/** Reads every scope. As in the client, a file that is missing or does not parse counts as empty. */
export function readUserSettings({ shared, cwd, repository, flag, sources }: SettingsSources): UserSettings {
  const wanted = (source: string): boolean => sources === undefined || sources.includes(source);
  return {
    readsUser: wanted('user'),
    managed: readManaged(),
    flag: flag === undefined ? undefined : readFlag(flag),
    // The client looks in the folder in which it is started, not in the root of its working tree. Local settings are also
    // read from the root of the main working tree, and those override the others (seen in 2.1.329).
    local: wanted('local')
      ? { ...readFolder(cwd, 'settings.local.json'), ...readFolder(repository?.mainRoot ?? cwd, 'settings.local.json') }
      : {},
    project: wanted('project') ? readFolder(cwd, 'settings.json') : {},
    user: wanted('user') ? readSettings(join(shared.dir, 'settings.json')) : {},
  };
}

/** All strings under one key, from the strongest scope to the weakest. The client joins lists, so they are flattened. */
export function stringValues(settings: UserSettings, key: string): string[] {
  return valuesOf(settings, key).filter((value) => typeof value === 'string');
}

/** Like `stringValues`, for values of any type. */
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
  const files = [join(MANAGED_FOLDER, 'managed-settings.json'), ...jsonFilesIn(parts).map((name) => join(parts, name))];
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

/** Rejects pipes, whose read would wait for a writer, and files that are too large to be settings. Errors are left to the read. */
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

function jsonFilesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
}

/** What decides whether the client runs a session's hooks. */
interface HookSwitches {
  /** The option, if any, that makes the client skip hooks and much else. */
  readonly minimal: string | undefined;
  readonly environment: NodeJS.ProcessEnv;
  readonly user: UserSettings;
}

/** The option, variable or setting that makes the client skip a session's hooks; undefined when they run. Seen in 2.1.329. */
export function whatTurnsHooksOff({ minimal, environment, user }: HookSwitches): string | undefined {
  if (minimal !== undefined) return minimal;
  const variable = ['CLAUDE_CODE_SIMPLE', 'CLAUDE_CODE_SAFE_MODE'].find((name) => isOn(environment[name]));
  if (variable !== undefined) return variable;
  if (user.managed['allowManagedHooksOnly'] === true) return 'allowManagedHooksOnly, which an administrator has set';
  return valuesOf(user, 'disableAllHooks')[0] === true ? 'disableAllHooks in the settings' : undefined;
}

/** Whether a variable is on, by the client's own rule for its switches. */
function isOn(value: string | undefined): boolean {
  return value !== undefined && ['1', 'true', 'yes', 'on'].includes(value.trim().toLowerCase());
}
