import * as fc from 'fast-check';
import type { Source } from './source.js';

/** The layout of a JSON file. */
export interface Layout {
  /** Empty: all on one line. */
  readonly indent: string;
  readonly eol: string;
  readonly bom: boolean;
  readonly end: boolean;
  /**
   * What comes at each position in order: 1 a block comment, 2 and 3 a line comment, the latter with blanks at its end; a comma before a
   * closing bracket at odd ones.
   */
  readonly extras: readonly number[];
}

const plain = { indent: fc.constantFrom('  ', '    ', '\t', ''), eol: fc.constantFrom('\n', '\r\n'), bom: fc.boolean(), end: fc.boolean() };

/** Layouts that JSON.parse can read, except for the BOM. */
export const layouts: fc.Arbitrary<Layout> = fc.record({ ...plain, extras: fc.constant([]) });

/** Layouts with comments and trailing commas. */
export const commented: fc.Arbitrary<Layout> = fc.record({ ...plain, extras: fc.array(fc.nat({ max: 5 }), { maxLength: 25 }) });

/** As `JSON.stringify(value, null, 2)` and a line end. */
export const COMMON: Layout = { indent: '  ', eol: '\n', bom: false, end: true, extras: [] };

/** Writes a value. Each comment in it is different: `c1`, `c2` and so on after the tag. */
export function printSource(source: Source, layout: Layout, tag = ''): string {
  const extras = [...layout.extras];
  let count = 0;
  const extra = (): string => {
    const kind = extras.shift() ?? 0;
    count += 1;
    const name = `${tag}c${count}`;
    return kind === 1 ? ` /* ${name} */` : kind === 2 ? ` // ${name}${layout.eol}` : kind === 3 ? ` // ${name} \t${layout.eol}` : '';
  };
  const text = extra() + print(source, layout, '', extra, () => (extras.shift() ?? 0) % 2 === 1) + (layout.end ? layout.eol : '') + extra();
  return `${layout.bom ? '\uFEFF' : ''}${text}`;
}

function print(source: Source, layout: Layout, outer: string, extra: () => string, comma: () => boolean): string {
  if (source.kind === 'scalar') {
    return source.text;
  }
  const inner = outer + layout.indent;
  const line = layout.indent === '' ? '' : layout.eol;
  const space = layout.indent === '' ? '' : ' ';
  const parts =
    source.kind === 'array'
      ? source.items.map((item) => print(item, layout, inner, extra, comma))
      : [...source.members].map(([key, value]) => `${JSON.stringify(key)}:${space}${print(value, layout, inner, extra, comma)}`);
  const slots = parts.map(
    (part, index) => `${extra()}${line === '' ? '' : line + inner}${part}${extra()}${index < parts.length - 1 || comma() ? ',' : ''}`,
  );
  const [open, close] = source.kind === 'array' ? '[]' : '{}';
  return `${open}${slots.join('')}${extra()}${parts.length === 0 || line === '' ? '' : line + outer}${close}`;
}
