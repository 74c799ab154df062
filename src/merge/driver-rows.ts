import { matches } from './glob.js';
import type { Driver } from './types.js';

/**
 * Assigns a driver to files. A `path` with a leading slash is that path in the shared dir; one without is a file name in any folder. `*`
 * matches any characters of a name. Case is ignored, because some file systems ignore it.
 */
export interface DriverRow {
  readonly path: string;
  readonly driver: Driver;
}

/**
 * Returns the driver for files at a path in the shared dir, whatever their content: that of the first row that matches, and plain text if
 * none does. Pure, and loads no merge code, because a launch calls it as well.
 */
export function driverAt(rows: readonly DriverRow[], place: string): Driver {
  return rows.find(({ path }) => fits(path.toLowerCase(), place.toLowerCase()))?.driver ?? { kind: 'text', stamps: [] };
}

function fits(pattern: string, place: string): boolean {
  const [segments, parts] = pattern.startsWith('/')
    ? [pattern.slice(1).split('/'), place.split('/')]
    : [[pattern], place.split('/').slice(-1)];
  return segments.length === parts.length && segments.every((segment, index) => matches(segment, parts[index] ?? ''));
}
