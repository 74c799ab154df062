/** One change of a side: the lines `start..end` of base became the lines `from..to` of the side (ends exclusive). */
export interface Hunk {
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
}

/** For each line of a text whether it stands in a code fence, looked up when it is first asked for; null: none does. */
export type Fences = () => readonly boolean[] | null;
