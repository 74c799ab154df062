import { describe, expect, it } from 'vitest';
import { mergeCandidates } from '../../../../src/sync/apply/batch.js';
import { resume } from '../../../../src/sync/apply/resume.js';
import type { ConflictPolicy, MergeCandidate } from '../../../../src/sync/change.js';
import type { LogEntry } from '../../../../src/sync/log/entry.js';
import { readLog } from '../../../../src/sync/log/log.js';
import type { Merger } from '../../../../src/sync/merger.js';
import { restoreContent, sameBytes } from '../../../../src/system/content.js';
import type { Files } from '../../../../src/system/files/files.js';
import { realFiles } from '../../../../src/system/files/real-files.js';
import { countingFiles, Crash, crashingFiles, interferingFiles } from '../../../support/faulty-files.js';
import { mergerIn } from '../../../support/push-items.js';
import { quickFiles } from '../../../support/quick-files.js';
import { createScratch, type Scratch } from '../../../support/scratch.js';
import { layout } from '../../../support/session.js';

const COPY: ConflictPolicy = { keep: 'copy', branch: 'main', id: '0123456789' };

interface Versions {
  readonly base: string | Uint8Array | null;
  readonly ours: string | Uint8Array | null;
  /** `base` by default. */
  readonly theirs?: string | Uint8Array | null;
  readonly conflict?: ConflictPolicy;
}

/** A session's version of `shared/<name>`, which has the content that other writers have left. */
function prepare(scratch: Scratch, name: string, { base, ours, theirs = base, conflict = COPY }: Versions): MergeCandidate {
  const target = scratch.at('shared', name);
  if (theirs !== null) scratch.write(target, theirs);
  if (base !== null) scratch.write(`base/${name}`, base);
  const change = { place: name, target, base: base === null ? null : Buffer.from(base), ours: ours === null ? null : Buffer.from(ours) };
  return {
    change,
    policy: { drivers: layout.drivers, conflict },
    base: { path: scratch.at('base', name), root: scratch.at('base') },
    memoryFolder: null,
  };
}

async function push(scratch: Scratch, items: readonly MergeCandidate[], files: Files = realFiles): Promise<Merger> {
  const merger = mergerIn(scratch.root, files);
  await mergeCandidates(merger, items);
  return merger;
}

function logOf(scratch: Scratch): LogEntry[] {
  return [...readLog(realFiles, scratch.at('log'))];
}

async function logged(name: string, versions: Versions): Promise<{ scratch: Scratch; entry: LogEntry | undefined }> {
  const scratch = createScratch();
  await push(scratch, [prepare(scratch, name, versions)]);
  const [entry] = logOf(scratch);
  return { scratch, entry };
}

describe('the log of a merge', () => {
  it('records who merged what, when, and the text before and after', async () => {
    const start = Date.now();
    const { scratch, entry } = await logged('a.md', { base: 'one\n', ours: 'two\n' });
    expect(entry).toEqual({
      id: expect.stringMatching(/^[a-z\d]{10}$/),
      at: expect.toSatisfy((at: number) => at >= start && at <= Date.now()),
      pid: process.pid,
      session: 'me',
      branch: 'main',
      files: [
        {
          change: expect.stringMatching(/^[a-z\d]{10}$/),
          place: 'a.md',
          target: scratch.at('shared/a.md'),
          outcome: 'merged',
          decided: [],
          copy: null,
          content: { kept: true, before: 'one\n', after: 'two\n' },
        },
      ],
    });
  });

  it.each<readonly [what: string, versions: Versions, expected: object]>([
    ['a new file', { base: null, ours: 'new\n' }, { outcome: 'merged', content: { kept: true, before: null, after: 'new\n' } }],
    ['a removed file', { base: 'old\n', ours: null }, { outcome: 'deleted', content: { kept: true, before: 'old\n', after: null } }],
    [
      'the base of the session, if other sessions had changed the file',
      { base: '1\n2\n3\n', ours: 'one\n2\n3\n', theirs: '1\n2\nthree\n' },
      { content: { kept: true, before: '1\n2\nthree\n', after: 'one\n2\nthree\n', base: '1\n2\n3\n' } },
    ],
    [
      'a file that the session and others made',
      { base: null, ours: '1\n2\n', theirs: '1\n' },
      { content: { kept: true, before: '1\n', after: '1\n2\n', base: null } },
    ],
    [
      'bytes that are not text',
      { base: Buffer.from([0xff, 0]), ours: Buffer.from([0xfe]) },
      { content: { kept: true, before: { base64: '/wA=' }, after: { base64: '/g==' } } },
    ],
    [
      'a byte order mark',
      { base: '\uFEFFone\r\n', ours: '\uFEFFtwo\r\n' },
      { content: { kept: true, before: '\uFEFFone\r\n', after: '\uFEFFtwo\r\n' } },
    ],
    [
      'nothing of a large file but that it changed',
      { base: 'x'.repeat(9e6), ours: '{}' },
      { content: { kept: false, why: 'large', keys: null } },
    ],
  ])('contains %s', async (_what, versions, expected) => {
    const { entry } = await logged('a.md', versions);
    expect(entry?.files).toMatchObject([expected]);
  });

  it('has no entry if nothing was written', async () => {
    const scratch = createScratch();
    await push(scratch, [
      prepare(scratch, 'a.md', { base: 'one\n', ours: 'one\n' }),
      prepare(scratch, 'b.md', { base: 'one\n', ours: 'two\n', theirs: 'two\n' }),
    ]);
    expect(logOf(scratch)).toEqual([]);
  });

  it('has one entry for all files that are merged together, with the keys that both sides had changed', async () => {
    const scratch = createScratch();
    await push(scratch, [
      prepare(scratch, 'a.md', { base: null, ours: 'a\n' }),
      prepare(scratch, 'b.json', { base: '{"k":1,"n":0}', ours: '{"k":2,"n":0}', theirs: '{"k":3,"n":1}' }),
    ]);
    expect(logOf(scratch)).toMatchObject([
      {
        files: [
          { place: 'a.md', decided: [] },
          { place: 'b.json', decided: ['k'] },
        ],
      },
    ]);
  });

  it('contains both versions of a conflict', async () => {
    const { scratch, entry } = await logged('a.md', {
      base: '1\n2\n3\n4\n5\n',
      ours: 'one\n2\n3\n4\nFIVE\n',
      theirs: '1\n2\n3\n4\nfive\n',
    });
    const copy = scratch.at('shared/a.conflict-main-0123456789.md');
    expect(entry?.files).toMatchObject([
      { place: 'a.md (copy)', target: copy, outcome: 'conflict', copy: null, content: { before: null, after: 'one\n2\n3\n4\nFIVE\n' } },
      { place: 'a.md', outcome: 'conflict', copy, content: { before: '1\n2\n3\n4\nfive\n', after: 'one\n2\n3\n4\nfive\n' } },
    ]);
  });

  it('contains the conflict copy, even if the shared file is unchanged', async () => {
    const { entry } = await logged('a.md', { base: '1\n', ours: 'one\n', theirs: 'uno\n' });
    expect(entry?.files).toMatchObject([{ place: 'a.md (copy)', outcome: 'conflict', content: { before: null, after: 'one\n' } }]);
  });

  it.each<ConflictPolicy['keep']>(['session', 'quarantine'])('has no content if the policy is %s', async (keep) => {
    const { entry } = await logged('a.json', {
      base: '{"k":"old-secret"}',
      ours: '{"k":"new-secret"}',
      conflict: keep === 'session' ? { keep } : { keep: 'quarantine' },
    });
    expect(entry?.files).toMatchObject([{ content: { kept: false, why: 'secret', keys: ['k'] } }]);
    expect(JSON.stringify(entry)).not.toContain('-secret');
  });
});

