import { statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readManifest } from '../../../src/session/manifest.js';
import { tryKernelLock } from '../../../src/system/kernel-lock.js';
import { createScratch } from '../../support/scratch.js';
import { openSession } from '../../support/session.js';

describe('createSession', () => {
  it('makes all files of a session, private to the user, and holds its lock', () => {
    const scratch = createScratch();
    const { paths, manifest, lock } = openSession(scratch, 'one');
    expect(readManifest(paths.manifest)).toEqual(manifest);
    expect(scratch.tree('state/open')).toEqual({ one: '' });
    expect([paths.root, paths.home].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o700]);
    expect([paths.settings, paths.manifest].map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o600]);
    expect(tryKernelLock(paths.alive)).toBeUndefined();
    lock.release();
    tryKernelLock(paths.alive)?.release();
  });

  it('reports which of the two dirs cannot be used, and leaves nothing of the session', () => {
    const scratch = createScratch();
    scratch.write('shared', 'a file');
    expect(() => openSession(scratch, 'one')).toThrow(expect.objectContaining({ code: 'shared-dir-unusable' }));
    expect(scratch.tree('state/sessions')).toEqual({});
    expect(scratch.tree('state/open')).toEqual({});

    const other = createScratch();
    other.write('state/open', 'a file');
    expect(() => openSession(other, 'one')).toThrow(expect.objectContaining({ code: 'home-not-built' }));
    expect(other.tree('state')).toEqual({ open: 'a file' });
  });
});
