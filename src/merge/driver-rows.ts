import { matches } from './glob.js';
import type { Driver } from './types.js';

/**
 * Says for which files a driver is. A `path` with a slash before it is that path in the shared dir, one without is a name
 * anywhere; `*` stands for any characters of a name. Case counts for nothing: some disks do not tell it apart.
 */
export interface DriverRow {
  readonly path: string;
  readonly driver: Driver;
}

/**
 * The driver for files at a place in the shared dir, whatever is in them: that of the first row that fits, and plain text where none
 * does. Pure, and loads no driver: a launch asks, too.
 */
export function driverAt(rows: readonly DriverRow[], place: string): Driver {
  return rows.find(({ path }) => fits(path.toLowerCase(), place.toLowerCase()))?.driver ?? { kind: 'text', stamps: [] };
}

function fits(pattern: string, place: string): boolean {
  const [segments, parts] = pattern.startsWith('/') ? [pattern.slice(1).split('/'), place.split('/')] : [[pattern], place.split('/').slice(-1)];
  return segments.length === parts.length && segments.every((segment, index) => matches(segment, parts[index] ?? ''));
}
