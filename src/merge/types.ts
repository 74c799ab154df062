/** How a file is merged. Which driver a file gets, and with what rules, is data: see `DriverRow`. */
export type Driver =
  /** `stamps`: the frontmatter fields in which a program, not a person, writes a time on every change. */
  | { readonly kind: 'text'; readonly stamps: readonly string[] }
  /** A list, such as MEMORY.md or _index.md. `entryKeys`: by what an entry is known, the first that it has counts. */
  | { readonly kind: 'index'; readonly stamps: readonly string[]; readonly entryKeys: readonly EntryKey[] }
  | { readonly kind: 'json'; readonly rules: JsonRules }
  /** `timeKeys`: the fields that may hold the time of a line, the first that does counts. */
  | { readonly kind: 'jsonl'; readonly timeKeys: readonly string[] }
  | { readonly kind: 'opaque' };

/** The target of the link an entry begins with, the first cell of a table row, the text of a list item. */
export type EntryKey = 'link' | 'cell' | 'text';

/** What is special in a JSON file. A path is its keys joined by dots; `*` is one key, whatever it is, or an item of an array. */
export interface JsonRules {
  /** Numbers that only count: what both sides added, adds up. */
  readonly counters: readonly string[];
  /** Numbers that only grow, such as times: the greatest stands, whoever wrote it. */
  readonly latest: readonly string[];
  /** Values that only make sense as a whole. */
  readonly atoms: readonly string[];
  /** For the path of an array of objects the key that tells which item is which. */
  readonly identities: Readonly<Record<string, string>>;
  /** Values that are not to be lost by mistake: see `lostSections`. */
  readonly sections: readonly string[];
}

/** The three versions of a file; null: there is no such file. */
export interface Versions {
  /** What the session started from or was last merged with. */
  readonly base: Uint8Array | null;
  /** The session's. */
  readonly ours: Uint8Array | null;
  /** The shared one, as it is now. */
  readonly theirs: Uint8Array | null;
}

export type MergeResult =
  /**
   * The shared file stands as it is. `decided`, here and below: dotted paths of JSON values that both sides changed and of
   * which one was taken; never the values.
   */
  | { readonly outcome: 'unchanged'; readonly decided: readonly string[] }
  | { readonly outcome: 'write'; readonly content: Uint8Array; readonly decided: readonly string[] }
  /** Only when the shared file is as the session found it. */
  | { readonly outcome: 'delete' }
  /** `content`: what the shared file becomes (null: it stands as it is); `copy`: our whole version, to be kept beside it. */
  | { readonly outcome: 'conflict'; readonly content: Uint8Array | null; readonly copy: Uint8Array };
