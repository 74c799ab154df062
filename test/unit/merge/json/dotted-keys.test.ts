import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changedKeys, sameValue, valueAt } from '../../../../src/merge/json/dotted-keys.js';

describe('changedKeys', () => {
  it.each([
    ['{"a":1,"b":{"c":1,"d":2}}', '{"b":{"d":2,"c":1},"a":1}', []],
    ['{"token":"secret","b":{"c":1}}', '{"token":"other","b":{"c":2,"e":0}}', ['b.c', 'b.e', 'token']],
    ['{"a":[1]}', '{"a":[1,2]}', ['a']],
    ['{"a":{"b":1}}', '{"a":1}', ['a']],
    ['', '{"a":1}', ['a']],
    ['\uFEFF{"a":1}', '// note\n{}', ['a']],
    ['{"a":{"b":[{"c":1}]}}', '{"a":{"b":[{"c":1.0}],"__proto__":1}}', ['a.__proto__']],
    ['{"a":1}', '{"a":1.0}', ['a']],
    ['{"a":1,"a":2}', '{"a":2}', []],
    ['1', '[]', ['']],
    [`{"a":${'['.repeat(1500)}${']'.repeat(1500)},"b":1}`, `{"a":${'['.repeat(1500)}1${']'.repeat(1500)},"b":1}`, ['a']],
  ])('from %j to %j', (before, after, keys) => {
    expect(changedKeys(before, after)).toEqual(keys);
  });

  it('returns nothing for text that is not JSON', () => {
    expect(changedKeys('{"token":', '{}')).toBeNull();
  });
});

it('changedKeys finds the same in plain JSON as in JSON with a comment', () => {
  const values = fc.letrec<{ value: unknown; object: Record<string, unknown> }>((tie) => ({
    value: fc.oneof({ maxDepth: 3 }, fc.constantFrom(1, 2, 'a', 'b', true, null, [], [1], [{ a: 1 }]), tie('object')),
    object: fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__', 'toString'), tie('value')),
  })).object;
  fc.assert(
    fc.property(values, values, (before, after) => {
      const [old, next] = [before, after].map((value) => JSON.stringify(value));
      expect(changedKeys(old ?? '', next ?? '')).toEqual(changedKeys(`${old} // plain`, next ?? ''));
    }),
  );
});

describe('valueAt', () => {
  it.each([
    ['{"a": 1}', 'a', '1'],
    ['\uFEFF{\n  // why\n  "a": {"b": [1, 2],}\n}', 'a.b', '[1, 2]'],
    ['{"a.b": {"c": 1.0}, "a": {"b": {"d": 2}}}', 'a.b.d', '2'],
    ['{"a.b": {"c": 1.0}}', 'a.b.c', '1.0'],
    ['{"a": 1, "a": 2}', 'a', '2'],
  ])('finds in %s the value of %s, as it is written', (text, key, value) => {
    const found = valueAt(text, key);
    expect(found).toMatchObject({ text: value });
    expect(typeof found === 'string' ? found : text.slice(found.start, found.end)).toBe(value);
  });

  it.each([
    ['{"a": 1}', 'b', 'absent'],
    ['{"a": [1]}', 'a.0', 'absent'],
    ['[1]', 'a', 'absent'],
    ['{"a": ', 'a', 'broken'],
    ['', 'a', 'broken'],
  ])('in %j has no %s', (text, key, why) => {
    expect(valueAt(text, key)).toBe(why);
  });

  it('finds every value of an object', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z.]{1,4}$/), fc.json(), { noNullPrototype: true }), (members) => {
        const text = `{${Object.entries(members)
          .map(([key, json]) => `${JSON.stringify(key)}: ${json}`)
          .join(', ')}}`;
        for (const key of Object.keys(members)) expect(typeof valueAt(text, key)).toBe('object');
      }),
    );
  });
});

it('values are the same whatever their layout', () => {
  expect([sameValue('{"a":1,"b":2}', '{ "b": 2, "a": 1 }'), sameValue('1', '2'), sameValue('"x"', '"\\u0078"'), sameValue('', '')]).toEqual(
    [true, false, true, false],
  );
});
