import { describe, expect, it } from 'vitest';
import { decodeText, encodeText } from '../../src/merge/bytes.js';
import { driverFor } from '../../src/merge/driver.js';
import { replay } from '../../src/merge/replay.js';
import { layout } from '../support/session.js';

type Change = readonly [before: string, after: string, when?: 'late'];

/** Replays changes in a memory index: each is a pair of versions, of which each is the names of its entries. */
function replayed(version: string, changes: readonly Change[]): string {
  const written = changes.map(([before, after, when]) => ({ before: index(before), after: index(after), isLate: when === 'late' }));
  const result = replay(index(version), written, driverFor(layout.drivers, 'projects/p/memory/MEMORY.md'));
  const lines = (decodeText(result ?? new Uint8Array()) ?? '').split('\n');
  return lines.filter((line) => line !== '').map((line) => line.slice(2)).toSorted().join(' ');
}

function index(names: string): Uint8Array {
  return encodeText(names.split(' ').map((name) => `- ${name}\n`).join(''));
}

describe('replay', () => {
  it.each<readonly [what: string, version: string, changes: readonly Change[], result: string]>([
    ['makes what the version lacks', 'one', [['one', 'one two'], ['one two', 'one two three']], 'one three two'],
    ['changes nothing that it has', 'one two three', [['one', 'one two'], ['one two', 'one two three']], 'one three two'],
    ['makes what came after what it has', 'one two', [['one', 'one two'], ['one two', 'one two three']], 'one three two'],
    ['makes no earlier one than that which it has', 'one done', [['one', 'one draft'], ['one draft', 'one draft other'], ['one', 'one done']], 'done one'],
    ['makes what came before one that was late', 'one late', [['one', 'one two'], ['one', 'one late', 'late']], 'late one two'],
    ['takes what was only removed for no sign that it was read', 'one', [['one', 'one two'], ['one two', 'one two three'], ['one two three', 'one two']], 'one two'],
    ['makes both of two of which the second changes the first', 'one', [['one', 'one draft'], ['one draft', 'one done']], 'done one'],
    ['leaves what nobody has changed', 'one two', [], 'one two'],
  ])('%s', (_what, version, changes, result) => {
    expect(replayed(version, changes)).toBe(result);
  });
});
