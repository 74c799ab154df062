/** One change of a side: the lines `start..end` of base became the lines `from..to` of the side (ends exclusive). */
export interface Hunk {
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
}

/** Returns for each line of a text whether it is in a code fence, computed at the first call; null if none is. */
export type Fences = () => readonly boolean[] | null;
