const FENCE = /^ {0,3}(?:```|~~~)/;
const ASCII = /[0-9A-Za-z]/;
const ANY = /[\p{L}\p{N}]/u;

/**
 * Whether a line is telling, which means that it shows where it belongs: it has a letter or digit and does not begin like a code fence.
 * Empty lines, rules and lone brackets occur everywhere.
 */
export function isTelling(line: string): boolean {
  return (ASCII.test(line) || ANY.test(line)) && !FENCE.test(line);
}
