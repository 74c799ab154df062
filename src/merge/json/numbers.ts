/** An exact decimal number: `digits` times ten to the power of `-scale`. */
interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

const NUMBER = /^(-?\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
/** No counter has more decimal places, before or after the point. Writing out such a number would fill the memory. */
const MAX_SCALE = 300;

/**
 * Returns the value of a counter that both sides increased: theirs plus what ours added to base. Exact for numbers of any size, so that the
 * order of merges does not matter. Returns null when one of the three is not a number, or has more than 300 decimal places.
 */
export function addDelta(base: string, ours: string, theirs: string): string | null {
  const numbers = [theirs, ours, base].map(parseDecimal);
  const scale = Math.max(...numbers.map((number) => number?.scale ?? 0));
  const [there, own, start] = numbers.map((number) => number && scaled(number, scale));
  return isDigits(there) && isDigits(own) && isDigits(start) ? print(there + own - start, scale) : null;
}

/**
 * Whether one number is greater than another. Exact, except for numbers with more than 300 decimal places, which are compared as doubles.
 * False when one of them is not a number.
 */
export function isGreater(one: string, other: string): boolean {
  const [a, b] = [parseDecimal(one), parseDecimal(other)];
  if (a === null || b === null) {
    return Number(one) > Number(other);
  }
  const scale = Math.max(a.scale, b.scale);
  return scaled(a, scale) > scaled(b, scale);
}

function parseDecimal(text: string): Decimal | null {
  const [, whole, fraction = '', exponent = '0'] = NUMBER.exec(text) ?? [];
  const scale = fraction.length - Number(exponent);
  if (whole === undefined || Math.abs(scale) > MAX_SCALE) {
    return null;
  }
  const digits = BigInt(whole + fraction);
  return scale < 0 ? { digits: digits * 10n ** BigInt(-scale), scale: 0 } : { digits, scale };
}

function scaled({ digits, scale }: Decimal, to: number): bigint {
  return digits * 10n ** BigInt(to - scale);
}

function isDigits(value: bigint | null | undefined): value is bigint {
  return typeof value === 'bigint';
}

function print(digits: bigint, scale: number): string {
  const text = String(digits < 0n ? -digits : digits).padStart(scale + 1, '0');
  const [whole, fraction] = [text.slice(0, text.length - scale), text.slice(text.length - scale).replace(/0+$/, '')];
  return `${digits < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}
