import { describe, expect, it } from 'vitest';
import { type Files, realFiles } from '../../src/sync/files.js';
import { markShell } from '../../src/sync/calls.js';
import type { Merger } from '../../src/sync/merger.js';
import type { Overlaid } from '../../src/sync/overlaid.js';
import { pushCalls } from '../../src/sync/push-calls.js';
import { resumeIfNeeded } from '../../src/sync/resume-if-needed.js';
import { fulfilled, throwFirst } from '../../src/platform/settled.js';
import type { FileResult } from '../../src/sync/report.js';
import { countingFiles, Crash, crashingFiles, failingFiles, interferingFiles } from '../support/faulty-files.js';
import { memoryIn, shellWrites } from '../support/overlaid.js';
import { mergerIn } from '../support/push-items.js';
import { createScratch, type Scratch } from '../support/scratch.js';

interface Me extends Overlaid {
  readonly merger: Merger;
}

/** Merges all calls as a sync does, and throws what the first one that failed threw. */
async function pushMemory(files: Files, who: Me): Promise<FileResult[]> {
  await resumeIfNeeded(files, who.merger);
  const results = await pushCalls(files, who.merger, who, files.list(who.copies));
  throwFirst(results);
  return fulfilled(results).flat();
}

function session(scratch: Scratch, id = 'me', branch: string | null = 'main'): Me {
  const tree = memoryIn(scratch, id, branch);
  scratch.folder(tree.copies);
  scratch.folder('memory');
  return { ...tree, merger: { ...mergerIn(tree.root), id, branch } };
}

/** A shell command edits a private copy of a file. */
function call(scratch: Scratch, who: Me, id: string, place: string, edit: (content: string) => string): void {
  shellWrites(scratch, who, id, place, edit(scratch.read(`memory/${place}`) ?? ''));
}

/** A new note and its line in the index, while somebody else added another. */
function twoCalls(): { scratch: Scratch; me: Me } {
  const scratch = createScratch();
  const me = session(scratch);
  scratch.write('memory/MEMORY.md', '# Memory\n');
  call(scratch, me, 'c1', 'MEMORY.md', (content) => `${content}- [a](a.md)\n`);
  call(scratch, me, 'c2', 'a.md', () => 'mine\n');
  scratch.write('memory/MEMORY.md', '# Memory\n- [b](b.md)\n');
  return { scratch, me };
}

