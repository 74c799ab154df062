/** What a tool call has made of a shared file, by its bytes. */
export interface SeenChange {
  /** The path of the file in the shared dir. */
  readonly place: string;
  readonly target: string;
  /** The memory folder that the file is in, whose index names conflict copies; null for other files. */
  readonly memoryFolder: string | null;
  /** What the call started from; null: no file. */
  readonly before: Uint8Array | null;
  /** Whether it has read that. A shell command may write what a model has made of an older version. */
  readonly hasRead: boolean;
  /** What it left; null: it removed the file. The same as before for a call of which only the time is known. */
  readonly after: Uint8Array | null;
  /** The earliest time at which the call can have read the file, in milliseconds since the epoch. */
  readonly since: number;
}

/** What a file tool wrote to a shared file, as it tells it. */
export interface Write extends Omit<SeenChange, 'before' | 'after' | 'hasRead'> {
  /** The whole text that the call read; null: the call made the file. */
  readonly before: string | null;
  /** The whole text afterwards; the same as before for a call of which only the time is known. */
  readonly after: string;
}

/** A file of which sessions take turns: where it is, and how merges name it. */
export type SharedFile = Pick<SeenChange, 'place' | 'target' | 'memoryFolder'>;
