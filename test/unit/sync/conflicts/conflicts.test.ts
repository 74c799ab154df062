import { describe, expect, it } from 'vitest';
import { sharedPath } from '../../../../src/client/shared-dir.js';
import { type Conflict, findConflicts } from '../../../../src/sync/conflicts/conflicts.js';
import { realFiles } from '../../../../src/system/files/real-files.js';
import { settle } from '../../../../src/sync/conflicts/settle.js';
import { createScratch, type Scratch } from '../../../support/scratch.js';
import { layout, manifestOf, openSession } from '../../../support/session.js';

const ID = '0123456789';

function find(scratch: Scratch): Conflict[] {
  return findConflicts(realFiles, { stateDir: scratch.at('state'), shared: manifestOf(scratch, 'any').shared, layout, sessions: [] });
}

async function takeOurs(scratch: Scratch, conflict: Conflict | undefined): Promise<void> {
  if (!conflict) throw new Error('there is no conflict');
  await settle(realFiles, { stateDir: scratch.at('state'), shared: manifestOf(scratch, 'any').shared, layout }, conflict, { take: 'ours' });
}

describe('findConflicts', () => {
  it.each(['shared/plans', 'shared/projects/p/memory', 'shared/projects/p/memory/topics'])(
    'finds and settles conflicts in %s if that is a link',
    async (place) => {
      const scratch = createScratch();
      scratch.write('elsewhere/a.md', 'theirs\n');
      scratch.write(`elsewhere/a.conflict-main-${ID}.md`, 'ours\n');
      scratch.link(place, scratch.at('elsewhere'));
      const [conflict, ...more] = find(scratch);
      expect(more).toEqual([]);
      await takeOurs(scratch, conflict);
      expect(scratch.tree('elsewhere')).toEqual({ 'a.md': 'ours\n' });
    },
  );

  it('removes the pointer of a copy from the nearest index if one memory folder is inside another', async () => {
    const scratch = createScratch();
    const [outer, inner] = [scratch.at('notes'), scratch.at('notes/project')];
    scratch.write(`${inner}/a.md`, 'theirs\n');
    scratch.write(`${inner}/a.conflict-main-${ID}.md`, 'ours\n');
    scratch.write(`${inner}/MEMORY.md`, `# Memory\n- [Conflict: a.md](a.conflict-main-${ID}.md)\n`);
    const sessions = [outer, inner].map((memoryFolder, at) => manifestOf(scratch, `${at}`, { memoryFolder }));
    const [conflict, ...more] = findConflicts(realFiles, {
      stateDir: scratch.at('state'),
      shared: manifestOf(scratch, 'any').shared,
      layout,
      sessions,
    });
    expect(more).toEqual([]);
    await takeOurs(scratch, conflict);
    expect(scratch.tree(inner)).toEqual({ 'a.md': 'ours\n', 'MEMORY.md': '# Memory\n' });
  });

  it('does not follow links in a circle, nor into folders that are not merged', () => {
    const scratch = createScratch();
    scratch.write(`shared/plans/a.conflict-main-${ID}.md`, 'ours\n');
    scratch.link('shared/plans/again', '..');
    scratch.link('shared/plans/loop', 'loop');
    expect(find(scratch).filter(({ place }) => place.startsWith('plans/a'))).toHaveLength(1);
  });

  it("finds a file that could not be put into a folder because another file has the folder's name", async () => {
    const scratch = createScratch();
    scratch.write('shared/plans/topics', 'a file\n');
    scratch.write(`shared/plans/topics.conflict-main-${ID}/x/a.md`, 'ours\n');
    const [conflict] = find(scratch);
    expect(conflict).toMatchObject({ file: scratch.at('shared/plans/topics/x/a.md'), place: 'plans/topics/x/a.md' });
    await expect(takeOurs(scratch, conflict)).rejects.toThrow('is in the way');
  });

  it('names the state file of the session for every caller', () => {
    const scratch = createScratch();
    const { paths, manifest, lock } = openSession(scratch, 'one', { state: { name: 'closed', at: 1 } });
    lock.release();
    scratch.write(`${paths.home}/.claude.json`, '{broken');
    const asked = { ...manifest.shared, stateFile: scratch.at('other.json') };
    expect(findConflicts(realFiles, { stateDir: scratch.at('state'), shared: asked, layout, sessions: [manifest] })).toMatchObject([
      { kind: 'held', file: sharedPath(manifest.shared, '.claude.json') },
    ]);
  });
});
