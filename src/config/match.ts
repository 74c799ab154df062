import { matches } from '../merge/glob.js';
import type { Kind, Layout, Rule } from './layout.js';

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
