import { type ParseError, parse } from 'jsonc-parser';

/** Where a JSON text ceases to be one, both from 1 on; the start for one that is faulty as a whole, such as an empty one. */
export function errorPosition(text: string): { readonly line: number; readonly column: number } {
  const errors: ParseError[] = [];
  parse(text, errors, { allowTrailingComma: true });
  const lines = text.slice(0, errors[0]?.offset ?? 0).split('\n');
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
