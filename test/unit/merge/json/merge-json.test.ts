import { describe, expect, it } from 'vitest';
import { drivers, json, run } from '../support.js';

const pretty = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

function manyKeys(name: string): object {
  return Object.fromEntries([...Array(100_000).keys()].map((index) => [`${name}${index}`, index]));
}

function hooksFile(...hooks: unknown[]): string {
  return pretty({ hooks: { Pre: hooks } });
}

function nest(depth: number, inner: string): string {
  return `${'{"a":'.repeat(depth)}{${inner}}${'}'.repeat(depth)}`;
}

describe('the json driver', () => {
  it.each([
    ['keys added by each', { a: 1 }, { a: 1, o: 1 }, { a: 1, t: 1 }, { a: 1, t: 1, o: 1 }],
    ['keys removed by each', { a: 1, b: 1, c: 1 }, { b: 1, c: 1 }, { a: 1, b: 1 }, { b: 1 }],
    ['all keys removed', { a: 1, b: 1 }, { b: 1 }, { a: 1 }, {}],
    ['a key removed here and changed there', { a: 1, b: 1 }, { b: 1 }, { a: 2, b: 1 }, { a: 2, b: 1 }],
    ['a key changed here and removed there', { a: 1, b: 1 }, { a: 2, b: 1 }, { b: 1 }, { b: 1, a: 2 }],
    ['objects, key by key', { x: { a: 1, b: 1 } }, { x: { a: 2, b: 1 } }, { x: { a: 1, b: 2 } }, { x: { a: 2, b: 2 } }],
    ['arrays of scalars as sets', { x: ['a', 'b'] }, { x: ['b', 'o'] }, { x: ['a', 'b', 't'] }, { x: ['b', 't', 'o'] }],
    [
      'arrays of objects by equality',
      { x: [{ a: 1 }] },
      { x: [{ a: 1 }, { b: 2, c: 3 }] },
      { x: [{ a: 1 }, { c: 3, b: 2 }] },
      { x: [{ a: 1 }, { c: 3, b: 2 }] },
    ],
    ['an item that ours added twice', { x: [1] }, { x: [1, 2, 2] }, { x: [1, 3] }, { x: [1, 3, 2] }],
    [
      'an array that only ours reordered',
      { x: [1, 2, 3], y: 1 },
      { x: [3, 2, 1, 1], y: 1 },
      { x: [1, 2, 3], y: 2 },
      { x: [3, 2, 1, 1], y: 2 },
    ],
    ['an empty object that ours filled', { x: {}, y: 1 }, { x: { a: [1] }, y: 1 }, { x: {}, y: 2 }, { x: { a: [1] }, y: 2 }],
    ['a file that both began', null, { a: 1, x: [1] }, { b: 1, x: [2] }, { b: 1, x: [2, 1], a: 1 }],
  ])('merges %s', (_name, base, ours, theirs, merged) => {
    const result = run(base && pretty(base), pretty(ours), pretty(theirs), drivers.json);
    expect(result.shared).toBe(pretty(merged));
    expect(result.decided).toEqual([]);
  });

  it('takes ours, the later, of a scalar that both changed, and reports its path but not its value', () => {
    expect(run('{"a":{"b":1,"c":1}}', '{"a":{"b":2,"c":1}}', '{"a":{"b":3,"c":4}}', drivers.json)).toEqual({
      outcome: 'write',
      shared: '{"a":{"b":2,"c":4}}',
      copy: null,
      decided: ['a.b'],
    });
  });

  it('never replaces an object with a scalar', () => {
    expect(run('{"a":1}', '{"a":2}', '{"a":{"k":1}}', drivers.json)).toMatchObject({ shared: '{"a":{"k":1}}' });
    expect(run('{"a":1}', '{"a":{"k":1}}', '{"a":2}', drivers.json)).toMatchObject({ shared: '{"a":{"k":1}}', decided: ['a'] });
  });

  it('takes an atom as one value', () => {
    const base = { account: { id: 1, name: 'a', old: true } };
    const ours = { account: { id: 2, name: 'b' } };
    const theirs = { account: { id: 3, name: 'a', old: true, more: 1 } };
    expect(run(pretty(base), pretty(ours), pretty(theirs), json({ atoms: ['account'] }))).toMatchObject({
      shared: pretty(ours),
      decided: ['account'],
    });
  });

  it('merges items of an array that are the same by their key', () => {
    const rules = json({ identities: { 'hooks.*': 'matcher' } });
    const base = hooksFile({ matcher: 'A', run: ['a'] }, { matcher: 'B', run: ['b'] }, { matcher: 'C', run: [] });
    const ours = hooksFile({ matcher: 'A', run: ['a', 'o'] }, { matcher: 'C', run: [] }, { matcher: 'O', run: [] });
    const theirs = hooksFile({ matcher: 'A', run: ['a', 't'] }, { matcher: 'B', run: ['b'] }, { matcher: 'C', run: ['t'] });
    expect(run(base, ours, theirs, rules).shared).toBe(
      hooksFile({ matcher: 'A', run: ['a', 't', 'o'] }, { matcher: 'C', run: ['t'] }, { matcher: 'O', run: [] }),
    );
  });

  it('uses equality if the key of an item is missing or duplicate', () => {
    const rules = json({ identities: { x: 'id' } });
    expect(run('{"x":[{"id":1}]}', '{"x":[{"id":1},{"id":1,"o":1}]}', '{"x":[{"id":1},{"t":1}]}', rules).shared).toBe(
      '{"x":[{"id":1},{"t":1},{"id":1,"o":1}]}',
    );
    expect(run('{"x":[{"id":1}]}', '{"x":[{"id":1},{"id":1,"o":1}]}', '{"x":[{"id":1},{"id":2}]}', rules).shared).toBe(
      '{"x":[{"id":1},{"id":2},{"id":1,"o":1}]}',
    );
  });

  it('changes nothing of the shared file but what ours changed', () => {
    const theirs = [
      '\uFEFF// head',
      '{',
      '\t"big": 12345678901234567890, // exact',
      '\t"f": 1.0,',
      '\t/* gone? */ "drop": 1,',
      '\t"list": [1, 2],',
      '\t"z": { "k": "\\u0041" }',
      '}',
    ].join('\r\n');
    const base = '{"big":12345678901234567890,"f":1.0,"drop":1,"list":[1],"z":{"k":"A"}}';
    const ours = '{"big":12345678901234567890,"f":1.0,"list":[1,98765432109876543210],"z":{"k":"A","n":[1e400,{}]}}';
    expect(run(base, ours, theirs, drivers.json).shared).toBe(
      [
        '\uFEFF// head',
        '{',
        '\t"big": 12345678901234567890, // exact',
        '\t"f": 1.0,',
        '\t/* gone? */',
        '\t"list": [1, 2, 98765432109876543210],',
        '\t"z": { "k": "\\u0041", "n": [1e400, {}] }',
        '}',
      ].join('\r\n'),
    );
  });

  it('uses the layout of the shared file for what it adds', () => {
    const added = { k: { deep: [1, { x: true }] } };
    expect(run('{}', JSON.stringify({ a: 1, ...added }), `${JSON.stringify({ t: 1 }, null, 4)}\n`, drivers.json).shared).toBe(
      `${JSON.stringify({ t: 1, a: 1, ...added }, null, 4)}\n`,
    );
    expect(run('{}', JSON.stringify(added, null, 2), '{"t":1}', drivers.json).shared).toBe(JSON.stringify({ t: 1, ...added }));
  });

  it('adds no comment and no trailing comma to a file that JSON.parse has to read', () => {
    const { shared } = run('{}', '{\n  // why\n  "a": [1, /* x */ 2,],\n}', '{\n  "t": 1\n}\n', drivers.json);
    expect(JSON.parse(shared ?? '')).toEqual({ t: 1, a: [1, 2] });
  });

  it('keeps a comment from swallowing the text that follows a removed key', () => {
    const { shared } = run('{"a":1,"b":2,"c":3}', '{"a":1,"c":3}', '{"a":1, // note\n"b":2, "c":3, "t":1}', drivers.json);
    expect(shared?.replace(/\/\/.*$/m, '').replaceAll(/\s/g, '')).toBe('{"a":1,"c":3,"t":1}');
  });

  it('adds after a comment that ends a line', () => {
    const { shared } = run('{"a":1}', '{"a":1,"o":1}', '{"a":1, "t":1 // note\n}', drivers.json);
    expect(JSON.parse(shared?.replace('// note', '') ?? '')).toEqual({ a: 1, t: 1, o: 1 });
  });

  it('takes the last of two equal keys, as JSON.parse does', () => {
    expect(run('{"a":1,"a":2}', '{"a":1,"a":5}', '{"a":1,"a":2,"t":1}', drivers.json).shared).toBe('{"a":1,"a":5,"t":1}');
    expect(run('{"a":1,"a":2}', '{}', '{"a":1,"a":2,"t":1}', drivers.json).shared).toBe('{"t":1}');
  });

  it('compares strings and keys by their values, and numbers by their spelling', () => {
    expect(run('{"a":"A"}', '{"\\u0061":"\\u0041","o":1}', '{"a":"B"}', drivers.json)).toMatchObject({
      shared: '{"a":"B","o":1}',
      decided: [],
    });
    expect(run('["A"]', '["\\u0041",1]', '["A","B"]', drivers.json).shared).toBe('["A","B",1]');
    expect(run('[1]', '[1,2.0]', '[1,2]', drivers.json).shared).toBe('[1,2,2.0]');
  });

  it('handles a key named __proto__', () => {
    expect(run('{}', '{"__proto__":{"o":1}}', '{"__proto__":{"t":1}}', drivers.json).shared).toBe('{"__proto__":{"t":1,"o":1}}');
  });

  it('merges 1,000 levels deep, and does not touch a file that is too deep to read', () => {
    expect(run(nest(1000, '"b":1'), nest(1000, '"b":1,"o":1'), nest(1000, '"b":1,"t":1'), drivers.json).shared).toBe(
      nest(1000, '"b":1,"t":1,"o":1'),
    );
    expect(run(nest(100_000, '"b":1'), nest(100_000, '"b":2'), nest(100_000, '"b":3'), drivers.json).outcome).toBe('conflict');
  });

  it('keeps a comment that ends in blanks from swallowing the text that follows a removed key', () => {
    expect(run('{"a":1,"b":2,"c":3}', '{"a":1,"c":3}', '{"a":1, // note \n  "b":2,\n  "c":3}', drivers.json).shared).toBe(
      '{"a":1, // note \n\n  "c":3}',
    );
  });

  it('adds no trailing comma to a file that has none, with or without comments', () => {
    expect(run('{}', '{"a":[1,],}', '{ // c\n  "t": 1\n}', drivers.json).shared).toBe('{ // c\n  "t": 1,\n  "a": [\n    1\n  ]\n}');
  });

  it('keeps a comma at the end of a list whose last item is removed', () => {
    expect(run('[1,2]', '[1]', '[1,2,]', drivers.json).shared).toBe('[1,]');
    expect(run('[1,2]', '[1,3]', '[1,2,]', drivers.json).shared).toBe('[1,3]');
  });

  it('adds the comments of an added value if the shared file also has comments', () => {
    const ours = '{\n\t"a": { // why\r\n\t\t"x": [1, 2] /* two */\n\t}\n}';
    expect(run('{}', ours, '{\n  // t\n  "t": 1\n}', drivers.json).shared).toBe(
      '{\n  // t\n  "t": 1,\n  "a": { // why\n    "x": [\n      1,\n      2\n    ] /* two */\n  }\n}',
    );
  });

  it('replaces a value in the layout of the shared file', () => {
    const replacing = json({ atoms: ['x'] });
    expect(run('{"x":{"a":1}}', pretty({ x: { a: 2, b: [] } }), '{"x":{"a":3},"t":1}', replacing).shared).toBe(
      '{"x":{"a":2,"b":[]},"t":1}',
    );
    expect(run('{"x":{"a":1}}', '{"x":{"a":2,"b":[]}}', pretty({ x: { a: 3 }, t: 1 }), replacing).shared).toBe(
      pretty({ x: { a: 2, b: [] }, t: 1 }),
    );
  });

  it('distinguishes a compact file from one with blanks by its first key, not by the content of its strings', () => {
    expect(run('{"a":1}', '{"b":2}', '{"a":1,"t":"x, y: z"}', drivers.json).shared).toBe('{"t":"x, y: z","b":2}');
    expect(run('[1]', '[1,{"a":[2,3]}]', '[1, 4]', drivers.json).shared).toBe('[1, 4, {"a": [2, 3]}]');
    expect(run('[[1]]', '[[1],{"a":[2,3]}]', '[[1],4]', drivers.json).shared).toBe('[[1],4,{"a":[2,3]}]');
  });

  it('removes 100,000 keys from an object and adds as many', () => {
    const [old, fresh] = [manyKeys('b'), manyKeys('o')];
    expect(run(JSON.stringify(old), JSON.stringify(fresh), JSON.stringify({ ...old, t: 1 }), drivers.json).shared).toBe(
      JSON.stringify({ t: 1, ...fresh }),
    );
  });

  it('fills an empty root after an indented comment', () => {
    expect(run('{}', '{"a":1}', '  // c\n{}\n', drivers.json).shared).toBe('  // c\n{\n  "a": 1\n}\n');
  });

  it('keeps the key of an added member as it is written', () => {
    expect(run('{}', '{"\\u0061\\"": 1}', '{"t":1}', drivers.json).shared).toBe('{"t":1,"\\u0061\\"":1}');
  });

  it('changes the effective one of two equal keys, and removes both', () => {
    expect(run('{"a":1,"b":{"x":1}}', '{"a":1,"b":{"x":2}}', '{"b":5,"a":1,"b":{"x":1,"t":1}}', drivers.json).shared).toBe(
      '{"b":5,"a":1,"b":{"x":2,"t":1}}',
    );
    expect(run('{"b":9,"a":1}', '{"a":1}', '{"b":5,"a":1,"b":9,"t":1}', drivers.json).shared).toBe('{"a":1,"t":1}');
  });
});
