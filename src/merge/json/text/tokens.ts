import { createScanner } from 'jsonc-parser';

export interface Token {
  readonly text: string;
  readonly start: number;
}

/** Yields the tokens of a JSON text as they are written, without white space and comments. Also reads an invalid text to its end. */
export function* tokensOf(text: string): Generator<Token> {
  const scanner = createScanner(text, true);
  for (;;) {
    scanner.scan();
    const start = scanner.getTokenOffset();
    if (start >= text.length) {
      return;
    }
    yield { text: text.slice(start, start + scanner.getTokenLength()), start };
  }
}
