import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { mergeJson } from '../../../../src/merge/json/merge-json.js';
import { jsonKinds, versionsOf } from './arbitraries.js';
import { layouts, printSource } from './print.js';
import { readSource } from './source.js';

const stray = fc.constantFrom('', ',', '"', '{', '}', '0', '-', '.', 'e', '\\', '\t', '\u00A0', '\u2028', '\u0001', '\r', 'u', ':', '01');

it.each(jsonKinds)('a merge of $name accepts what JSON.parse accepts, and also trailing commas and comments, but nothing else', (kind) => {
  fc.assert(
    fc.property(versionsOf(kind, 0), layouts, fc.nat(), stray, fc.nat({ max: 2 }), ([source], layout, place, put, cut) => {
      const text = source === undefined ? '' : printSource(source, { ...layout, bom: false });
      const at = place % (text.length + 1);
      const broken = text.slice(0, at) + put + text.slice(at + cut);
      fc.pre(broken.trim() !== '' && !/,\s*[}\]]|\/[/*]/.test(broken));
      const versions = [
        [text, broken, `${text} `],
        [broken, `${text} `, text],
        [text, `${text} `, broken],
      ] as const;
      const merged = versions.map(([base, ours, theirs]) => mergeJson(base, ours, theirs, kind.rules));
      expect(merged.map((result) => result !== null)).toEqual(merged.map(() => isJson(broken)));
      expect(merged.every((result) => result === null || readSource(result.text).kind.length > 0)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
