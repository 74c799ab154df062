/** Which version the file gets. `ours` is the session's version, `theirs` the shared file as it is. */
export type Choice =
  | { readonly take: 'ours' | 'theirs' | 'both' }
  /** New content, written while the shared file was `theirs`. */
  | { readonly take: 'content'; readonly content: Uint8Array; readonly theirs: Uint8Array | null };
