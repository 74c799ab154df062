import claude from '../../templates/layouts/claude.json' with { type: 'json' };
import type { DriverRow } from '../merge/driver-rows.js';
import { type RawDriverRow, toDriverRow } from './drivers.js';

/** The policy for one top-level name of the shared dir, as it applies in a session's home. */
export type Rule =
  /** A symlink to the shared path. */
  | { readonly policy: 'link'; readonly kind: Kind }
  /** A symlink, written through at once. Conflict copies are searched for behind it. */
  | { readonly policy: 'overlay'; readonly kind: Kind }
  /** A private copy, which is merged. The content it started from is kept as its base. */
  | { readonly policy: 'merge'; readonly kind: Kind }
  /** Not shared at all. */
  | { readonly policy: 'private' };

export type Kind = 'file' | 'folder';

/** `optional`: the home gets the path only if the shared dir has it. */
export type Row = Rule & { readonly path: string; readonly optional?: true };

export interface Layout {
  readonly rows: readonly Row[];
  /** Which driver merges which file. */
  readonly drivers: readonly DriverRow[];
  /** Name patterns of files that may contain tokens or keys. */
  readonly secrets: readonly string[];
}

/** The part of a layout that the user may extend with rows of their own. */
export type UserLayout = Pick<Layout, 'rows' | 'drivers'>;

/** The user's own rows, followed by the built-in layout. The first match wins. */
export function loadLayout(user: Partial<UserLayout>): Layout {
  return {
    rows: [...(user.rows ?? []), ...claude.rows.map(toRow)],
    drivers: [...(user.drivers ?? []), ...claude.drivers.map((row) => toDriverRow(row, claude.rules))],
    secrets: claude.secrets.names,
  };
}

/** Reads one of the user's driver rows, which may name the built-in rules. Throws what `toDriverRow` throws. */
export function toUserDriverRow(raw: RawDriverRow): DriverRow {
  return toDriverRow(raw, claude.rules);
}

interface RawRow {
  readonly path: string;
  readonly policy: string;
  readonly kind?: string | undefined;
  readonly optional?: boolean | undefined;
}

/** Reads one row. Throws a plain `Error` that names the path when the policy or the kind is unknown. */
export function toRow(raw: RawRow): Row {
  const { path, policy, optional = false } = raw;
  if (policy === 'private') return { path, policy };
  const kind = raw.kind;
  if (kind !== 'file' && kind !== 'folder') throw new Error(`layout row "${path}": kind is "file" or "folder"`);
  if (policy === 'link' || policy === 'overlay' || policy === 'merge') return { path, policy, kind, ...(optional && { optional }) };
  throw new Error(`layout row "${path}": policy is "link", "overlay", "merge" or "private"`);
}
