import type { JsonNode } from './document.js';

/** A value that is merged as a whole, and its text. */
export interface Whole {
  readonly node: JsonNode;
  readonly text: string;
}

type WholeKind = 'counter' | 'latest' | 'plain';

/** The value to take. `decided`: both sides changed the value, and one of the changes is lost. */
type Decision =
  | { readonly take: 'ours' | 'theirs'; readonly decided: boolean }
  | { readonly take: 'sum'; readonly text: string; readonly decided: false };

const OURS: Decision = { take: 'ours', decided: false };
const THEIRS: Decision = { take: 'theirs', decided: false };

/**
 * Decides between two values: the changed one wins; if both were changed, ours, unless theirs is of a kind that can hold more (an object,
 * or an array instead of a scalar). Two counters add up, and of two numbers that only grow the greater wins, whichever side changed it.
 */
export function decideWhole(base: Whole | null, ours: Whole, theirs: Whole, kind: WholeKind): Decision {
  const numbers = isNumber(ours.node) && isNumber(theirs.node);
  if (numbers && kind === 'latest') {
    return isGreater(ours.text, theirs.text) ? OURS : THEIRS;
  }
  const start = base?.node.same;
  if (ours.node.same === start) {
    return THEIRS;
  }
  if (theirs.node.same === start) {
    return OURS;
  }
  const sum =
    numbers && kind === 'counter' ? addDelta(base !== null && isNumber(base.node) ? base.text : '0', ours.text, theirs.text) : null;
  if (sum !== null) {
    return { take: 'sum', text: sum, decided: false };
  }
  if (ours.node.same === theirs.node.same) {
    return THEIRS;
  }
  return { take: rank(ours.node) >= rank(theirs.node) ? 'ours' : 'theirs', decided: true };
}

function isNumber(node: JsonNode): boolean {
  return node.kind === 'scalar' && node.type === 'number';
}

/** Ranks a value by how much content would be lost with it. */
function rank({ kind }: JsonNode): number {
  return ['scalar', 'array', 'object'].indexOf(kind);
}

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
function addDelta(base: string, ours: string, theirs: string): string | null {
  const numbers = [theirs, ours, base].map(parseDecimal);
  const scale = Math.max(...numbers.map((number) => number?.scale ?? 0));
  const [there, own, start] = numbers.map((number) => number && scaled(number, scale));
  return isDigits(there) && isDigits(own) && isDigits(start) ? print(there + own - start, scale) : null;
}

/**
 * Whether one number is greater than another. Exact, except for numbers with more than 300 decimal places, which are compared as doubles.
 * False when one of them is not a number.
 */
function isGreater(one: string, other: string): boolean {
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
