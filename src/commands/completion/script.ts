import type { Command } from 'commander';
import { bashScript } from './bash.js';
import { clientCompletion } from './client.js';
import { commanderCompletion } from './commander.js';
import type { Completion } from './completion.js';
import { fishScript } from './fish.js';
import type { Shell } from './shells.js';
import { zshScript } from './zsh.js';

export interface ScriptOptions {
  readonly shell: Shell;
  /** Make `claude` mean `pclaude`. */
  readonly alias: boolean;
  /** The companion itself. */
  readonly companion: Command;
}

/** What a shell is to run at its start: the alias, and completions for both programs. */
export function shellScript({ shell, alias, companion }: ScriptOptions): string {
  const { script, aliasCode } = BY_SHELL[shell];
  return script([clientCompletion(), commanderCompletion(companion)]) + (alias ? aliasCode : '');
}

interface ShellKind {
  readonly script: (completions: readonly Completion[]) => string;
  readonly aliasCode: string;
}

/** Bash completes by the word that was typed, so the alias needs a completion, too; so does zsh, as some set it up. */
const BY_SHELL: Readonly<Record<Shell, ShellKind>> = {
  bash: { script: bashScript, aliasCode: 'complete -o default -F _pclaude claude\nalias claude=pclaude\n' },
  zsh: { script: zshScript, aliasCode: '(( $+functions[compdef] )) && compdef _pclaude claude\nalias claude=pclaude\n' },
  fish: { script: fishScript, aliasCode: 'alias claude pclaude\n' },
};
