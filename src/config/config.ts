import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import type { ConfigFile } from './config-file.js';
import type { UserLayout } from './layout.js';
import { UserError } from '../system/errors.js';
import { reasonOf } from '../system/fs/fs-error.js';
import { DEFAULT_BLOCKS, type PortBlocks } from './ports.js';

/** What a user may set. Every variable stands over the file. See docs/configuration.md. */
export interface Config {
  /** The real client; undefined: searched on PATH. */
  readonly claudePath: string | undefined;
  /** Where sessions are kept, absolute. */
  readonly stateDir: string;
  /** What to do with a client that is too old to share its login between homes. */
  readonly oldClient: 'plain' | 'isolate';
  /** When a session's changes reach the shared dir. */
  readonly sync: SyncMode;
  /** Rows put before those of the built-in layout. */
  readonly layout: UserLayout;
  /** No line but on what went wrong. */
  readonly quiet: boolean;
  /** How long it is kept what was merged. */
  readonly log: LogLimits;
  /** What new worktrees are like. */
  readonly worktree: WorktreeConfig;
  /** What to do when somebody else works in the same working tree. */
  readonly sameDirectory: SameDirectory;
  /** How many sessions may live at once. */
  readonly limits: Limits;
  /** The ports that sessions get. */
  readonly slots: PortBlocks;
}

type SameDirectory = 'warn' | 'ask' | 'worktree' | 'allow';

export interface Limits {
  /** So many sessions may live; undefined: any number. */
  readonly sessions: number | undefined;
  /** So much memory must be free; undefined: whatever there is. */
  readonly freeMemoryMiB: number | undefined;
  readonly atLimit: 'wait' | 'fail';
}

/** How much of the past is kept; 0 of either keeps nothing. */
export interface LogLimits {
  readonly days: number;
  readonly mebibytes: number;
}

/** The `worktree` key of the config file. */
export interface WorktreeConfig {
  readonly path?: string | undefined;
  readonly link?: readonly string[] | undefined;
  readonly copy?: readonly string[] | undefined;
  /** A shell command for each repository, which is named by its root. */
  readonly setup?: Readonly<Record<string, string>> | undefined;
  readonly snippet?: boolean | undefined;
}

/** When what a session changed reaches the shared dir. */
export type SyncMode =
  /** Memory at once, the rest while the session runs and at its end. */
  | 'continuous'
  /** All of it when the session ends; its memory is a copy of its own until then. */
  | 'exit';

const LOG_LIMITS: LogLimits = { days: 30, mebibytes: 100 };

/**
 * Reads `$XDG_CONFIG_HOME/pclaude/config.json` (or the file that `PCLAUDE_CONFIG` names) and the variables. No file is
 * no error, unless it was named. Throws `config-invalid`.
 */
export async function loadConfig(environment: NodeJS.ProcessEnv): Promise<Config> {
  const file = await loadFile(environment);
  return {
    claudePath: file.claudePath,
    stateDir: resolve(stateDirIn(environment) ?? expandHome(file.stateDir) ?? join(stateHome(environment), 'pclaude')),
    oldClient: oneOf(environment, 'PCLAUDE_OLD_CLIENT', ['plain', 'isolate']) ?? file.oldClient ?? 'plain',
    sync: oneOf(environment, 'PCLAUDE_SYNC', ['continuous', 'exit']) ?? file.sync ?? 'continuous',
    layout: { rows: file.layout ?? [], drivers: file.drivers ?? [] },
    quiet: isOn(environment['PCLAUDE_QUIET']) ?? file.quiet ?? false,
    log: { days: file.log?.days ?? LOG_LIMITS.days, mebibytes: file.log?.mebibytes ?? LOG_LIMITS.mebibytes },
    worktree: file.worktree ?? {},
    sameDirectory: oneOf(environment, 'PCLAUDE_SAME_DIRECTORY', ['warn', 'ask', 'worktree', 'allow']) ?? file.sameDirectory ?? 'warn',
    limits: {
      sessions: countIn(environment, 'PCLAUDE_LIMIT_SESSIONS') ?? file.limits?.sessions,
      freeMemoryMiB: file.limits?.freeMemoryMiB,
      atLimit: oneOf(environment, 'PCLAUDE_AT_LIMIT', ['wait', 'fail']) ?? file.limits?.atLimit ?? 'wait',
    },
    slots: { portBase: file.slots?.portBase ?? DEFAULT_BLOCKS.portBase, ports: file.slots?.ports ?? DEFAULT_BLOCKS.ports },
  };
}

/** A relative one would be another dir in each folder: sessions would not find each other. */
function stateDirIn(environment: NodeJS.ProcessEnv): string | undefined {
  const named = environment['PCLAUDE_STATE_DIR'];
  if (!named) return undefined;
  if (!isAbsolute(named)) throw new UserError('config-invalid', `PCLAUDE_STATE_DIR is a relative path: ${named}`, 'make it an absolute one');
  return named;
}

/** A relative `XDG_STATE_HOME` does not count (XDG Base Directory Specification). */
function stateHome(environment: NodeJS.ProcessEnv): string {
  const named = environment['XDG_STATE_HOME'];
  return named && isAbsolute(named) ? named : join(homedir(), '.local', 'state');
}

async function loadFile(environment: NodeJS.ProcessEnv): Promise<ConfigFile> {
  const named = environment['PCLAUDE_CONFIG'];
  const path = named || join(environment['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'pclaude', 'config.json');
  if (!named && !existsSync(path)) return {};
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UserError('config-invalid', `cannot read ${path}: ${reasonOf(error) ?? 'unknown error'}`, named ? 'correct or unset PCLAUDE_CONFIG' : 'make it readable', { cause: error });
  }
  const { parseConfigFile } = await import('./config-file.js');
  return parseConfigFile(path, text);
}

function expandHome(path: string | undefined): string | undefined {
  return path?.replace(/^~(?=\/)/, homedir());
}

/** The value of a variable that takes one of a few words; undefined where it is unset or empty. */
function oneOf<T extends string>(environment: NodeJS.ProcessEnv, name: string, words: readonly T[]): T | undefined {
  const setting = environment[name];
  if (!setting) return undefined;
  const word = words.find((each) => each === setting);
  if (word !== undefined) return word;
  throw new UserError('config-invalid', `${name}: expected ${words.map((each) => `"${each}"`).join(' or ')}, got "${setting}"`, 'correct or unset it');
}

/** The value of a variable that takes a number from 1 on; undefined where it is unset or empty. */
function countIn(environment: NodeJS.ProcessEnv, name: string): number | undefined {
  const setting = environment[name];
  if (!setting) return undefined;
  if (/^[1-9]\d{0,8}$/.test(setting)) return Number(setting);
  throw new UserError('config-invalid', `${name}: expected a whole number from 1 on, got "${setting}"`, 'correct or unset it');
}

/** `1` and `true` are on, `0`, `false` and empty are off, unset is neither. */
function isOn(value: string | undefined): boolean | undefined {
  return value === undefined ? undefined : !['', '0', 'false'].includes(value);
}
