import { commandOf } from '../../system/process/process-state.js';
import { variablesOf } from '../../system/process/process-variable.js';

/**
 * The home of the pclaude session in which a process works; null when there is none. On Linux by the variables that all in a
 * session inherit; elsewhere by the settings file that the client of a session, and each of its jobs, is given: there a
 * `claude` that a tool has started by itself counts as plain.
 */
export function homeOfProcess(pid: number): string | null {
  if (process.platform !== 'linux') return homeInCommand(commandOf(pid) ?? '');
  const variable = variablesOf(pid);
  const home = variable('PCLAUDE_HOME');
  // Somebody may have set another dir inside a session: that is none of its business.
  return home !== undefined && home !== '' && home === variable('CLAUDE_CONFIG_DIR') ? home : null;
}

/** The home beside the settings file that a command line names. */
export function homeInCommand(command: string): string | null {
  const root = /--settings[ =](\/.*?\/sessions\/[0-9a-z]{10})\/settings\.json(?= |$)/.exec(command)?.[1];
  return root === undefined ? null : `${root}/.claude`;
}
