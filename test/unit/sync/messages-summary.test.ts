import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../../src/sync/journal.js';
import { discardedLine, summarize } from '../../../src/sync/messages.js';

function entry(path: string, changes: Partial<JournalEntry> = {}): JournalEntry {
  return { at: 0, pid: 1, path, outcome: 'merged', decided: [], copy: null, ...changes };
}

function conflict(path: string, copy: string | null): JournalEntry {
  return entry(path, { outcome: 'conflict', copy });
}

const three = ['memory/a.md', 'memory/b.md', 'memory/x/c.md'];

describe('summarize', () => {
  it.each<readonly [what: string, entries: JournalEntry[], line: string | undefined]>([
    ['nothing', [], undefined],
    ['only what the client counts', [entry('.claude.json')], undefined],
    ['one memory and its line in the index', [entry('memory/a.md'), entry('memory/MEMORY.md')], 'merged 1 memory from main'],
    ['only the index', [entry('memory/MEMORY.md')], 'merged 1 memory from main'],
    ['memories, however often', [...three, ...three].map((path) => entry(path)), 'merged 3 memories from main'],
    ['settings', [entry('settings.json')], 'merged settings.json from main'],
    [
      'memories and two others',
      [entry('memory/a.md'), entry('settings.json'), entry('plans/p.md')],
      'merged 1 memory and plans/p.md and settings.json from main',
    ],
    ['many others', ['a', 'b', 'c'].map((path) => entry(path, { outcome: 'deleted' })), 'merged 3 other files from main'],
    ['a conflict', [conflict('memory/a.md', '/there')], '1 conflict in memory/a.md from main, both versions kept: pclaudectl conflicts'],
    [
      'merges and conflicts',
      [entry('memory/b.md'), conflict('memory/a.md', '/there'), conflict('settings.json', null)],
      'merged 1 memory from main; 2 conflicts in memory/a.md and settings.json, both versions kept: pclaudectl conflicts',
    ],
    ['a conflict that was settled meanwhile', [conflict('memory/a.md', '/gone')], undefined],
    ['a held conflict that no longer exists', [conflict('settings.json', null), entry('settings.json')], 'merged settings.json from main'],
  ])('%s', (_what, entries, line) => {
    expect(summarize({ entries, branch: 'main', verb: 'merged', exists: (copy) => copy === '/there' }).line).toBe(line);
  });

  it('reports in the same line which part of the index the model does not see', () => {
    const hidden = '201 lines long, and Claude reads 200: it does not see n.md';
    expect(summarize({ entries: [entry('memory/MEMORY.md')], branch: 'main', verb: 'merged', exists: () => false, hidden }).line).toBe(
      'merged 1 memory from main; MEMORY.md is 201 lines long, and Claude reads 200: it does not see n.md; make it shorter',
    );
  });

  it('names settings that both sides changed, and counts them as conflicts', () => {
    const entries = [entry('settings.json', { decided: ['model', 'env.KEY'] })];
    const about = { entries, branch: 'main', verb: 'merged', exists: () => false } as const;
    expect(summarize({ ...about, decidedSettings: ['settings.json: model (now "opus")'] })).toEqual({
      line: 'merged settings.json from main; both sides changed settings.json: model (now "opus"); the other value is kept: pclaudectl conflicts',
      conflicts: 1,
    });
    expect(
      summarize({
        ...about,
        decidedSettings: ['settings.json: model (now "opus")', "settings.json: env.KEY (the session's value stands)"],
      }),
    ).toEqual({
      line: 'merged settings.json from main; both sides changed settings.json: model (now "opus"), settings.json: env.KEY (the session\'s value stands); the other values are kept: pclaudectl conflicts',
      conflicts: 2,
    });
  });

  it('names no branch if there is none, and reports what was recovered', () => {
    expect(summarize({ entries: [entry('memory/a.md')], branch: null, verb: 'recovered', exists: () => false })).toEqual({
      line: 'recovered 1 memory',
      conflicts: 0,
    });
  });
});

describe('discardedLine', () => {
  it.each<readonly [paths: string[], branch: string | null, line: string | undefined]>([
    [[], 'main', undefined],
    [['.claude.json'], 'main', undefined],
    [['memory/a.md', 'memory/MEMORY.md'], 'main', 'discarded 1 memory from main; all of it stays in /there until pclaudectl gc'],
    [['memory/'], null, 'discarded 1 memory; all of it stays in /there until pclaudectl gc'],
    [
      [...three, '.claude.json', 'settings.json'],
      'x',
      'discarded 3 memories and settings.json from x; all of it stays in /there until pclaudectl gc',
    ],
  ])('of %j from %j', (paths, branch, line) => {
    expect(discardedLine(paths, branch, '/there')).toBe(line);
  });
});
