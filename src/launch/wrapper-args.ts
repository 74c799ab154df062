import table from '../../templates/client/handed.json' with { type: 'json' };
import { isProgram, resolvesToPclaude } from '../client/find.js';

/** A client that whoever starts us has put before its arguments, as wrappers are called. */
export interface WrapperArgs {
  /** A script and its runtime are a client from before there were binaries; the script stands first among `args`. */
  readonly kind: 'binary' | 'script';
  /** The program to start; undefined for one that is ourselves: then the client is to be found as always. */
  readonly client: string | undefined;
  readonly args: readonly string[];
}

/**
 * Takes the client off the arguments of a wrapper; undefined where they are those of a client, which may well begin with a
 * prompt that begins with a slash. `self` is our own entry script, real path.
 */
export function wrapperArgs([first = '', ...args]: readonly string[], self: string): WrapperArgs | undefined {
  if (!first.startsWith('/')) return undefined;
  const { clients, scripts } = table;
  const isScript = fits(first, scripts.runtimes) && fits(args[0], scripts.paths);
  if (!(isScript || fits(first, clients.paths)) || !isProgram(first)) return undefined;
  return { kind: isScript ? 'script' : 'binary', client: resolvesToPclaude(first, self) ? undefined : first, args };
}

/**
 * Tells whether the client has started this for itself. Its variable is set in everything that it starts; an editor that has
 * it, too, is told by the name under which it starts clients.
 */
export function isClientRespawn(args: readonly string[], environment: NodeJS.ProcessEnv): boolean {
  if (!environment['CLAUDE_CODE_PROCESS_WRAPPER']) return false;
  const { first, variables, editors } = table.selfSpawned;
  const isKnown = first.includes(args[0] ?? '') || variables.some((name) => environment[name]);
  return isKnown || !editors.entrypoints.includes(environment['CLAUDE_CODE_ENTRYPOINT'] ?? '');
}

function fits(path: string | undefined, patterns: readonly string[]): boolean {
  return path?.startsWith('/') === true && patterns.some((pattern) => new RegExp(pattern).test(path));
}
