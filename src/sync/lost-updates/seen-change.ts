/** What a tool call changed in a shared file, as bytes. */
export interface SeenChange {
  /** The path of the file in the shared dir. */
  readonly place: string;
  readonly target: string;
  /** The memory folder that the file is in, whose index names conflict copies; null for other files. */
  readonly memoryFolder: string | null;
  /** The content before the call; null: no file. */
  readonly before: Uint8Array | null;
  /** Whether the call read `before`. A shell command may write what a model made from an older version. */
  readonly hasRead: boolean;
  /** The content after the call; null: the call removed the file. The same as `before` if only the time of the call is known. */
  readonly after: Uint8Array | null;
  /** The earliest time at which the call can have read the file, in milliseconds since the epoch. */
  readonly since: number;
}

/** What a file tool wrote to a shared file, as the tool reports it. */
export interface Write extends Omit<SeenChange, 'before' | 'after' | 'hasRead'> {
  /** The whole text that the call read; null: the call created the file. */
  readonly before: string | null;
  /** The whole text afterwards; the same as `before` if only the time of the call is known. */
  readonly after: string;
}

/** A file for which sessions take turns: its path, and its name in merges. */
export type SharedFile = Pick<SeenChange, 'place' | 'target' | 'memoryFolder'>;
