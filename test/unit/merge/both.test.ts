import { describe, expect, it } from 'vitest';
import type { Driver } from '../../../src/merge/drivers.js';
import { keepAll } from '../../../src/merge/merge.js';
import { bytes, drivers, lines } from './support.js';

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
