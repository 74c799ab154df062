import { accessSync, closeSync, constants, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import table from '../../templates/client/wrapper.json' with { type: 'json' };
import { UserError } from '../system/errors.js';
import { hasCode } from '../system/fs/fs-error.js';

/** What decides which client is found. */
interface ClientSearch {
  readonly environment: NodeJS.ProcessEnv;
  /** `claudePath` of the config file. */
  readonly configured: string | undefined;
  /** The folder of the program that was started; that program may be a link. npm puts all its programs in one folder. */
  readonly beside: string;
  /** pclaude's own entry script, real path. */
  readonly self: string;
}

/** The paths at which the client's own installers put it, below the user's home; a shell's PATH may not have them yet. */
const USUAL_PATHS = ['.local/bin/claude', '.claude/local/claude'];

/** The folders in which shells look when PATH is not set. */
const NO_PATH = '/usr/local/bin:/usr/bin:/bin';

const INSTALL = 'install it with: npm install -g @anthropic-ai/claude-code, or set PCLAUDE_CLAUDE_PATH';

/**
 * Finds the real client. It looks at `PCLAUDE_CLAUDE_PATH`, then the config file, then PATH, then pclaude's own folder and the paths of
 * the client's installers. On PATH and after it, links to pclaude and small scripts that call pclaude are skipped. Throws
 * `client-missing` and `client-is-pclaude`.
 */
export function findClient({ environment, configured, beside, self }: ClientSearch): string {
  const named = environment['PCLAUDE_CLAUDE_PATH'] || configured;
  if (named !== undefined) {
    const path = resolve(named.replace(/^~(?=\/)/, homedir()));
    if (!isProgram(path)) throw new UserError('client-missing', `${path} is not a program`, 'correct PCLAUDE_CLAUDE_PATH or claudePath');
    if (resolvesToPclaude(path, self))
      throw new UserError('client-is-pclaude', `${path} is pclaude itself`, 'point PCLAUDE_CLAUDE_PATH to the real claude');
    return path;
  }
  const candidates = [
    ...[...foldersOnPath(environment), beside].map((folder) => join(folder, 'claude')),
    ...USUAL_PATHS.map((path) => join(homedir(), path)),
  ];
  const programs = candidates.filter(isProgram);
  const client = programs.find((path) => !resolvesToPclaude(path, self));
  if (client !== undefined) return client;
  const only = programs[0];
  if (only !== undefined) throw new UserError('client-is-pclaude', `the only claude found, ${only}, is pclaude itself`, INSTALL);
  throw new UserError('client-missing', 'Claude Code (claude) was not found', INSTALL);
}

/** The path of a program on PATH; undefined when there is none. */
export function findProgram(name: string, environment: NodeJS.ProcessEnv): string | undefined {
  return foldersOnPath(environment)
    .map((folder) => join(folder, name))
    .find(isProgram);
}

function foldersOnPath({ PATH = NO_PATH }: NodeJS.ProcessEnv): string[] {
  return PATH.split(delimiter).filter((folder) => isAbsolute(folder));
}

/** Whether a path is an executable file. */
function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** A longer script is not taken for an alias. Scripts of package managers have up to 2 KB. */
const ALIAS_BYTES = 4096;

/** A call of pclaude in a shell script. A folder of that name does not match. */
const OUR_CALL = /(?<![\w.-])pclaude(?:\.js)?(?![\w./-])/;

/** Whether a program is one of pclaude's own, or a small script that calls one. */
function resolvesToPclaude(path: string, self: string): boolean {
  const real = realpathSync.native(path);
  return real === self || dirname(real) === dirname(self) || OUR_CALL.test(scriptText(real));
}

/** The text of a small shell script without comments. Empty for any other file, and for a program that is executable but not readable. */
function scriptText(path: string): string {
  const buffer = Buffer.alloc(ALIAS_BYTES + 1);
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if (hasCode(error, 'EACCES', 'EPERM')) return '';
    throw error;
  }
  try {
    const text = buffer.toString('utf8', 0, readSync(file, buffer));
    const isAlias = text.length <= ALIAS_BYTES && /^#!\S*(?:\/|\s)(?:ba|da|z|k)?sh\b/.test(text);
    return isAlias ? text.replaceAll(/^\s*#.*/gm, '') : '';
  } finally {
    closeSync(file);
  }
}

/** The client that a caller has put before its arguments, the way a wrapper is called. */
interface WrapperArgs {
  /** A `script` client is a script with its runtime, from before there were binaries; the script is the first of `args`. */
  readonly kind: 'binary' | 'script';
  /** The program to start; undefined when it is pclaude itself, so that the client is found as usual. */
  readonly client: string | undefined;
  readonly args: readonly string[];
}

/**
 * Separates the client from the arguments of a wrapper. Returns undefined when they are the arguments of a client, whose prompt may begin
 * with a slash. `self` is the real path of pclaude's entry script.
 */
export function wrapperArgs([first = '', ...args]: readonly string[], self: string): WrapperArgs | undefined {
  if (!first.startsWith('/')) return undefined;
  const { clients, scripts } = table;
  const isScript = fits(first, scripts.runtimes) && fits(args[0], scripts.paths);
  if (!(isScript || fits(first, clients.paths)) || !isProgram(first)) return undefined;
  return { kind: isScript ? 'script' : 'binary', client: resolvesToPclaude(first, self) ? undefined : first, args };
}

/**
 * Returns whether the client started this process for itself. The client sets the variable for every process that it starts. An editor that
 * sets it as well is recognized by the entrypoint name that it gives its clients.
 */
export function isClientRespawn(args: readonly string[], environment: NodeJS.ProcessEnv): boolean {
  if (!environment['CLAUDE_CODE_PROCESS_WRAPPER']) return false;
  const { first, variables, editors } = table.respawned;
  const isKnown = first.includes(args[0] ?? '') || variables.some((name) => environment[name]);
  return isKnown || !editors.entrypoints.includes(environment['CLAUDE_CODE_ENTRYPOINT'] ?? '');
}

function fits(path: string | undefined, patterns: readonly string[]): boolean {
  return path?.startsWith('/') === true && patterns.some((pattern) => new RegExp(pattern).test(path));
}
