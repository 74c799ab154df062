const MOST_TEXTS = 64;

/** What the shell makes of `{a,b}` or `{1..3}`; undefined for what holds quotes, other braces or variables. */
export function braceTexts(text: string): string[] | undefined {
  const inside = text.slice(1, -1);
  const range = /^(-?\d+)\.\.(-?\d+)$/.exec(inside);
  if (range !== null) return numbers(range[1] ?? '', range[2] ?? '');
  return /^[\w.,/@:%+ -]*,[\w.,/@:%+-]*$/.test(inside) && !inside.includes('..') ? inside.split(',') : undefined;
}

function numbers(first: string, last: string): string[] | undefined {
  // With leading zeros the numbers are padded.
  if (/^-?0\d/.test(first) || /^-?0\d/.test(last)) return undefined;
  const [from, to] = [Number(first), Number(last)];
  const step = from <= to ? 1 : -1;
  const count = Math.abs(to - from) + 1;
  return count > MOST_TEXTS ? undefined : Array.from({ length: count }, (_, index) => String(from + index * step));
}
