import { describe, expect, it } from 'vitest';
import { loadLayout } from '../../../src/config/layout.js';
import { driverFor } from '../../../src/merge/driver-for.js';
import { bytes } from './support.js';

const { drivers } = loadLayout({});

describe('driverFor', () => {
  it.each([
    ['memory/MEMORY.md', ['# M\n'], 'index'],
    ['skills/_index.md', ['# M\n'], 'index'],
    ['notes.md', ['# M\n', null], 'text'],
    ['settings.json', ['{}', '// c\n{"a":1,}'], 'json'],
    ['settings.json', ['', null], 'json'],
    ['settings.json', ['{}', '{"a":'], 'opaque'],
    ['history.jsonl', ['{"a":'], 'jsonl'],
    ['a.txt', ['a\0b'], 'opaque'],
    ['a.txt', ['x'.repeat(8 * 1024 * 1024 + 1)], 'opaque'],
  ])('takes %s for what it is', (path, contents, kind) => {
    expect(driverFor(drivers, path, ...contents.map(bytes)).kind).toBe(kind);
  });

  it('takes a file that is not UTF-8 in one version as a whole', () => {
    expect(driverFor(drivers, 'a.md', bytes('a'), new Uint8Array([0xc3, 0x28])).kind).toBe('opaque');
  });
});
