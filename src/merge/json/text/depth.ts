import { tokensOf } from './tokens.js';

/** The parser is recursive; this depth is far from the limit of any stack. */
const MAX_DEPTH = 2000;

/** Whether the brackets of a text, valid JSON or not, are nested deeper than 2,000 levels. */
export function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const { text: token } of tokensOf(text)) {
    if (token === '{' || token === '[') {
      depth += 1;
    } else if (token === '}' || token === ']') {
      depth -= 1;
    }
    if (depth > MAX_DEPTH) {
      return true;
    }
  }
  return false;
}
