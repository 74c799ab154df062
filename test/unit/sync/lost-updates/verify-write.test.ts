import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { resumeIfNeeded } from '../../../../src/sync/apply/resume-if-needed.js';
import { readJournal } from '../../../../src/sync/journal.js';
import { readLog } from '../../../../src/sync/log/log.js';
import { verifyWrite } from '../../../../src/sync/lost-updates/verify.js';
import type { Files } from '../../../../src/system/files/files.js';
import { realFiles } from '../../../../src/system/files/real-files.js';
import { countingFiles, Crash, crashingFiles, crashPoints, interferingFiles } from '../../../support/faulty-files.js';
import { mergerIn } from '../../../support/push-items.js';
import { quickFiles } from '../../../support/quick-files.js';
import { createScratch, type Scratch } from '../../../support/scratch.js';

const COPY = { keep: 'copy', branch: 'main', id: 'me' } as const;

interface Write {
  readonly before: string | null;
  readonly after: string;
  readonly duration?: number;
  readonly place?: string;
}

/** Each call begins a millisecond after the one before it. */
const clock = { now: Date.now() };

/** Verifies a write to `shared/index.md`, and returns what is there then. */
async function verify(
  scratch: Scratch,
  { before, after, duration = 60_000, place = 'index.md' }: Write,
  files: Files = realFiles,
): Promise<string | undefined> {
  clock.now += 1;
  const merger = mergerIn(scratch.root, files, () => clock.now);
  await resumeIfNeeded(merger);
  await verifyWrite(
    merger,
    { place, target: scratch.at(`shared/${place}`), memoryFolder: null, before, after, since: clock.now - duration },
    COPY,
  );
  return scratch.read(`shared/${place}`);
}

/** Writes the file in place, and verifies the write. */
async function write(scratch: Scratch, change: Write): Promise<string | undefined> {
  scratch.write(`shared/${change.place ?? 'index.md'}`, change.after);
  return verify(scratch, change);
}

function indexLine(name: string): string {
  return `- [${name}](${name}.md)\n`;
}

/** An external writer has replaced the written text. */
function overwritten(): Scratch {
  const scratch = createScratch();
  scratch.write('shared/index.md', 'theirs\none\n');
  return scratch;
}

