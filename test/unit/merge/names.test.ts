import { describe, expect, it } from 'vitest';
import { loadLayout } from '../../../src/config/layout.js';
import { conflictName, pointerLine } from '../../../src/merge/conflict-name.js';
import { driverFor } from '../../../src/merge/driver-for.js';
import { bytes } from './support.js';

const { drivers } = loadLayout({});

describe('conflictName', () => {
  it.each([
    ['architecture.md', 'feat/voice-buffer', 'a1b2', 'architecture.conflict-feat-voice-buffer-a1b2.md'],
    ['notes.tar.gz', 'main', 'x', 'notes.tar.conflict-main-x.gz'],
    ['LICENSE', 'main', 'x', 'LICENSE.conflict-main-x'],
    ['.bashrc', 'main', 'x', '.bashrc.conflict-main-x'],
    ['odd.', 'main', 'x', 'odd..conflict-main-x'],
    ['a.md', '../../etc', 'x', 'a.conflict-etc-x.md'],
    ['a.md', 'größe\n!', 'x', 'a.conflict-gr-e-x.md'],
    ['a.md', '', '', 'a.conflict-session-session.md'],
  ])('of %j in %j', (name, branch, id, copy) => {
    expect(conflictName(name, branch, id)).toBe(copy);
  });

  it('fits in a file name, and tells two long names apart', () => {
    const [one, two] = ['1', '2'].map((end) => conflictName(`${'ü'.repeat(120)}${end}.md`, 'b'.repeat(300), 'id'));
    expect(Buffer.byteLength(one ?? '')).toBeLessThanOrEqual(255);
    expect(one).toMatch(/^ü+~[0-9a-f]{8}\.conflict-b{40}-id\.md$/);
    expect(one).not.toBe(two);
  });
});

describe('pointerLine', () => {
  it('is an index entry that leads to the copy', () => {
    expect(pointerLine('a [b].md', 'a [b].conflict-x-1 (2).md', 'x')).toMatch(
      /^- \[Conflict: a \\\[b\\\]\.md\]\(a%20\[b\]\.conflict-x-1%20%282%29\.md\) — .+/,
    );
    expect(pointerLine('a\nb.md', 'a\nb.conflict-x-1.md', 'x')).not.toContain('\n');
  });
});

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
