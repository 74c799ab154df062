/** Which version of a file shall stand. `ours` is the session's, `theirs` the shared file as it is. */
export type Choice =
  | { readonly take: 'ours' | 'theirs' | 'both' }
  /** Something new, made while the shared file was `theirs`. */
  | { readonly take: 'content'; readonly content: Uint8Array; readonly theirs: Uint8Array | null };
