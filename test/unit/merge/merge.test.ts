import { describe, expect, it } from 'vitest';
import { merge } from '../../../src/merge/merge.js';
import { drivers, json, run } from './support.js';

const kinds = Object.entries(drivers);

describe.each(kinds)('with the %s driver', (_kind, driver) => {
  it.each([
    ['nobody changed it', '{}', '{}', '{}', 'unchanged', '{}'],
    ['only the shared one changed', '{}', '{}', '{"a":1}', 'unchanged', '{"a":1}'],
    ['only ours changed', '{}', '{"a":1}', '{}', 'write', '{"a":1}'],
    ['both made the same change', '{}', '{"a":1}', '{"a":1}', 'unchanged', '{"a":1}'],
    ['both added the same file', null, '{}', '{}', 'unchanged', '{}'],
    ['we added a file', null, '{}', null, 'write', '{}'],
    ['they added a file', null, null, '{}', 'unchanged', '{}'],
    ['we removed a file that nobody changed', '{}', null, '{}', 'delete', null],
    ['they removed a file that we left alone', '{}', '{}', null, 'unchanged', null],
    ['we removed a file that they changed', '{}', null, '{"a":1}', 'unchanged', '{"a":1}'],
    ['they removed a file that we changed', '{}', '{"a":1}', null, 'write', '{"a":1}'],
    ['both removed it', '{}', null, null, 'unchanged', null],
    ['there never was one', null, null, null, 'unchanged', null],
  ] as const)('%s', (_name, base, ours, theirs, outcome, shared) => {
    expect(run(base, ours, theirs, driver)).toEqual({ outcome, shared, copy: null, decided: [] });
  });

  it('never guesses at bytes that are not UTF-8 text', () => {
    const broken = new Uint8Array([0x61, 0xff, 0x0a]);
    const text = new TextEncoder().encode('{}\n');
    const nul = new Uint8Array([0x61, 0, 0x0a]);
    expect(merge({ base: text, ours: broken, theirs: nul }, driver)).toEqual({ outcome: 'conflict', content: null, copy: broken });
    expect(merge({ base: broken, ours: text, theirs: nul }, driver)).toEqual({ outcome: 'conflict', content: null, copy: text });
  });
});

describe('merge', () => {
  it('keeps both of two binary files of 3 MB that changed differently', () => {
    const [base, ours, theirs] = [1, 2, 3].map((fill) => new Uint8Array(3 * 1024 * 1024).fill(fill));
    const result = merge({ base: base ?? null, ours: ours ?? null, theirs: theirs ?? null }, drivers.opaque);
    expect(result).toMatchObject({ outcome: 'conflict', content: null });
    expect(result.outcome === 'conflict' && result.copy).toBe(ours);
  });

  it('keeps both when two sessions add the same name with different text', () => {
    expect(run(null, 'a\nours\n', 'a\ntheirs\n', drivers.text)).toMatchObject({
      outcome: 'conflict',
      shared: 'a\ntheirs\n',
      copy: 'a\nours\n',
    });
  });

  it('takes the larger when two sessions add the same name and one text holds the other', () => {
    expect(run(null, 'a\nb\nc\n', 'a\nc\n', drivers.text)).toMatchObject({ outcome: 'write', shared: 'a\nb\nc\n' });
    expect(run(null, 'a\nc\n', 'a\nb\nc\n', drivers.text)).toMatchObject({ outcome: 'unchanged' });
  });

  it.each([
    ['{"a":1', '{"a":2}', '{"a":3}'],
    ['{"a":1}', '{"a":2', '{"a":3}'],
    ['{"a":1}', '{"a":2}', '{"a":3}}'],
    ['{"a":1}', '{"a":2}', ''],
  ])('never guesses at JSON that does not parse (%s, %s, %s)', (base, ours, theirs) => {
    expect(run(base, ours, theirs, json({}))).toMatchObject({ outcome: 'conflict', shared: theirs, copy: ours });
  });
});
