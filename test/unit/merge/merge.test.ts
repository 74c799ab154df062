import { describe, expect, it } from 'vitest';
import type { Driver } from '../../../src/merge/drivers.js';
import { keepAll, merge } from '../../../src/merge/merge.js';
import { bytes, drivers, json, lines, run } from './support.js';

const kinds = Object.entries(drivers);

describe.each(kinds)('with the %s driver', (_kind, driver) => {
  it.each([
    ['no side changed it', '{}', '{}', '{}', 'unchanged', '{}'],
    ['only the shared one changed', '{}', '{}', '{"a":1}', 'unchanged', '{"a":1}'],
    ['only ours changed', '{}', '{"a":1}', '{}', 'write', '{"a":1}'],
    ['both made the same change', '{}', '{"a":1}', '{"a":1}', 'unchanged', '{"a":1}'],
    ['both added the same file', null, '{}', '{}', 'unchanged', '{}'],
    ['ours added a file', null, '{}', null, 'write', '{}'],
    ['theirs added a file', null, null, '{}', 'unchanged', '{}'],
    ['ours removed an unchanged file', '{}', null, '{}', 'delete', null],
    ['theirs removed a file that ours left alone', '{}', '{}', null, 'unchanged', null],
    ['ours removed a file that theirs changed', '{}', null, '{"a":1}', 'unchanged', '{"a":1}'],
    ['theirs removed a file that ours changed', '{}', '{"a":1}', null, 'write', '{"a":1}'],
    ['both removed it', '{}', null, null, 'unchanged', null],
    ['there was never a file', null, null, null, 'unchanged', null],
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

  it('keeps both if two sessions add the same name with different text', () => {
    expect(run(null, 'a\nours\n', 'a\ntheirs\n', drivers.text)).toMatchObject({
      outcome: 'conflict',
      shared: 'a\ntheirs\n',
      copy: 'a\nours\n',
    });
  });

  it('takes the larger if two sessions add the same name and one text contains the other', () => {
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

function both(ours: string, theirs: string, driver: Driver): string | null {
  const [o, t] = [bytes(ours), bytes(theirs)];
  const all = o && t ? keepAll(o, t, driver) : null;
  return all && new TextDecoder().decode(all);
}

describe('keepAll', () => {
  it.each<readonly [kind: string, driver: Driver, ours: string, theirs: string, all: string]>([
    ['lines', drivers.text, lines('a', 'ours', 'b', 'c'), lines('a', 'theirs', 'b'), lines('a', 'theirs', 'ours', 'b', 'c')],
    ['texts that have nothing in common', drivers.text, lines('ours'), lines('theirs'), lines('theirs', 'ours')],
    ['a text that holds the other', drivers.text, lines('a', 'b'), lines('a', 'b', 'c'), lines('a', 'b', 'c')],
    ['the same text', drivers.text, lines('a'), lines('a'), lines('a')],
    [
      'entries',
      drivers.index,
      lines('- [A](a.md)', '- [B](b.md)'),
      lines('- [A](a.md)', '- [C](c.md)'),
      lines('- [A](a.md)', '- [C](c.md)', '- [B](b.md)'),
    ],
    ['keys', drivers.json, '{"a":1,"o":1}', '{"a":2,"t":1}', '{"a":1,"t":1,"o":1}'],
    ['log lines', drivers.jsonl, lines('{"a":1}', '{"o":1}'), lines('{"a":1}', '{"t":1}'), lines('{"a":1}', '{"t":1}', '{"o":1}')],
  ])('of %s', (_kind, driver, ours, theirs, all) => {
    expect(both(ours, theirs, driver)).toBe(all);
  });

  it('cannot be had of what is not text', () => {
    expect(keepAll(new Uint8Array([0, 1]), new Uint8Array([0, 2]), drivers.opaque)).toBeNull();
    expect(keepAll(new Uint8Array([0, 1]), new Uint8Array([0, 2]), drivers.text)).toBeNull();
  });
});
