import claude from '../../templates/layouts/claude.json' with { type: 'json' };
import { type Driver, type DriverRow, type EntryKey, type JsonRules, matches } from '../merge/drivers.js';

/** The policy for one top-level name of the shared dir, as it applies in a session's home. */
type Rule =
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

/**
 * The rule for a top-level name: that of the first matching row. A name that no row matches loses nothing: a folder is linked,
 * a file is copied and merged.
 */
export function ruleFor(layout: Layout, name: string, kind: Kind): Rule {
  return namedRule(layout, name) ?? (kind === 'folder' ? { policy: 'link', kind } : { policy: 'merge', kind });
}

/** The rule of the first matching row, whatever is at that path; undefined for a name that no row matches. */
export function namedRule(layout: Layout, name: string): Rule | undefined {
  return layout.rows.find(({ path }) => matches(path, name));
}

/** The literal names of a layout, without patterns and optional rows. A home gets them even if the shared dir does not have them yet. */
export function namedRows(layout: Layout): string[] {
  return layout.rows.filter(({ path, optional = false }) => !optional && !path.includes('*')).map(({ path }) => path);
}

/** Whether a top-level name belongs to a file whose content must not be shown, logged or copied. */
export function isSecret(layout: Layout, name: string): boolean {
  return layout.secrets.some((pattern) => matches(pattern, name));
}

/** Like `isSecret` for a file in any folder, and also for copies that editors and users make: `settings.json.bak`, `.settings.json.swp`. */
export function resemblesSecret(layout: Layout, name: string): boolean {
  return layout.secrets.some((pattern) => matches(`*${pattern}*`, name.toLowerCase()));
}

/** A row of `drivers` as it is written in a layout file or in the user's config. */
interface RawDriverRow {
  readonly path: string;
  readonly driver: string;
  readonly rules?: string | undefined;
  readonly stamps?: readonly string[] | undefined;
  readonly entryKeys?: readonly string[] | undefined;
  readonly timeKeys?: readonly string[] | undefined;
}

/** Reads one row. Throws a plain `Error` that names the path when the driver, the rules or an entry key is unknown. */
function toDriverRow(raw: RawDriverRow, rules: Readonly<Record<string, JsonRules>>): DriverRow {
  return { path: raw.path, driver: toDriver(raw, rules) };
}

function toDriver(
  { path, driver, rules: name = 'plain', stamps = [], entryKeys = ['link', 'text'], timeKeys = [] }: RawDriverRow,
  rules: Readonly<Record<string, JsonRules>>,
): Driver {
  switch (driver) {
    case 'text':
      return { kind: driver, stamps };
    case 'index':
      if (!entryKeys.every(isEntryKey)) throw new Error(`driver row "${path}": entryKeys are "link", "cell" or "text"`);
      return { kind: driver, stamps, entryKeys };
    case 'json': {
      const set = rules[name];
      if (set === undefined)
        throw new Error(
          `driver row "${path}": rules are ${Object.keys(rules)
            .map((known) => `"${known}"`)
            .join(', ')}`,
        );
      return { kind: driver, rules: set };
    }
    case 'jsonl':
      return { kind: driver, timeKeys };
    case 'opaque':
      return { kind: driver };
    default:
      throw new Error(`driver row "${path}": driver is "text", "index", "json", "jsonl" or "opaque"`);
  }
}

function isEntryKey(value: string): value is EntryKey {
  return ['link', 'cell', 'text'].includes(value);
}
