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
  /** Adds the alias that makes `claude` run `pclaude`. */
  readonly alias: boolean;
  /** The `pclaudectl` program. */
  readonly companion: Command;
}

/** The code that a shell runs when it starts: the alias, and the completions of both programs. */
export function shellScript({ shell, alias, companion }: ScriptOptions): string {
  const { script, aliasCode } = BY_SHELL[shell];
  return script([clientCompletion(), commanderCompletion(companion)]) + (alias ? aliasCode : '');
}

interface ShellKind {
  readonly script: (completions: readonly Completion[]) => string;
  readonly aliasCode: string;
}

/** Bash completes by the word that was typed, so the alias needs a completion of its own; zsh does the same in some configurations. */
const BY_SHELL: Readonly<Record<Shell, ShellKind>> = {
  bash: { script: bashScript, aliasCode: 'complete -o default -F _pclaude claude\nalias claude=pclaude\n' },
  zsh: { script: zshScript, aliasCode: '(( $+functions[compdef] )) && compdef _pclaude claude\nalias claude=pclaude\n' },
  fish: { script: fishScript, aliasCode: 'alias claude pclaude\n' },
};
