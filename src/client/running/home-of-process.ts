import { commandOf } from '../../system/process/process-state.js';
import { variablesOf } from '../../system/process/process-variable.js';

/**
 * The home of the pclaude session in which a process works; null when there is none. On Linux it is found by the variables that all
 * processes of a session inherit. On other systems it is found by the settings file that the client of a session, and each of its jobs,
 * gets as an argument; there a `claude` that a tool has started by itself counts as plain.
 */
export function homeOfProcess(pid: number): string | null {
  if (process.platform !== 'linux') return homeInCommand(commandOf(pid) ?? '');
  const variable = variablesOf(pid);
  const home = variable('PCLAUDE_HOME');
  // A process inside a session may have set another dir; then it does not work in the session's home.
  return home !== undefined && home !== '' && home === variable('CLAUDE_CONFIG_DIR') ? home : null;
}

/** The home beside the session's settings file that a command line names; null when it names none. */
export function homeInCommand(command: string): string | null {
  const root = /--settings[ =](\/.*?\/sessions\/[0-9a-z]{10})\/settings\.json(?= |$)/.exec(command)?.[1];
  return root === undefined ? null : `${root}/.claude`;
}
