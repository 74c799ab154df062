import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sameValue, valueAt } from '../../../../src/merge/json/dotted-keys.js';

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
