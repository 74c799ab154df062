import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadLayout } from '../../../../src/config/layout.js';
import { driverFor } from '../../../../src/merge/driver-for.js';
import type { JsonRules } from '../../../../src/merge/drivers.js';
import { mergeJson } from '../../../../src/merge/json/merge-json.js';
import { narrow } from '../../../../src/merge/json/narrow.js';
import { compileRules } from '../../../../src/merge/json/rules.js';
import { merge } from '../../../../src/merge/merge.js';
import { encodeText } from '../../../../src/system/content.js';
import { jsonKinds, versionsOf } from './arbitraries.js';
import { COMMON, layouts, printSource } from './print.js';

const { drivers } = loadLayout({});

describe('a merge of the reduced form of large texts', () => {
  it.each(jsonKinds.map((kind) => [kind.name, kind] as const))('equals that of the whole: %s', (_, kind) => {
    fc.assert(
      fc.property(versionsOf(kind, 2), fc.array(layouts, { minLength: 3, maxLength: 3 }), fc.boolean(), (versions, styles, isNew) => {
        const [base = '', ours = '', theirs = ''] = versions.map((version, at) => printSource(version, styles[at] ?? COMMON));
        const start = isNew ? null : base;
        expect(mergeJson(start, ours, theirs, kind.rules, 0)).toEqual(mergeJson(start, ours, theirs, kind.rules));
      }),
    );
  });

  it.each<readonly [what: string, base: string, ours: string, theirs: string]>([
    ['the last of theirs goes', '{"a":1,"b":2,"c":3}', '{"a":1,"b":2}', '{"x":0,"a":1,"b":2,"c":3}'],
    ['all that both had goes', '{"a":1,"b":2}', '{}', '{"a":1,"b":2}'],
    [
      'a key comes in behind what stays',
      '{\n  "a": 1,\n  "b": 2\n}\n',
      '{\n  "a": 1,\n  "b": 2,\n  "n": {\n    "m": 1\n  }\n}\n',
      '{\n  "a": 1,\n  "b": 3\n}\n',
    ],
    ['an object is empty on one side', '{"p":{}}', '{"p":{"x":1}}', '{"p":{},"q":1}'],
    ['keys are written with escapes', '{"\\u0061":1,"b\\"":2}', '{"a":2,"b\\"":2}', '{"\\u0061":1,"b\\"":3}'],
    ['text holds brackets and quotes', '{"a":"}\\\\","b":"\\"{"}', '{"a":"}\\\\","b":"\\"["}', '{"a":"}","b":"\\"{"}'],
    ['a key is there twice', '{"a":1,"a":2}', '{"a":1,"a":3}', '{"a":1,"a":2,"b":1}'],
    ['there are comments', '{"a":1}', '{"a":2}', '{"a":1, // one\n"b":2}'],
    [
      'numbers are long',
      '{"a":1.10,"b":12345678901234567890}',
      '{"a":1.10,"b":12345678901234567891}',
      '{"a":1.1,"b":12345678901234567890}',
    ],
  ])('if %s', (_, base, ours, theirs) => {
    const driver = driverFor(drivers, 'x.json');
    const rules = driver.kind === 'json' ? driver.rules : undefined;
    if (rules === undefined) throw new Error('JSON has rules');
    expect(mergeJson(base, ours, theirs, rules, 0)).toEqual(mergeJson(base, ours, theirs, rules));
  });
});

const RULES: JsonRules = { counters: ['count'], latest: ['last'], atoms: ['whole'], identities: {}, sections: [] };

describe('a merge that leaves out unchanged parts', () => {
  it('keeps a number that only grows, if theirs went down and ours is unchanged', () => {
    expect(mergeJson('{"a":1,"last":5,"z":1}', '{"a":2,"last":5,"z":1}', '{"a":1,"last":3,"z":1}', RULES, 0)).toEqual({
      text: '{"a":2,"last":5,"z":1}',
      decided: [],
    });
  });

  it('is not used if the reduced form is larger than 8 MiB', () => {
    const most = 8 * 1024 * 1024 - long(1, 0).length;
    expect(mergeJson('{"a":1}', long(1, most), '{"a":2}', RULES)?.text === long(2, most)).toBe(true);
    expect(mergeJson('{"a":1}', long(1, most + 1), '{"a":2}', RULES)).toBeNull();
  });
});

describe('narrow', () => {
  const rules = compileRules(RULES);

  it('leaves out what neither side has changed, at any depth, and keeps first and last', () => {
    const narrowed = narrow(nested('2'), nested('9'), nested('2'), rules);
    expect(narrowed).toMatchObject({
      ours: '{"a":1,"p":{"1":{"v":1},"2":{"v":9},"5":{"v":5}},"z":3}',
      theirs: '{"a":1,"p":{"1":{"v":1},"2":{"v":2},"5":{"v":5}},"z":3}',
    });
    expect(nested('2').slice(narrowed?.offsetOf(24, 'start'))).toBe('"2":{"v":2},"3":{"v":3},"4":{"v":4},"5":{"v":5}},"y":2,"z":3}');
  });

  it.each(['[1]', '1', '{"a":1,"a":2}', '{"a":1,}', '{', ''])('does not reduce %j', (text) => {
    expect(narrow(null, '{"a":2}', text, rules)).toBeNull();
  });
});

function long(value: number, length: number): string {
  return `{"a":${value},"long":"${'x'.repeat(length)}"}`;
}

function nested(own: string): string {
  return `{"a":1,"p":{"1":{"v":1},"2":{"v":${own}},"3":{"v":3},"4":{"v":4},"5":{"v":5}},"y":2,"z":3}`;
}

function project(at: number): readonly [string, object] {
  return [
    `/home/me/project-${at}`,
    { allowedTools: [], mcpServers: {}, history: [{ display: 'x'.repeat(300) }], lastCost: at, lastSessionId: `session-${at}` },
  ];
}

/** A state file with many projects, of this many bytes. */
function state(bytes: number, change: Readonly<Record<string, unknown>>): Uint8Array {
  const projects = Object.fromEntries(Array.from({ length: Math.ceil(bytes / 500) }, (_, at) => project(at)));
  return encodeText(JSON.stringify({ numStartups: 10, projects, ...change }, null, 2));
}

describe('a JSON file of more than 8 MiB', () => {
  it('is merged by key', () => {
    const [base, ours, theirs] = [
      state(9_000_000, {}),
      state(9_000_000, { numStartups: 12, mine: 1 }),
      state(9_000_000, { numStartups: 15, theirs: 2 }),
    ];
    expect(base.length).toBeGreaterThan(8 * 1024 * 1024);
    const result = merge({ base, ours, theirs }, driverFor(drivers, '.claude.json', base, ours, theirs));
    const merged: unknown = JSON.parse(Buffer.from(result.outcome === 'write' ? result.content : []).toString('utf8'));
    expect(merged).toMatchObject({ numStartups: 17, mine: 1, theirs: 2, projects: { '/home/me/project-17999': { lastCost: 17_999 } } });
  });
});
