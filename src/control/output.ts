import { homedir } from 'node:os';
import { sep } from 'node:path';

/** Writes to standard output. A reader that has seen enough, such as `head`, ends us quietly. */
export function print(text: string): void {
  process.stdout.write(text);
}

/** As JSON for other programs. */
export function printJson(value: unknown): void {
  print(`${JSON.stringify(value, null, 2)}\n`);
}

/** A path as people write it, with `~` for their home. */
export function tilde(path: string): string {
  const home = homedir();
  return path.startsWith(home + sep) ? `~${path.slice(home.length)}` : path;
}

/** The same for a line of text: a newline in a name would look like another line. */
export function shown(path: string): string {
  return tilde(path).replaceAll(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1));
}

/** How long ago, in the largest unit that fits. Both in milliseconds since the epoch. */
export function age(since: number, now: number): string {
  const minutes = Math.max(0, Math.floor((now - since) / 60_000));
  if (minutes < 60) return `${minutes}m`;
  return minutes < 60 * 24 ? `${Math.floor(minutes / 60)}h` : `${Math.floor(minutes / 60 / 24)}d`;
}

/** Whether standard output is a terminal that shows colours; NO_COLOR and FORCE_COLOR have their say. */
export function hasColors(): boolean {
  return process.stdout.isTTY && process.stdout.hasColors();
}
