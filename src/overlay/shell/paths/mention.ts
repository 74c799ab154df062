import type { Place, TreeName } from '../places.js';
import type { Quoting } from '../words/quote.js';

/** What a word may mean in a shared tree. */
export interface Spot extends Place {
  /** The place as an absolute path, as the command spells it. */
  readonly path: string;
  /**
   * Undefined: the place itself. Else what is below it: patterns of names (`*` stands for any characters), one a level, or
   * `anything`.
   */
  readonly rest?: readonly string[] | 'anything';
}

/** What a command does with the files that a word names. */
export type Role =
  /** Asks whether it is there, or changes its mode. */
  | 'look'
  /** Reads names in a folder. */
  | 'list'
  /** Reads it, with all that is in it; also everything that is unknown about it. */
  | 'read'
  /** Makes or changes a file. */
  | 'file'
  /** Makes, changes or removes a file, or something in a folder that is told apart. */
  | 'entry'
  /** Makes a folder. */
  | 'make'
  /** May change all that is in it. */
  | 'tree'
  /** Makes it the current folder. */
  | 'enter'
  /** Hands it to all programs that follow. */
  | 'export';

/** A stretch of the command, and the shared path that it spells. */
export interface WordEdit {
  readonly start: number;
  readonly end: number;
  readonly before: Quoting;
  readonly after: Quoting;
  readonly tree: TreeName;
  readonly place: string;
  /** What follows the place in the same stretch: a slash, the start of a name. */
  readonly tail: string;
  /** The place as an absolute path in the shared tree. */
  readonly shared: string;
}

/** A simple command, as far as the current folder concerns it. */
export interface CommandNote {
  readonly start: number;
  readonly end: number;
  readonly cwd: readonly string[] | undefined;
  /** Reads the current folder without having been told a path. */
  readonly readsFolder: boolean;
  /** What it does there. */
  readonly folderRole: Role;
  /** May print the paths that it was given. */
  readonly loud: boolean;
  /** Whether it can be run in a subshell as well. */
  readonly separable: boolean;
  /** Keeps a record of the files by itself, so it must not see a copy. */
  readonly apart: boolean;
}

/** A word, or the end of one, that names shared files. */
export interface Mention {
  readonly edit: WordEdit;
  readonly spots: readonly Spot[];
  /** The folder that its path starts from; undefined for an absolute path. */
  readonly base: string | undefined;
  /** The command that has it as a word; undefined for a word of a loop. */
  readonly command: CommandNote | undefined;
  /** Its command may still run when the whole command has ended. */
  readonly detached: boolean;
  /** Where it goes, it goes in a shell of its own. */
  readonly contained: boolean;
}

/** One thing that is done with what a mention names. */
export interface Use {
  readonly mention: Mention;
  readonly spots: readonly Spot[];
  readonly role: Role;
}

/** What goes through a pipe, into a variable or into a file: texts that may hold the paths of these mentions. */
export interface Flow {
  readonly mentions: readonly Mention[];
  /** It is nothing but paths, each of something that a mention names, or of something in it. */
  readonly paths: boolean;
  /** It may hold the path of any other mention as well. */
  readonly murky: boolean;
}

export const NOTHING: Flow = { mentions: [], paths: false, murky: false };

export function merged(flows: readonly Flow[]): Flow {
  return { mentions: [...new Set(flows.flatMap(({ mentions }) => mentions))], paths: false, murky: flows.some(({ murky }) => murky) };
}
