import type { Layout } from '../../../config/layout.js';
import { namedRows } from '../../../config/match.js';
import { isTopJson } from '../../../sync/mishaps/quarantine.js';

/** The JSON files at the top of the shared dir that the client rewrites: those that a layout spells out, and merges. */
export function topJson({ rows, drivers }: Layout): string[] {
  const merged = rows.filter(({ policy }) => policy === 'merge');
  return namedRows({ rows: merged, drivers, secrets: [] }).filter((name) => isTopJson(drivers, name));
}
