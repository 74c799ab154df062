/** The kinds of words that can be completed. */
export type Value =
  | { readonly kind: 'nothing' | 'text' | 'file' | 'folder' }
  /** Words that only `pclaudectl complete-words` knows. */
  | { readonly kind: LiveKind }
  | { readonly kind: 'words'; readonly words: readonly string[] };

/** Open sessions, all sessions, log entries, conflicts, branches, worktrees. */
export const LIVE_KINDS = ['session', 'id', 'entry', 'conflict', 'branch', 'worktree'] as const;

export type LiveKind = (typeof LIVE_KINDS)[number];

/** A word that a shell offers, with all its names. */
export interface Offer {
  readonly names: readonly string[];
  readonly about: string;
}

export interface OptionOffer extends Offer {
  /** The value that must follow it. */
  readonly value: Value;
}

/** A command or the program itself, and what may follow it. */
export interface Level {
  /** The words that lead to it, separated by blanks; empty for the program. */
  readonly path: string;
  readonly options: readonly OptionOffer[];
  /** Options that take a value but are not offered. */
  readonly unlisted: readonly string[];
  readonly commands: readonly Offer[];
  /** The kind of its arguments. */
  readonly rest: Value;
}

/** Everything that the shells' code knows about a program. */
export interface Completion {
  readonly program: string;
  /** The level of the program itself comes first. */
  readonly levels: readonly Level[];
}

export const NOTHING: Value = { kind: 'nothing' };

/** The path of the level that a command leads to. It uses the first name of the command. */
export function pathBelow(path: string, [name = '']: readonly string[]): string {
  return path === '' ? name : `${path} ${name}`;
}
