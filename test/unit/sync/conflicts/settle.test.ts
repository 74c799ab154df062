import { describe, expect, it } from 'vitest';
import { findSharedDir } from '../../../../src/client/shared-dir.js';
import { type Conflict, findConflicts } from '../../../../src/sync/conflicts/conflicts.js';
import { type Choice, settle } from '../../../../src/sync/conflicts/settle.js';
import type { Files } from '../../../../src/system/files/files.js';
import { realFiles } from '../../../../src/system/files/real-files.js';
import { countingFiles, crashingFiles, failingFiles, interferingFiles } from '../../../support/faulty-files.js';
import { createScratch, type Scratch } from '../../../support/scratch.js';
import { layout } from '../../../support/session.js';

const ID = '0123456789';
const MEMORY = 'shared/projects/p/memory';
const COPY = `a.conflict-main-${ID}.md`;
const POINTER = `- [Conflict: a.md](${COPY}) — another version\n`;
const BOTH: Choice = { take: 'both' };

function prepare(): { scratch: Scratch; conflict: Conflict } {
  const scratch = createScratch();
  scratch.write(`${MEMORY}/MEMORY.md`, `# Memory\n${POINTER}- [b](b.md)\n`);
  scratch.write(`${MEMORY}/a.md`, 'one\ntheirs\nend\n');
  scratch.write(`${MEMORY}/${COPY}`, 'one\nours\nend\n');
  const shared = findSharedDir({ CLAUDE_CONFIG_DIR: scratch.at('shared') }, scratch.root);
  const [conflict, ...more] = findConflicts(realFiles, { stateDir: scratch.at('state'), shared, layout, sessions: [] });
  if (!conflict || more.length > 0) throw new Error('one conflict expected');
  return { scratch, conflict };
}

async function settleIn(scratch: Scratch, conflict: Conflict, choice: Choice, files: Files = realFiles): Promise<void> {
  const shared = findSharedDir({ CLAUDE_CONFIG_DIR: scratch.at('shared') }, scratch.root);
  await settle(files, { stateDir: scratch.at('state'), shared, layout }, conflict, choice);
}

const SETTLED = { 'MEMORY.md': '# Memory\n- [b](b.md)\n', 'a.md': 'one\ntheirs\nours\nend\n' };

describe('settle', () => {
  it('loses neither version to an error, or a crash, at any call; a second attempt completes it', async () => {
    const whole = prepare();
    const counting = countingFiles(realFiles);
    await settleIn(whole.scratch, whole.conflict, BOTH, counting);
    expect(whole.scratch.tree(MEMORY)).toEqual(SETTLED);
    expect(counting.calls.length).toBeGreaterThan(10);
    for (let call = 1; call <= counting.calls.length; call++) {
      for (const faulty of [failingFiles(realFiles, { call, error: 'ENOSPC' }), crashingFiles(realFiles, call)]) {
        const { scratch, conflict } = prepare();
        await expect(settleIn(scratch, conflict, BOTH, faulty)).rejects.toThrow(/ENOSPC|killed/);
        const left = scratch.tree(MEMORY);
        expect([left['a.md'], left[COPY]].join('')).toContain('ours');
        expect(left['a.md']).toContain('theirs');
        if (left[COPY] !== undefined) await settleIn(scratch, conflict, BOTH);
        expect(scratch.tree(MEMORY)).toEqual(SETTLED);
      }
    }
  });

  it('merges what an external writer writes meanwhile', async () => {
    const { scratch, conflict } = prepare();
    const files = interferingFiles(realFiles, { before: 'exchange', act: () => scratch.write(`${MEMORY}/a.md`, 'ONE\ntheirs\nend\n') });
    await settleIn(scratch, conflict, { take: 'ours' }, files);
    expect(scratch.read(`${MEMORY}/a.md`)).toBe('ONE\nours\nend\n');
  });

  it.each<readonly [when: string, before: 'realPath' | 'rename', nth: number]>([
    ['before it is read', 'realPath', 3],
    ['just before it is removed', 'rename', 1],
  ])('leaves a copy that has changed %s', async (_when, before, nth) => {
    const { scratch, conflict } = prepare();
    const files = interferingFiles(realFiles, { before, nth, act: () => scratch.write(`${MEMORY}/${COPY}`, 'one\nanother\nend\n') });
    await settleIn(scratch, conflict, { take: 'ours' }, files);
    expect(scratch.tree(MEMORY)).toMatchObject({ 'a.md': 'one\nours\nend\n', [COPY]: 'one\nanother\nend\n' });
    expect(scratch.temporaries()).toEqual([]);
  });

  it('reports that the copy is missing', async () => {
    const { scratch, conflict } = prepare();
    await settleIn(scratch, conflict, { take: 'theirs' });
    await expect(settleIn(scratch, conflict, { take: 'ours' })).rejects.toMatchObject({
      code: 'conflict-unsettled',
      message: expect.stringContaining('is gone'),
    });
  });

  it('reports that a folder has the name of the file', async () => {
    const { scratch, conflict } = prepare();
    scratch.write(`${MEMORY}/x/inside.md`, 'theirs\n');
    const blocked: Conflict = { ...conflict, file: scratch.at(MEMORY, 'x') };
    await expect(settleIn(scratch, blocked, { take: 'ours' })).rejects.toMatchObject({ message: expect.stringContaining('is in the way') });
    expect(scratch.tree(MEMORY)).toMatchObject({ [COPY]: 'one\nours\nend\n', 'x/inside.md': 'theirs\n' });
  });
});
