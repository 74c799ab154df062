import { parseTree, type Node, type ParseError } from 'jsonc-parser';

/** A JSON value as source text, so that numbers keep every digit. */
export type Source =
  | { readonly kind: 'scalar'; readonly text: string }
  | { readonly kind: 'array'; readonly items: readonly Source[] }
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, Source> };

const NONE: Source = { kind: 'scalar', text: 'null' };

/** Reads a JSON text, with or without comments; throws if it is not one. Of equal keys the last counts. */
export function readSource(text: string): Source {
  const errors: ParseError[] = [];
  const body = text.replace(/^\uFEFF/, '');
  const root = parseTree(body, errors, { allowTrailingComma: true });
  if (root === undefined || errors.length > 0) {
    throw new Error(`no JSON: ${text}`);
  }
  return toSource(root, body);
}

function toSource(node: Node, text: string): Source {
  const children = node.children ?? [];
  if (node.type === 'array') {
    return { kind: 'array', items: children.map((child) => toSource(child, text)) };
  }
  if (node.type === 'object') {
    return {
      kind: 'object',
      members: new Map(
        children.map(({ children: [key, value] = [] }) => [String(key?.value), value === undefined ? NONE : toSource(value, text)]),
      ),
    };
  }
  return { kind: 'scalar', text: text.slice(node.offset, node.offset + node.length) };
}

/** A text that is the same for deeply equal values: keys in order, strings as they read, numbers as they are written. */
export function canonical(source: Source | undefined): string {
  if (source === undefined) {
    return '';
  }
  if (source.kind === 'scalar') {
    return source.text.startsWith('"') ? JSON.stringify(JSON.parse(source.text)) : source.text;
  }
  if (source.kind === 'array') {
    return `[${source.items.map(canonical).join()}]`;
  }
  return `{${[...source.members]
    .map(([key, value]) => `${JSON.stringify(key)}:${canonical(value)}`)
    .toSorted()
    .join()}}`;
}

/** The items of an array as a set. */
export function itemsOf(value: Source | undefined): Set<string> {
  return new Set(value?.kind === 'array' ? value.items.map(canonical) : []);
}

/** Whether a path matches a rule's; `*` stands for one key. */
export function fits(patterns: readonly string[], path: readonly string[]): boolean {
  return patterns
    .map((pattern) => pattern.split('.'))
    .some((pattern) => pattern.length === path.length && pattern.every((part, index) => part === '*' || part === path[index]));
}
