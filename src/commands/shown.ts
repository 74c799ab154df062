import { homedir } from 'node:os';
import { sep } from 'node:path';

/** A path for people, with `~` for the home folder. */
export function tilde(path: string): string {
  const home = homedir();
  return path.startsWith(home + sep) ? `~${path.slice(home.length)}` : path;
}

/** Like `tilde`, with control characters escaped: a newline in a name would look like a new line. */
export function shown(path: string): string {
  return tilde(path).replaceAll(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1));
}

/** A local time for people, to the second. `time` is in milliseconds since the epoch. */
export function localTime(time: number): string {
  const date = new Date(time);
  const [year, ...rest] = [date.getFullYear(), date.getMonth() + 1, date.getDate(), date.getHours(), date.getMinutes(), date.getSeconds()];
  const [month, day, hours, minutes, seconds] = rest.map((number) => String(number).padStart(2, '0'));
  return `${year}-${month}-${day} ${hours}:${minutes}:${seconds}`;
}

/** A size in bytes for people, in powers of 1000. */
export function size(bytes: number): string {
  const exponent = UNITS.findLastIndex((_, at) => bytes >= 1000 ** (at + 1));
  const unit = UNITS[exponent];
  return unit === undefined ? `${bytes} B` : `${(bytes / 1000 ** (exponent + 1)).toFixed(1)} ${unit}`;
}

const UNITS = ['kB', 'MB', 'GB'];
