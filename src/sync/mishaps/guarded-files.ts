import { type DriverRow, driverAt } from '../../merge/driver-rows.js';

// A launch asks this of each session's files, so nothing here loads a driver.

/** The names at the top of the shared dir that hold something that is not to be lost by mistake. */
export function guardedNames(drivers: readonly DriverRow[]): string[] {
  const names = drivers.flatMap(({ path }) => (/^\/[^*/]+$/.test(path) ? [path.slice(1)] : []));
  return [...new Set(names)].filter((name) => guardedSections(drivers, name).length > 0);
}

/** The sections of a file at the top of the shared dir that are not to be lost by mistake, as in `JsonRules`; none of another file. */
export function guardedSections(drivers: readonly DriverRow[], name: string): readonly string[] {
  const driver = driverAt(drivers, name);
  return driver.kind === 'json' ? driver.rules.sections : [];
}

/** What tells without reading it whether a file was written. */
export interface Stamp {
  /** In milliseconds since the epoch. */
  readonly modifiedAt: number;
  /** In bytes. */
  readonly size: number;
}

/** Whether nothing was written since the copy was made, as far as time and size tell; also where there is no file. Null: none is there. */
export function isAsKept(file: Stamp | null, kept: Stamp | null): boolean {
  return file === null || (kept !== null && file.modifiedAt <= kept.modifiedAt && file.size === kept.size);
}
