import { statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readManifest, writeManifest } from '../../../src/session/manifest.js';
import { createScratch } from '../../support/scratch.js';
import { manifestOf } from '../../support/session.js';

describe('readManifest', () => {
  it.each([
    {},
    { branch: null, memoryFolder: null },
    { repository: { key: 'k', worktree: '/w' } },
    { slot: { number: 1, portBase: 23_000 } },
    { slot: { number: 1, portBase: null } },
    { state: { name: 'closed', at: 1 } },
    { sync: 'exit', state: { name: 'closed', at: 1, discarded: true } },
  ] as const)('reads what was written, with %j', (changes) => {
    const scratch = createScratch();
    const manifest = manifestOf(scratch, 'one', changes);
    writeManifest(scratch.at('m.json'), manifest);
    expect(readManifest(scratch.at('m.json'))).toEqual(manifest);
    expect(statSync(scratch.at('m.json')).mode & 0o777).toBe(0o600);
    expect(scratch.temporaries()).toEqual([]);
  });

  it.each([
    { version: 2 },
    { id: 1 },
    { pid: '1' },
    { startedAt: null },
    { branch: 1 },
    { repository: 'k' },
    { repository: { key: 'k' } },
    { slot: 1 },
    { slot: { number: 1 } },
    { memoryFolder: 1 },
    { sync: 'other' },
    { sync: null },
    { state: { name: 'closed', at: 1, discarded: 'yes' } },
    { shared: null },
    { shared: { dir: '/c', stateFile: 1, userValue: null } },
    { shared: { dir: '/c', stateFile: '/c', userValue: 1 } },
    { state: { name: 'other' } },
    { state: { name: 'closed' } },
    { state: null },
  ])('rejects a manifest with %j', (changes) => {
    const scratch = createScratch();
    const path = scratch.write('m.json', JSON.stringify({ ...manifestOf(scratch, 'one'), ...changes }));
    expect(readManifest(path)).toBeUndefined();
  });

  it('reads a manifest of an older version, which has fewer values', () => {
    const scratch = createScratch();
    const { sync: _, repository: __, slot: ___, ...older } = manifestOf(scratch, 'one');
    expect(readManifest(scratch.write('m.json', JSON.stringify(older)))).toEqual({
      ...older,
      sync: 'continuous',
      repository: null,
      slot: null,
    });
  });

  it('is undefined for a missing manifest, and for half of one; other errors are thrown', () => {
    const scratch = createScratch();
    expect(readManifest(scratch.at('m.json'))).toBeUndefined();
    expect(readManifest(scratch.write('m.json', '{"version":1,'))).toBeUndefined();
    expect(() => readManifest(scratch.root)).toThrow('EISDIR');
  });
});
