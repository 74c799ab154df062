import { readFileSync } from 'node:fs';

/** The code of an example in a page of `docs`: the block whose first line is a comment with this name. */
export function example(page: string, name: string): string {
  const text = readFileSync(new URL(`../../docs/${page}`, import.meta.url), 'utf8');
  const blocks = [...text.matchAll(/^```\w+\n(.*?)^```$/gms)].map(([, code = '']) => code);
  const found = blocks.find((code) =>
    [`# ${name}`, `// ${name}`].some((title) => /^[:\n]/.test(code.slice(title.length)) && code.startsWith(title)),
  );
  if (found === undefined) throw new Error(`${page} has no example ${name}`);
  return found;
}
