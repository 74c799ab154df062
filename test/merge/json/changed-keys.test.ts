import { describe, expect, it } from 'vitest';
import { changedKeys } from '../../../src/merge/json/changed-keys.js';

describe('changedKeys', () => {
  it.each([
    ['{"a":1,"b":{"c":1,"d":2}}', '{"b":{"d":2,"c":1},"a":1}', []],
    ['{"token":"secret","b":{"c":1}}', '{"token":"other","b":{"c":2,"e":0}}', ['b.c', 'b.e', 'token']],
    ['{"a":[1]}', '{"a":[1,2]}', ['a']],
    ['{"a":{"b":1}}', '{"a":1}', ['a']],
    ['', '{"a":1}', ['a']],
    ['\uFEFF{"a":1}', '// note\n{}', ['a']],
  ])('from %j to %j', (before, after, keys) => {
    expect(changedKeys(before, after)).toEqual(keys);
  });

  it('says nothing of what is no JSON', () => {
    expect(changedKeys('{"token":', '{}')).toBeNull();
  });
});
