import { NOTHING } from '../paths/mention.js';
import type { Value } from './piece.js';
import { isInFolder } from '../paths/resolve.js';

/**
 * What `${name#pattern}`, `##`, `%` and `%%` make of a value; undefined where that is not known. Patterns are plain texts, or
 * have one star at their end that is inside the value: `##*\/`, `%/*`, `%%.*`.
 */
export function shortened(value: Value, operator: '#' | '##' | '%' | '%%', pattern: string): Value | undefined {
  if (!/^[\w./ -]*$/.test(pattern.replace('*', ''))) return undefined;
  if (value.kind === 'text') {
    const text = operator.startsWith('#') ? withoutStart(value.text, pattern, operator === '##') : withoutEnd(value.text, pattern, operator === '%%');
    return text === undefined ? undefined : { kind: 'text', text };
  }
  if (operator.startsWith('%') && value.kind === 'any' && !/[*/]/.test(pattern) && value.flow.mentions.every(isInFolder)) return value;
  // The last name of a path is the same wherever its folder is.
  if (operator === '##' && pattern === '*/') return { kind: 'any', nature: 'name', flow: NOTHING };
  return undefined;
}

function withoutStart(text: string, pattern: string, longest: boolean): string | undefined {
  const star = pattern.indexOf('*');
  if (star < 0) return text.startsWith(pattern) ? text.slice(pattern.length) : text;
  if (star > 0) return undefined;
  const end = pattern.slice(1);
  const found = longest ? text.lastIndexOf(end) : text.indexOf(end);
  return found < 0 ? text : text.slice(found + end.length);
}

function withoutEnd(text: string, pattern: string, longest: boolean): string | undefined {
  const star = pattern.indexOf('*');
  if (star < 0) return text.endsWith(pattern) ? text.slice(0, text.length - pattern.length) : text;
  if (star < pattern.length - 1) return undefined;
  const start = pattern.slice(0, -1);
  const found = longest ? text.indexOf(start) : text.lastIndexOf(start);
  return found < 0 ? text : text.slice(0, found);
}
