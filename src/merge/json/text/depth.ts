import { tokensOf } from './tokens.js';

/** The parser is recursive; this deep it is far from the end of any stack. */
const MAX_DEPTH = 2000;

/** Whether the brackets of a text, valid JSON or not, nest deeper than 2,000 levels. */
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
