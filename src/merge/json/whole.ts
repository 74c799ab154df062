import type { JsonNode } from './text/nodes.js';
import { addDelta, isGreater } from './numbers.js';

/** A value that is merged as a whole, and its text. */
export interface Whole {
  readonly node: JsonNode;
  readonly text: string;
}

export type WholeKind = 'counter' | 'latest' | 'plain';

/** The value to take. `decided`: both sides changed the value, and one of the changes is lost. */
export type Verdict =
  | { readonly take: 'ours' | 'theirs'; readonly decided: boolean }
  | { readonly take: 'sum'; readonly text: string; readonly decided: false };

const OURS: Verdict = { take: 'ours', decided: false };
const THEIRS: Verdict = { take: 'theirs', decided: false };

/**
 * Decides between two values: the changed one wins; if both were changed, ours, unless theirs is of a kind that can hold more (an object,
 * or an array instead of a scalar). Two counters add up, and of two numbers that only grow the greater wins, whichever side changed it.
 */
export function decideWhole(base: Whole | null, ours: Whole, theirs: Whole, kind: WholeKind): Verdict {
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
