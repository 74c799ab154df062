import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import type { ConfigFile } from './config-file.js';
import type { UserLayout } from './layout.js';
import { UserError } from '../system/errors.js';
import { reasonOf } from '../system/fs/fs-error.js';

/** The user's configuration. An environment variable overrides the config file. See docs/configuration.md. */
export interface Config {
  /** The path of the real client; undefined: search for it on PATH. */
  readonly claudePath: string | undefined;
  /** The state dir, absolute. */
  readonly stateDir: string;
  /** What to do with a client that is too old to share its login between homes. */
  readonly oldClient: 'plain' | 'isolate';
  /** When a session's changes reach the shared dir. */
  readonly sync: SyncMode;
  /** Rows put before those of the built-in layout. */
  readonly layout: UserLayout;
  /** Report errors only. */
  readonly quiet: boolean;
  /** How much of the log of merges to keep. */
  readonly log: LogLimits;
  /** How to set up new worktrees. */
  readonly worktree: WorktreeConfig;
  /** What to do when another session or client works in the same working tree. */
  readonly sameDirectory: SameDirectory;
  /** How many sessions may run at once. */
  readonly limits: Limits;
  /** The blocks of ports for sessions. */
  readonly slots: PortBlocks;
}

type SameDirectory = 'warn' | 'ask' | 'worktree' | 'allow';

export interface Limits {
  /** The most sessions that may run at once; undefined: any number. */
  readonly sessions: number | undefined;
  /** How much memory must be free for a launch; undefined: any amount. */
  readonly freeMemoryMiB: number | undefined;
  readonly atLimit: 'wait' | 'fail';
}

/** How much of the log to keep, by age and by size. If either is 0, nothing is kept. */
export interface LogLimits {
  readonly days: number;
  readonly mebibytes: number;
}

/** The `worktree` key of the config file. */
export interface WorktreeConfig {
  readonly path?: string | undefined;
  readonly link?: readonly string[] | undefined;
  readonly copy?: readonly string[] | undefined;
  /** A shell command for each repository, by the repository's root. */
  readonly setup?: Readonly<Record<string, string>> | undefined;
  readonly snippet?: boolean | undefined;
}

/** When the changes of a session reach the shared dir. */
export type SyncMode =
  /** Changes to memory at once, all others while the session runs and when it ends. */
  | 'continuous'
  /** All of them when the session ends; until then its memory is a private copy. */
  | 'exit';

/** Ports are given out in blocks, which are numbered from 1 on. */
export interface PortBlocks {
  /** The first port of the first block. */
  readonly portBase: number;
  /** The number of ports in each block. */
  readonly ports: number;
}

const LOG_LIMITS: LogLimits = { days: 30, mebibytes: 100 };

/**
 * The default. It is below the ports that systems assign by themselves (Linux from 32768 on, macOS from 49152), in a range in which
 * none of the common servers listens.
 */
export const DEFAULT_BLOCKS: PortBlocks = { portBase: 23_000, ports: 20 };

/**
 * Reads `$XDG_CONFIG_HOME/pclaude/config.json` (or the file that `PCLAUDE_CONFIG` names) and the variables. A missing file
 * is an error only when `PCLAUDE_CONFIG` names it. Throws `config-invalid`.
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

/** Refuses a relative path: it would be another dir in each folder, and sessions would not find each other. */
function stateDirIn(environment: NodeJS.ProcessEnv): string | undefined {
  const named = environment['PCLAUDE_STATE_DIR'];
  if (!named) return undefined;
  if (!isAbsolute(named))
    throw new UserError('config-invalid', `PCLAUDE_STATE_DIR is a relative path: ${named}`, 'make it an absolute one');
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
    throw new UserError(
      'config-invalid',
      `cannot read ${path}: ${reasonOf(error) ?? 'unknown error'}`,
      named ? 'correct or unset PCLAUDE_CONFIG' : 'make it readable',
      { cause: error },
    );
  }
  const { parseConfigFile } = await import('./config-file.js');
  return parseConfigFile(path, text);
}

function expandHome(path: string | undefined): string | undefined {
  return path?.replace(/^~(?=\/)/, homedir());
}

/** The value of a variable that takes one of `words`; undefined when it is unset or empty. Throws `config-invalid`. */
function oneOf<T extends string>(environment: NodeJS.ProcessEnv, name: string, words: readonly T[]): T | undefined {
  const setting = environment[name];
  if (!setting) return undefined;
  const word = words.find((each) => each === setting);
  if (word !== undefined) return word;
  throw new UserError(
    'config-invalid',
    `${name}: expected ${words.map((each) => `"${each}"`).join(' or ')}, got "${setting}"`,
    'correct or unset it',
  );
}

/** The value of a variable that takes a number from 1 on; undefined when it is unset or empty. Throws `config-invalid`. */
function countIn(environment: NodeJS.ProcessEnv, name: string): number | undefined {
  const setting = environment[name];
  if (!setting) return undefined;
  if (/^[1-9]\d{0,8}$/.test(setting)) return Number(setting);
  throw new UserError('config-invalid', `${name}: expected a whole number from 1 on, got "${setting}"`, 'correct or unset it');
}

/** `0`, `false` and the empty string are off, any other value is on. Undefined when the variable is unset. */
function isOn(value: string | undefined): boolean | undefined {
  return value === undefined ? undefined : !['', '0', 'false'].includes(value);
}