describe('verifyWrite', () => {
  it('logs a write that is still in the file, records it in the journal, and leaves the file', async () => {
    const scratch = createScratch();
    expect(await write(scratch, { before: 'one\n', after: 'one\ntwo\n' })).toBe('one\ntwo\n');
    expect([...readLog(realFiles, scratch.at('log'))]).toMatchObject([
      { session: 'me', files: [{ place: 'index.md', outcome: 'merged', content: { kept: true } }] },
    ]);
    expect(readJournal(realFiles, { journal: scratch.at('merged.jsonl') })).toMatchObject([{ path: 'index.md', outcome: 'merged' }]);
    expect(scratch.tree('shared')).toEqual({ 'index.md': 'one\ntwo\n' });
  });

  it('restores what another writer has overwritten', async () => {
    const scratch = createScratch();
    scratch.write('shared/index.md', 'theirs\none\n');
    expect(await verify(scratch, { before: 'one\n', after: 'one\nours\n' })).toBe('theirs\none\nours\n');
    expect(await verify(scratch, { before: 'one\n', after: 'one\nours\n' })).toBe('theirs\none\nours\n');
  });

  it('restores what the write itself has overwritten: a change that another session made and verified a moment before', async () => {
    const scratch = createScratch();
    await write(scratch, { before: 'one\n', after: 'theirs\none\n' });
    expect(await write(scratch, { before: 'one\n', after: 'one\nours\n' })).toBe('theirs\none\nours\n');
    const made = createScratch();
    await write(made, { before: null, after: '- [a](a.md)\n' });
    await write(made, { before: null, after: '- [b](b.md)\n' });
    expect(Object.values(made.tree('shared')).join('').split('\n').toSorted()).toEqual(['', '- [a](a.md)', '- [b](b.md)']);
  });

  it('restores what the write has overwritten, even if another writer has built on the write since', async () => {
    const scratch = createScratch();
    const [one, theirs, late, ours] = ['one', 'theirs', 'late', 'ours'].map(indexLine);
    await write(scratch, { before: `${one}`, after: `${one}${theirs}` });
    scratch.write('shared/index.md', `${one}${late}`);
    await write(scratch, { before: `${one}${late}`, after: `${one}${late}${ours}`, duration: 0 });
    const after = await verify(scratch, { before: `${one}`, after: `${one}${late}` });
    expect(after?.split('\n').toSorted()).toEqual(`${one}${theirs}${late}${ours}`.split('\n').toSorted());
  });

  it('restores what the write has overwritten, even if another writer built on the lost text before that was verified', async () => {
    const scratch = createScratch();
    const [one, first, second, late] = ['one', 'first', 'second', 'late'].map(indexLine);
    scratch.write('shared/index.md', `${one}${first}${second}`);
    await verify(scratch, { before: `${one}`, after: `${one}${first}`, duration: 0 });
    scratch.write('shared/index.md', `${one}${late}`);
    await verify(scratch, { before: `${one}`, after: `${one}${late}` });
    const after = await verify(scratch, { before: `${one}${first}`, after: `${one}${first}${second}`, duration: 0 });
    expect(after?.split('\n').toSorted()).toEqual(`${one}${first}${second}${late}`.split('\n').toSorted());
  });

  it('leaves a line alone that another writer, who had read the write, has edited since', async () => {
    const scratch = createScratch();
    await write(scratch, { before: 'It began, says one, here.\n', after: 'It began, says one, here, says two.\n' });
    await write(scratch, { before: 'It began, says one, here, says two.\n', after: 'It all began, here, says two.\n' });
    await verify(scratch, { before: 'It began here.\n', after: 'It began, says one, here.\n' });
    expect(scratch.tree('shared')).toEqual({ 'index.md': 'It all began, here, says two.\n' });
  });

  it('does not bring back a line that the next writer has removed, when a third call is verified after that', async () => {
    const scratch = createScratch();
    await write(scratch, { before: 'one\ntwo\n', after: 'one\nthree\n' });
    await verify(scratch, { before: 'one\n', after: 'one\ntwo\n' });
    await write(scratch, { before: 'one\nthree\n', after: 'one\nthree\nfour\n' });
    expect(scratch.tree('shared')).toEqual({ 'index.md': 'one\nthree\nfour\n' });
  });

  it('restores a line that an external writer has removed between two logged writes', async () => {
    const scratch = createScratch();
    const [kept, ours, first, second] = ['a long line that stays\n', 'ours\n', 'first\n', 'second\n'];
    await write(scratch, { before: `${kept}${ours}`, after: `${kept}${ours}${first}` });
    scratch.write('shared/index.md', `${kept}${first}`);
    await write(scratch, { before: `${kept}${first}`, after: `${kept}${first}${second}`, duration: 0 });
    const after = await verify(scratch, { before: kept, after: `${kept}${ours}` });
    expect(after?.split('\n').toSorted()).toEqual(`${kept}${ours}${first}${second}`.split('\n').toSorted());
  });

  it('restores a line that another writer, who had read the same text at an earlier time, has overwritten', async () => {
    const scratch = createScratch();
    await write(scratch, { before: 'on\n', after: 'on and off\n' });
    await write(scratch, { before: 'on and off\n', after: 'off\n' });
    await write(scratch, { before: 'off\n', after: 'off\ntheirs\n' });
    await verify(scratch, { before: 'off\n', after: 'on\n' });
    expect(Object.values(scratch.tree('shared')).join('').split('\n').toSorted()).toEqual(expect.arrayContaining(['on', 'theirs']));
  });

  it('restores what a writer has overwritten of whose write only the time is known', async () => {
    const scratch = createScratch();
    await write(scratch, { before: 'one\n', after: 'one\ntheirs\n' });
    scratch.write('shared/index.md', 'late\none\n');
    expect(await verify(scratch, { before: 'late\none\n', after: 'late\none\n' })).toBe('late\none\ntheirs\n');
  });

  it('allows any writer that has read a text to remove it', async () => {
    const scratch = createScratch();
    await write(scratch, { before: 'one\n', after: 'theirs\none\n' });
    expect(await write(scratch, { before: 'theirs\none\n', after: 'one\n' })).toBe('one\n');
    expect(await write(scratch, { before: 'one\n', after: 'one\nmore\n' })).toBe('one\nmore\n');
  });

  it('does not treat as overwritten what was undone before', async () => {
    const scratch = createScratch();
    await write(scratch, { before: 'one\n', after: 'theirs\none\n' });
    // The user has undone it with an editor.
    scratch.write('shared/index.md', 'one\n');
    expect(await write(scratch, { before: 'one\n', after: 'one\nours\n', duration: 0 })).toBe('one\nours\n');
  });

  it.each([0, 60_000])(
    'restores what another writer overwrote from an older read just before the write, in a call of %i ms',
    async (duration) => {
      const scratch = createScratch();
      const [one, two, three, stale, ours] = ['one', 'two', 'three', 'stale', 'ours'].map(indexLine);
      await write(scratch, { before: `${one}`, after: `${one}${two}` });
      await write(scratch, { before: `${one}${two}`, after: `${one}${two}${three}` });
      const after = await write(scratch, { before: `${one}${stale}`, after: `${one}${stale}${ours}`, duration });
      expect(after?.split('\n').toSorted()).toEqual(`${one}${two}${three}${stale}${ours}`.split('\n').toSorted());
    },
  );

  it.each(['index.md', 'projects/p/memory/MEMORY.md'])(
    'does not restore in %s what another session has just changed and verifies a moment later',
    async (place) => {
      const scratch = createScratch();
      const [one, first, second] = ['# Notes\n', '- agent 1: draft\n', '- agent 2: draft\n'];
      const [firstDone, secondDone] = [first, second].map((text) => text.replace('draft', 'done'));
      await write(scratch, { before: one, after: `${one}${first}`, place });
      await write(scratch, { before: `${one}${first}`, after: `${one}${first}${second}`, place });
      scratch.write(`shared/${place}`, `${one}${firstDone}${secondDone}`);
      await verify(scratch, { before: `${one}${firstDone}${second}`, after: `${one}${firstDone}${secondDone}`, duration: 0, place });
      const after = await verify(scratch, { before: `${one}${first}${second}`, after: `${one}${firstDone}${second}`, duration: 0, place });
      expect(after).toBe(`${one}${firstDone}${secondDone}`);
    },
  );

  it('uses the latest content, even if an earlier write was verified after a later one', async () => {
    const scratch = createScratch();
    const [one, two, three, stale, ours] = ['one', 'two', 'three', 'stale', 'ours'].map(indexLine);
    scratch.write('shared/index.md', `${one}${two}${three}`);
    await verify(scratch, { before: `${one}${two}`, after: `${one}${two}${three}`, duration: 0 });
    await verify(scratch, { before: `${one}`, after: `${one}${two}`, duration: 0 });
    const after = await write(scratch, { before: `${one}${stale}`, after: `${one}${stale}${ours}`, duration: 0 });
    expect(after?.split('\n').toSorted()).toEqual(`${one}${two}${three}${stale}${ours}`.split('\n').toSorted());
  });

  it('restores what the write has overwritten, even if another writer builds on it at the same moment', async () => {
    const scratch = createScratch();
    // So similar that each might be an edit of another: the text alone shows nothing.
    const [one, theirs, ours, late] = ['note 1', 'note 2', 'note 3', 'note 4'].map(
      (name) => `- [${name}](${name}.md) — found in a crowd\n`,
    );
    await write(scratch, { before: `${one}`, after: `${one}${theirs}` });
    scratch.write('shared/index.md', `${one}${ours}`);
    const after = await verify(
      scratch,
      { before: `${one}`, after: `${one}${ours}` },
      interferingFiles(realFiles, { before: 'list', act: () => scratch.write('shared/index.md', `${one}${ours}${late}`) }),
    );
    expect(after?.split('\n').toSorted()).toEqual(`${one}${theirs}${ours}${late}`.split('\n').toSorted());
  });

  it('restores what another writer overwrites at the moment of the write, although the text alone shows nothing', async () => {
    const scratch = createScratch();
    const [one, theirs, ours, late] = ['note 1', 'note 2', 'note 3', 'note 4'].map(
      (name) => `- [${name}](${name}.md) — found in a crowd\n`,
    );
    await write(scratch, { before: `${one}`, after: `${one}${theirs}` });
    await verify(
      scratch,
      { before: `${one}`, after: `${one}${ours}` },
      interferingFiles(realFiles, { before: 'exchange', act: () => scratch.write('shared/index.md', `${one}${late}`) }),
    );
    const after = await verify(scratch, { before: `${one}`, after: `${one}${late}` });
    expect(after?.split('\n').toSorted()).toEqual(`${one}${theirs}${ours}${late}`.split('\n').toSorted());
  });

  it.each<readonly [what: string, theirs: string, result: string]>([
    ['ends of lines', 'theirs\r\none\r\n', 'theirs\r\none\r\nours\r\n'],
    ['a mark at the beginning', '\uFEFFone\ntheirs\n', '\uFEFFone\ntheirs\nours\n'],
    ['neither', 'theirs\none\n', 'theirs\none\nours\n'],
  ])("keeps %s, which the tool's answer did not contain", async (_what, theirs, result) => {
    const scratch = createScratch();
    scratch.write('shared/index.md', theirs);
    expect((await verify(scratch, { before: 'one\n', after: 'one\nours\n' }))?.split('\n').toSorted()).toEqual(
      result.split('\n').toSorted(),
    );
  });

  it('leaves alone a file that is not text, and a file that was not changed', async () => {
    const scratch = createScratch();
    scratch.write('shared/index.md', Buffer.from([0, 255, 0]));
    await verify(scratch, { before: 'one\n', after: 'two\n' });
    expect(realFiles.read(scratch.at('shared/index.md'))).toEqual(Buffer.from([0, 255, 0]));
    scratch.write('shared/index.md', 'theirs\n');
    expect(await verify(scratch, { before: 'one\n', after: 'one\n' })).toBe('theirs\n');
    expect(existsSync(scratch.at('log'))).toBe(false);
  });

  it('is done once, at whichever call a crash comes', async () => {
    const change = { before: 'one\n', after: 'one\nours\n' };
    const counting = countingFiles(quickFiles);
    await verify(overwritten(), change, counting);
    for (const call of crashPoints(counting.calls)) {
      const scratch = overwritten();
      await verify(scratch, change, crashingFiles(quickFiles, call)).catch((error: unknown) => {
        if (!(error instanceof Crash)) throw error;
      });
      expect(await verify(scratch, change), `killed before call ${call}`).toBe('theirs\none\nours\n');
      expect(scratch.temporaries()).toEqual([]);
    }
  });
});
