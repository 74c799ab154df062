import table from '../../templates/client/handed.json' with { type: 'json' };
import { isProgram, resolvesToPclaude } from '../client/find.js';

/** The client that a caller has put before its arguments, the way a wrapper is called. */
export interface WrapperArgs {
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
  const { first, variables, editors } = table.selfSpawned;
  const isKnown = first.includes(args[0] ?? '') || variables.some((name) => environment[name]);
  return isKnown || !editors.entrypoints.includes(environment['CLAUDE_CODE_ENTRYPOINT'] ?? '');
}

function fits(path: string | undefined, patterns: readonly string[]): boolean {
  return path?.startsWith('/') === true && patterns.some((pattern) => new RegExp(pattern).test(path));
}
