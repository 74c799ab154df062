import type { Command } from 'commander';
import { bashScript } from './bash.js';
import { clientCompletion } from './client.js';
import { commanderCompletion } from './commander.js';
import type { Completion } from './completion.js';
import { fishScript } from './fish.js';
import { quote, quoteForFish } from './quote.js';
import type { Shell } from './shells.js';
import { zshScript } from './zsh.js';

export interface ScriptOptions {
  readonly shell: Shell;
  /** Make `claude` mean `pclaude`. */
  readonly alias: boolean;
  /** Where sessions are kept, unless `PCLAUDE_STATE_DIR` says otherwise by then. */
  readonly stateDir: string;
  /** The companion itself. */
  readonly companion: Command;
}

/** What a shell is to run at its start: the alias, and completions for both programs. */
export function shellScript({ shell, alias, stateDir, companion }: ScriptOptions): string {
  const { script, sessions, aliasCode } = BY_SHELL[shell];
  return script([clientCompletion(), commanderCompletion(companion)], sessions(stateDir)) + (alias ? aliasCode : '');
}

interface ShellKind {
  readonly script: (completions: readonly Completion[], sessions: string) => string;
  /** Code that prints the ids of all sessions. */
  readonly sessions: (stateDir: string) => string;
  readonly aliasCode: string;
}

/** Bash completes by the word that was typed, so the alias needs a completion, too; so does zsh, as some set it up. */
const BY_SHELL: Readonly<Record<Shell, ShellKind>> = {
  bash: { script: bashScript, sessions: posixSessions, aliasCode: 'complete -o default -F _pclaude claude\nalias claude=pclaude\n' },
  zsh: { script: zshScript, sessions: posixSessions, aliasCode: '(( $+functions[compdef] )) && compdef _pclaude claude\nalias claude=pclaude\n' },
  fish: { script: fishScript, sessions: fishSessions, aliasCode: 'alias claude pclaude\n' },
};

function posixSessions(stateDir: string): string {
  return `local dir=${quote(stateDir)}; command ls "\${PCLAUDE_STATE_DIR:-$dir}/sessions" 2> /dev/null`;
}

function fishSessions(stateDir: string): string {
  return `set -l dir $PCLAUDE_STATE_DIR ${quoteForFish(stateDir)}\n    command ls $dir[1]/sessions 2> /dev/null`;
}
