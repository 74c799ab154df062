/** What a word may be. */
export type Value =
  | { readonly kind: 'nothing' | 'text' | 'file' | 'folder' }
  /** Known to pclaudectl only, which a shell asks for them. */
  | { readonly kind: LiveKind }
  | { readonly kind: 'words'; readonly words: readonly string[] };

/** Open sessions, sessions that may be closed, entries of the log, conflicts, branches, worktrees. */
export const LIVE_KINDS = ['session', 'id', 'entry', 'conflict', 'branch', 'worktree'] as const;

export type LiveKind = (typeof LIVE_KINDS)[number];

/** Something that a shell offers. */
export interface Offer {
  readonly names: readonly string[];
  readonly about: string;
}

export interface OptionOffer extends Offer {
  /** What must follow it. */
  readonly value: Value;
}

/** A command, or the program itself: what may stand behind it. */
export interface Level {
  /** The words that lead to it, with blanks between them; empty for the program. */
  readonly path: string;
  readonly options: readonly OptionOffer[];
  /** Options that take a value and are not offered. */
  readonly unlisted: readonly string[];
  readonly commands: readonly Offer[];
  /** What its arguments are. */
  readonly rest: Value;
}

/** All that shells know of a program. */
export interface Completion {
  readonly program: string;
  /** The program itself comes first. */
  readonly levels: readonly Level[];
}

export const NOTHING: Value = { kind: 'nothing' };

/** The level that a command leads to. Its first name stands for it. */
export function pathBelow(path: string, [name = '']: readonly string[]): string {
  return path === '' ? name : `${path} ${name}`;
}
