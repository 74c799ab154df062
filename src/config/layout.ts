import claude from '../../templates/layouts/claude.json' with { type: 'json' };
import type { DriverRow } from '../merge/driver-rows.js';
import { type RawDriverRow, toDriverRow } from './drivers.js';

/** What happens with one top-level name of the shared dir in a session's home. */
export type Rule =
  /** A symlink to the shared path. */
  | { readonly policy: 'link'; readonly kind: Kind }
  /** A symlink, written through at once, and looked through for conflict copies. */
  | { readonly policy: 'overlay'; readonly kind: Kind }
  /** A private copy whose start is kept as its base. */
  | { readonly policy: 'merge'; readonly kind: Kind }
  /** Not shared at all. */
  | { readonly policy: 'private' };

export type Kind = 'file' | 'folder';

/** `optional`: nothing is placed in a home where the shared dir has nothing by that name. */
export type Row = Rule & { readonly path: string; readonly optional?: true };

export interface Layout {
  readonly rows: readonly Row[];
  /** How files are merged. */
  readonly drivers: readonly DriverRow[];
  /** Names of files that may hold tokens or keys. */
  readonly secrets: readonly string[];
}

/** The part of a layout that a user may write: rows of their own. */
export type UserLayout = Pick<Layout, 'rows' | 'drivers'>;

/** The built-in layout, after the rows of the user's own: the first match wins. */
export function loadLayout(user: Partial<UserLayout>): Layout {
  return {
    rows: [...(user.rows ?? []), ...claude.rows.map(toRow)],
    drivers: [...(user.drivers ?? []), ...claude.drivers.map((row) => toDriverRow(row, claude.rules))],
    secrets: claude.secrets.names,
  };
}

/** Reads a row of the user's, who may name the built-in rules. Throws as `toDriverRow`. */
export function toUserDriverRow(raw: RawDriverRow): DriverRow {
  return toDriverRow(raw, claude.rules);
}

interface RawRow {
  readonly path: string;
  readonly policy: string;
  readonly kind?: string | undefined;
  readonly optional?: boolean | undefined;
}

/** Reads one row; throws a plain `Error` that names the path when policy or kind is none that we know. */
export function toRow(raw: RawRow): Row {
  const { path, policy, optional = false } = raw;
  if (policy === 'private') return { path, policy };
  const kind = raw.kind;
  if (kind !== 'file' && kind !== 'folder') throw new Error(`layout row "${path}": kind is "file" or "folder"`);
  if (policy === 'link' || policy === 'overlay' || policy === 'merge') return { path, policy, kind, ...(optional && { optional }) };
  throw new Error(`layout row "${path}": policy is "link", "overlay", "merge" or "private"`);
}
