import { matches } from '../merge/glob.js';
import type { Kind, Layout, Rule } from './layout.js';

/**
 * The rule for a top-level name: that of the first row that matches. A name of which we have not heard loses nothing:
 * a folder is linked, a file is copied and merged.
 */
export function ruleFor(layout: Layout, name: string, kind: Kind): Rule {
  return namedRule(layout, name) ?? (kind === 'folder' ? { policy: 'link', kind } : { policy: 'merge', kind });
}

/** The rule of the first row that matches, whatever stands there; undefined for a name of which we have not heard. */
export function namedRule(layout: Layout, name: string): Rule | undefined {
  return layout.rows.find(({ path }) => matches(path, name));
}

/** The names that a layout spells out, without patterns and optional rows: they are placed even where nothing exists yet. */
export function namedRows(layout: Layout): string[] {
  return layout.rows.filter(({ path, optional = false }) => !optional && !path.includes('*')).map(({ path }) => path);
}

/** Whether a name at the top is of a file whose content must not be shown, logged or copied. */
export function isSecret(layout: Layout, name: string): boolean {
  return layout.secrets.some((pattern) => matches(pattern, name));
}

/** The same for a file anywhere, and for what editors and people put beside one: `settings.json.bak`, `.settings.json.swp`. */
export function resemblesSecret(layout: Layout, name: string): boolean {
  return layout.secrets.some((pattern) => matches(`*${pattern}*`, name.toLowerCase()));
}
