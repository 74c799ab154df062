import { expect, it } from 'vitest';
import { mergeOne } from '../../../../src/sync/apply/batch.js';
import { keepingCopy } from '../../../../src/sync/apply/conflict-copy.js';
import { mergerOf } from '../../../../src/sync/merger.js';
import { startLiveSync } from '../../../../src/sync/watch/live-sync.js';
import { realFiles } from '../../../../src/system/files/real-files.js';
import { atEnd } from '../../../support/lifetime.js';
import { createScratch } from '../../../support/scratch.js';
import { layout, openSession } from '../../../support/session.js';
import { eventually } from '../../../support/wait.js';

it('repairs what an external writer overwrites in the memory of each project that a session works in', async () => {
  const scratch = createScratch();
  const projects = ['first', 'second'].map((name) => {
    const note = `shared/projects/${name}/memory/note.md`;
    scratch.write(note, 'one thing\n');
    const session = openSession(scratch, name, { memoryFolder: scratch.at(`shared/projects/${name}/memory`) });
    return { note, session };
  });
  for (const { note, session } of projects) {
    const merger = mergerOf(realFiles, session);
    const change = {
      place: 'memory/note.md',
      target: scratch.at(note),
      base: Buffer.from('one thing\n'),
      ours: Buffer.from('one thing\nanother thing that we found\n'),
    };
    await mergeOne(merger, { change, policy: { drivers: layout.drivers, conflict: keepingCopy(merger) } });
    const stop = startLiveSync(session);
    atEnd(async () => void (await stop()));
  }

  for (const { note } of projects) {
    scratch.write(note, 'one thing\nand something else\n');
    await eventually(() => scratch.read(note)?.includes('another thing'), `the repair of ${note}`, { timeout: 20_000 });
    expect(scratch.read(note)?.split('\n').toSorted()).toEqual(['', 'and something else', 'another thing that we found', 'one thing']);
  }
});