/** The versions of each file according to a log, one after another. */
function historyIn(scratch: Scratch): Record<string, [before: string | null, after: string | null][]> {
  const history: Record<string, [string | null, string | null][]> = {};
  for (const { target, content } of logOf(scratch)
    .toReversed()
    .flatMap(({ files }) => files)) {
    if (!content.kept) throw new Error(`no content of ${target}`);
    const [before, after] = [content.before, content.after].map((stored) => restoreContent(stored)?.toString() ?? null);
    (history[target] ??= []).push([before ?? null, after ?? null]);
  }
  return history;
}

function fourChanges(): { scratch: Scratch; items: MergeCandidate[] } {
  const scratch = createScratch();
  const items = [
    prepare(scratch, 'new.md', { base: null, ours: 'new\n' }),
    prepare(scratch, 'gone.md', { base: 'old\n', ours: null }),
    prepare(scratch, 'conflict.md', { base: '1\n', ours: 'one\n', theirs: 'uno\n' }),
    prepare(scratch, 'changed.md', { base: '1\n2\n3\n', ours: 'one\n2\n3\n', theirs: '1\n2\nthree\n' }),
  ];
  return { scratch, items };
}

it('after a crash at any call, and the completion of the merge, each change that happened is in the log once', async () => {
  const whole = fourChanges();
  const counting = countingFiles(quickFiles);
  await push(whole.scratch, whole.items, counting);
  expect(Object.keys(historyIn(whole.scratch))).toHaveLength(4);
  for (let call = 1; call <= counting.calls.length; call++) {
    const { scratch, items } = fourChanges();
    const before = scratch.tree('shared');
    await expect(push(scratch, items, crashingFiles(quickFiles, call))).rejects.toThrow(Crash);
    await resume(mergerIn(scratch.root, quickFiles));
    const after = scratch.tree('shared');
    const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => before[name] !== after[name]);
    const expected = changed.map((name) => [scratch.at('shared', name), [[before[name] ?? null, after[name] ?? null]]]);
    expect(historyIn(scratch), `killed at call ${call}`).toEqual(Object.fromEntries(expected));
  }
});

it('has both file edits if an external writer writes at the last moment', async () => {
  const scratch = createScratch();
  const item = prepare(scratch, 'a.md', { base: '1\n2\n3\n', ours: 'one\n2\n3\n' });
  const files = interferingFiles(realFiles, { before: 'exchange', act: () => scratch.write(item.change.target, '1\n2\nthree\n') });
  await push(scratch, [item], files);
  expect(scratch.read('shared/a.md')).toBe('one\n2\nthree\n');
  expect(historyIn(scratch)).toEqual({
    [item.change.target]: [
      ['1\n2\n3\n', 'one\n2\n3\n'],
      ['one\n2\n3\n', 'one\n2\nthree\n'],
    ],
  });
});

it('keeps every byte of any file', async () => {
  const scratch = createScratch();
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
  await push(scratch, [prepare(scratch, 'a.bin', { base: null, ours: bytes })]);
  const [file] = logOf(scratch)[0]?.files ?? [];
  expect(file?.content.kept === true && sameBytes(restoreContent(file.content.after), bytes)).toBe(true);
});
