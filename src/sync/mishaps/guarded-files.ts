import { driverAt, type DriverRow } from '../../merge/drivers.js';

// A launch checks the files of each session with this module, so it loads no driver.

/** The names of the files at the top of the shared dir that have sections which must not be lost by mistake. */
export function guardedNames(drivers: readonly DriverRow[]): string[] {
  const names = drivers.flatMap(({ path }) => (/^\/[^*/]+$/.test(path) ? [path.slice(1)] : []));
  return [...new Set(names)].filter((name) => guardedSections(drivers, name).length > 0);
}

/** The sections that a file at the top of the shared dir must not lose by mistake, as in `JsonRules`; none for any other file. */
export function guardedSections(drivers: readonly DriverRow[], name: string): readonly string[] {
  const driver = driverAt(drivers, name);
  return driver.kind === 'json' ? driver.rules.sections : [];
}

/** The time and size of a file, which show without reading it whether it was written. */
export interface Stamp {
  /** In milliseconds since the epoch. */
  readonly modifiedAt: number;
  /** In bytes. */
  readonly size: number;
}

/**
 * Whether a file was not written after the copy of it was made, as far as time and size show. Also true when there is no file. Null: no
 * file.
 */
export function isAsKept(file: Stamp | null, kept: Stamp | null): boolean {
  return file === null || (kept !== null && file.modifiedAt <= kept.modifiedAt && file.size === kept.size);
}