describe('pushCalls', () => {
  it('merges what calls have written, and forgets them', async () => {
    const scratch = createScratch();
    const me = session(scratch);
    scratch.write('memory/a.md', 'one\n');
    call(scratch, me, 'c1', 'a.md', (content) => `${content}two\n`);
    call(scratch, me, 'c2', 'x/new.md', () => 'new\n');
    expect(await pushMemory(realFiles, me)).toEqual([
      ['memory/a.md', { outcome: 'merged', decided: [] }],
      ['memory/x/new.md', { outcome: 'merged', decided: [] }],
    ]);
    expect(scratch.tree('memory')).toEqual({ 'a.md': 'one\ntwo\n', 'x/new.md': 'new\n' });
    expect(scratch.tree(me.copies)).toEqual({});
    expect(await pushMemory(realFiles, me)).toEqual([]);
  });

  it('merges edits that two calls of one session made side by side', async () => {
    const scratch = createScratch();
    const me = session(scratch);
    scratch.write('memory/a.md', 'one\ntwo\nthree\n');
    call(scratch, me, 'c1', 'a.md', (content) => content.replace('one', 'ONE'));
    call(scratch, me, 'c2', 'a.md', (content) => content.replace('three', 'THREE'));
    await pushMemory(realFiles, me);
    expect(scratch.read('memory/a.md')).toBe('ONE\ntwo\nTHREE\n');
  });

  it('keeps both versions where they conflict, and says so in the index once', async () => {
    const scratch = createScratch();
    const me = session(scratch, 'me', 'feat/x');
    scratch.write('memory/MEMORY.md', '# Memory\n- [a](x/a.md)');
    scratch.write('memory/x/a.md', 'one\n');
    call(scratch, me, 'c1', 'x/a.md', () => 'mine\n');
    scratch.write('memory/x/a.md', 'theirs\n');
    const kept = { base: scratch.tree(me.bases), upper: scratch.tree(me.copies) };
    expect(await pushMemory(realFiles, me)).toEqual([['memory/x/a.md', { outcome: 'conflict', copy: scratch.at('memory/x/a.conflict-feat-x-me.md') }]]);
    const after = scratch.tree('memory');
    expect(after).toMatchObject({ 'x/a.md': 'theirs\n', 'x/a.conflict-feat-x-me.md': 'mine\n' });
    expect(after['MEMORY.md']?.split('\n')).toEqual(['# Memory', '- [a](x/a.md)', expect.stringMatching(/^- \[Conflict: x\/a\.md\]\(x\/a\.conflict-feat-x-me\.md\)/), '']);
    // As after a crash that came before the call was forgotten.
    for (const [place, content] of Object.entries(kept.base)) scratch.write(`${me.bases}/${place}`, content);
    for (const [place, content] of Object.entries(kept.upper)) scratch.write(`${me.copies}/${place}`, content);
    markShell(realFiles, me, 'c1', 'foreground');
    await pushMemory(realFiles, me);
    expect(scratch.tree('memory')).toEqual(after);
  });

  it('names the copy of a session without a branch', async () => {
    const scratch = createScratch();
    const me = session(scratch, 'me', null);
    scratch.write('memory/a.md', 'theirs\n');
    scratch.write(`${me.copies}/c1/a.md`, 'mine\n');
    markShell(realFiles, me, 'c1', 'foreground');
    await pushMemory(realFiles, me);
    expect(scratch.read('memory/a.conflict-detached-me.md')).toBe('mine\n');
  });

  it('merges the other calls when one cannot be, and tells of them', async () => {
    const scratch = createScratch();
    const me = session(scratch);
    call(scratch, me, 'c1', 'a.md', () => 'a\n');
    call(scratch, me, 'c2', 'b.md', () => 'b\n');
    const full = interferingFiles(realFiles, { before: 'writeNew', act: () => { throw new Error('EIO'); } });
    const [first, second] = await pushCalls(full, me.merger, me, ['c1', 'c2']);
    expect([first?.status, second]).toEqual(['rejected', { status: 'fulfilled', value: [['memory/b.md', { outcome: 'merged', decided: [] }]] }]);
  });

  it('points to the copy where it is, also when a file is in the way of its folder', async () => {
    const scratch = createScratch();
    const me = session(scratch);
    call(scratch, me, 'c1', 'topics/a.md', () => 'mine\n');
    scratch.write('memory/topics', 'no folder');
    await pushMemory(realFiles, me);
    expect(scratch.read('memory/MEMORY.md')).toContain('(topics.conflict-main-me/a.md)');
    expect(scratch.read('memory/topics.conflict-main-me/a.md')).toBe('mine\n');
  });

  it('survives a failure, and a death, at any call', async () => {
    const merged = { 'MEMORY.md': '# Memory\n- [b](b.md)\n- [a](a.md)\n', 'a.md': 'mine\n' };
    const files = countingFiles(realFiles);
    const complete = twoCalls();
    await pushMemory(files, complete.me);
    expect(complete.scratch.tree('memory')).toEqual(merged);
    for (let number = 1; number <= files.calls.length; number++) {
      for (const faulty of [failingFiles(realFiles, { call: number, error: 'ENOSPC' }), crashingFiles(realFiles, number)]) {
        const { scratch, me } = twoCalls();
        await expect(pushMemory(faulty, me)).rejects.toThrow(/ENOSPC|killed/);
        await pushMemory(realFiles, me);
        expect(scratch.tree('memory')).toEqual(merged);
        // A call that was merged and not forgotten seems to have written nothing, and goes with the session.
        expect(scratch.tree(me.bases)).toMatchObject(scratch.tree(me.copies));
        expect(scratch.temporaries()).toEqual([]);
        expect(scratch.read(me.merger.paths.intent)).toBeUndefined();
      }
    }
    await expect(pushMemory(crashingFiles(realFiles, 1), twoCalls().me)).rejects.toThrow(Crash);
  });
});
