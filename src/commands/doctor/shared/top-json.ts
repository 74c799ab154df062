import type { Layout } from '../../../config/layout.js';
import { namedRows } from '../../../config/match.js';
import { isTopJson } from '../../../sync/mishaps/quarantine.js';

/** The JSON files at the top level of the shared dir that the client rewrites: those that the layout names and merges. */
export function topJson({ rows, drivers }: Layout): string[] {
  const merged = rows.filter(({ policy }) => policy === 'merge');
  return namedRows({ rows: merged, drivers, secrets: [] }).filter((name) => isTopJson(drivers, name));
}
