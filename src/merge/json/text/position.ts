import { type ParseError, parse } from 'jsonc-parser';

/**
 * Returns the line and column of the first syntax error, both from 1 on; the start for a text that is invalid as a whole, such as an empty
 * one.
 */
export function errorPosition(text: string): { readonly line: number; readonly column: number } {
  const errors: ParseError[] = [];
  parse(text, errors, { allowTrailingComma: true });
  const lines = text.slice(0, errors[0]?.offset ?? 0).split('\n');
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
