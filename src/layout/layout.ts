import claude from '../../templates/layouts/claude.json' with { type: 'json' };

/** What happens with one top-level name of the shared dir in a session's home. */
export type Rule =
  /** A symlink to the shared path. */
  | { readonly policy: 'link'; readonly kind: Kind }
  /** A symlink for reading; what tools write goes to the session's own version. */
  | { readonly policy: 'overlay'; readonly kind: Kind }
  /** A private copy whose start is kept as its base. `json` names the rules by which it is merged. */
  | { readonly policy: 'merge'; readonly kind: Kind; readonly json?: string }
  /** Not shared at all. */
  | { readonly policy: 'private' };

export type Kind = 'file' | 'folder';

export type Row = Rule & { readonly path: string };

/** How the keys of a JSON file are merged; see `JsonRules` of src/merge. Paths are dotted, `*` stands for one key. */
interface JsonRuleSet {
  readonly counters: readonly string[];
  readonly atoms: readonly string[];
  readonly identities: Readonly<Record<string, string>>;
}

export interface Layout {
  readonly rows: readonly Row[];
  readonly json: Readonly<Record<string, JsonRuleSet>>;
}

/** The built-in layout, after `rows` of the user's own: the first match wins. */
export function loadLayout(userRows: readonly Row[]): Layout {
  return { rows: [...userRows, ...claude.rows.map(toRow)], json: claude.json };
}

interface RawRow {
  readonly path: string;
  readonly policy: string;
  readonly kind?: string | undefined;
  readonly json?: string | undefined;
}

/** Reads one row; throws a plain `Error` that names the path when policy or kind is none that we know. */
export function toRow(raw: RawRow): Row {
  const { path, policy, json } = raw;
  if (policy === 'private') return { path, policy };
  const kind = raw.kind;
  if (kind !== 'file' && kind !== 'folder') throw new Error(`layout row "${path}": kind is "file" or "folder"`);
  if (policy === 'link' || policy === 'overlay') return { path, policy, kind };
  if (policy === 'merge') return { path, policy, kind, ...(json === undefined ? {} : { json }) };
  throw new Error(`layout row "${path}": policy is "link", "overlay", "merge" or "private"`);
}
