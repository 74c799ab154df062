import { lastRequests, prompt, type ModelRequest, type Step, toolResults, type ToolResult } from '../../support/messages-api.js';
import type { Project } from '../../support/project.js';
import { claude, type Environment } from '../../support/real-client.js';
import { run } from '../../support/run.js';

/** One turn of plain `claude`. */
export interface Asked {
  /** The last request of the main agent. */
  readonly request: ModelRequest;
  /** The results of its tools. */
  readonly results: readonly ToolResult[];
  /** The results of the tools of the subagents. */
  readonly delegated: readonly ToolResult[];
}

interface Options {
  readonly args?: readonly string[];
  readonly env?: Environment;
  /** The working folder, instead of the project's own. */
  readonly cwd?: string;
}

/** Runs plain `claude` through a script. */
export async function ask(
  { api, cwd, env }: Pick<Project, 'api' | 'cwd' | 'env'>,
  steps: readonly Step[],
  options: Options = {},
): Promise<Asked> {
  const before = api.requests.length;
  const result = await run(claude, ['-p', ...(options.args ?? []), prompt('Work', steps)], {
    cwd: options.cwd ?? cwd,
    env: { ...env, ...options.env },
  });
  const requests = lastRequests(api.requests.slice(before));
  const request = requests.find(({ agentId }) => agentId === undefined);
  if (request === undefined) throw new Error(`nothing was asked:\n${result.stdout.toString()}\n${result.stderr}`);
  const delegated = requests.filter(({ agentId }) => agentId !== undefined).flatMap(toolResults);
  return { request, results: toolResults(request), delegated };
}

/** The result of each call, in a few words. */
export function outcomes(results: readonly ToolResult[]): string[] {
  return results.map(({ tool, isError }) => `${tool} ${isError ? 'refused' : 'ok'}`);
}

/** The value of `--settings` for a turn. */
export function settings(value: object): readonly string[] {
  return ['--settings', JSON.stringify(value)];
}

/** Settings with one hook, which runs shell code. */
export function hook(event: 'PreToolUse' | 'PostToolUse', matcher: string, command: string, rule?: string): { readonly hooks: object } {
  return { hooks: { [event]: [{ matcher, hooks: [{ type: 'command', command, ...(rule === undefined ? {} : { if: rule }) }] }] } };
}

/** Shell code of a hook that answers with this, and makes no decision. */
export function answering(event: 'PreToolUse' | 'PostToolUse', output: object): string {
  return `cat > /dev/null; printf %s '${JSON.stringify({ hookSpecificOutput: { hookEventName: event, ...output } })}'`;
}
