import { utimesSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { logFolder, sharedLockFile } from '../../../../src/session/paths.js';
import { pruneLogs } from '../../../../src/sync/log/prune.js';
import { realFiles } from '../../../../src/system/files/real-files.js';
import { tryKernelLock } from '../../../../src/system/kernel-lock.js';
import { interferingFiles } from '../../../support/faulty-files.js';
import { createScratch, type Scratch } from '../../../support/scratch.js';

const DAY_MS = 86_400_000;
const NOW = Date.now();

/** The logs of two shared dirs, of three files each: of 1 MiB, last written 10, 5 and 0 days ago. */
function twoLogs(): Scratch {
  const scratch = createScratch();
  for (const folder of ['one', 'two'])
    for (const [index, days] of [10, 5, 0].entries()) writeAged(scratch, `state/log/${folder}/00000${index + 1}.jsonl`, days);
  return scratch;
}

function writeAged(scratch: Scratch, path: string, days: number): void {
  const time = (NOW - days * DAY_MS) / 1000;
  utimesSync(scratch.write(path, 'x'.repeat(1024 * 1024)), time, time);
}

const kept = (scratch: Scratch): string[] =>
  realFiles
    .list(scratch.at('state/log/one'))
    .map((name) => name.slice(5, 6))
    .toSorted();

describe('pruneLogs', () => {
  it.each<readonly [days: number, mebibytes: number, left: string[]]>([
    [30, 100, ['1', '2', '3']],
    [11, 100, ['1', '2', '3']],
    [7, 100, ['2', '3']],
    [1, 100, ['3']],
    [0.5, 100, ['3']],
    [30, 3, ['1', '2', '3']],
    [30, 2.5, ['2', '3']],
    [30, 1, ['3']],
    [30, 0.5, ['3']],
    [0, 100, []],
    [30, 0, []],
  ])('with %d days and %d MiB', (days, mebibytes, left) => {
    const scratch = twoLogs();
    expect(pruneLogs(scratch.at('state'), { days, mebibytes }, NOW)).toBe(2 * (3 - left.length) * 1024 * 1024);
    expect(kept(scratch)).toEqual(left);
    expect(realFiles.list(scratch.at('state/log/two'))).toHaveLength(left.length);
  });

  it('removes even the newest if it is old', () => {
    const scratch = createScratch();
    writeAged(scratch, 'state/log/one/000001.jsonl', 31);
    pruneLogs(scratch.at('state'), { days: 30, mebibytes: 100 }, NOW);
    expect(kept(scratch)).toEqual([]);
  });

  it('removes nothing that is not part of a log', () => {
    const scratch = createScratch();
    writeAged(scratch, 'state/log/one/notes.txt', 100);
    writeAged(scratch, 'state/log/stray', 100);
    expect(pruneLogs(scratch.at('state'), { days: 0, mebibytes: 0 }, NOW)).toBe(0);
    expect(Object.keys(scratch.tree('state/log')).toSorted()).toEqual(['one/notes.txt', 'stray']);
  });

  it('has nothing to do if there is no log', () => {
    expect(pruneLogs(createScratch().at('state'), { days: 0, mebibytes: 0 }, NOW)).toBe(0);
  });

  it('leaves a log to which another process writes', () => {
    const scratch = createScratch();
    const [state, shared] = [scratch.at('state'), '/home/me/.claude'];
    const folder = logFolder(state, shared);
    writeAged(scratch, `${folder}/000001.jsonl`, 31);
    scratch.folder('state/locks');
    const lock = tryKernelLock(sharedLockFile(state, shared));
    expect(pruneLogs(state, { days: 30, mebibytes: 100 }, NOW)).toBe(0);
    lock?.release();
    expect(pruneLogs(state, { days: 30, mebibytes: 100 }, NOW)).toBe(1024 * 1024);
  });

  it('leaves a file to which another process wrote a moment ago', () => {
    const scratch = createScratch();
    writeAged(scratch, 'state/log/one/000001.jsonl', 31);
    // The second check runs under the lock.
    const files = interferingFiles(realFiles, {
      before: 'modifiedAt',
      nth: 2,
      act: () => writeAged(scratch, 'state/log/one/000001.jsonl', 0),
    });
    expect(pruneLogs(scratch.at('state'), { days: 30, mebibytes: 100 }, NOW, files)).toBe(0);
    expect(kept(scratch)).toEqual(['1']);
  });
});
