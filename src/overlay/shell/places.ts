/** `memory`: the memory folder of the session. `config`: the rest of the shared dir. */
export type TreeName = 'memory' | 'config';

/** A file or folder that sessions share: its path in one of the two trees. */
export interface Place {
  readonly tree: TreeName;
  readonly place: string;
}

/** Where the words of a command lead. */
export interface ShellPlaces {
  /** What `~` and `$HOME` mean. */
  readonly home: string;
  /** Other variables that the command finds, such as `CLAUDE_CONFIG_DIR`. A variable that is missing here is unknown. */
  readonly variables: Readonly<Record<string, string>>;
  readonly cwd: string;
  /**
   * Texts of which at least one stands in everything that names an overlaid path, such as `.claude`: program text
   * (`python -c …`) that holds one of them may read or write such a path.
   */
  readonly hints: readonly string[];
  /** The overlaid file or folder that an absolute path without `.`, `..` and trailing slash means; undefined for all other paths. */
  readonly placeOf: (path: string) => Place | undefined;
  /** Whether a folder is there now, or a link to one. */
  readonly isFolder: (path: string) => boolean;
  /**
   * Whether the client goes back to its own folder by itself after a command that ends in that folder, and tells the model.
   * Where it stays, a folder that the command makes cannot be a private one; without the function it stays everywhere.
   */
  readonly returnsFrom?: (folder: string) => boolean;
  /** Whether a link is there now. The links in a session's home that lead to the same place in the shared dir are none. */
  readonly isLink: (path: string) => boolean;
}

/** A file as it is, or a folder: with all that is in it when `whole`, else without. */
export interface PrivateCopy extends Place {
  readonly whole: boolean;
}

/** How a command is kept off the shared files that it writes. */
export interface ShellPlan {
  /**
   * What has to be in the private folders before the command runs, as far as it is there in the shared ones: all that is
   * written, moved or removed, and what has to be seen together with it. A folder of which more is copied stands before
   * what is in it.
   */
  readonly copies: readonly PrivateCopy[];
  /** Folders above them, from the top: those that are there have to be in the private folders, too, empty. */
  readonly folders: readonly Place[];
  /**
   * The command with paths below the private folders in place of the shared ones. `rootOf`: absolute, without a trailing
   * slash. Undefined when these paths have blanks or the like in them, and the command would take them apart.
   */
  readonly rewrite: (rootOf: (tree: TreeName) => string) => string | undefined;
}
