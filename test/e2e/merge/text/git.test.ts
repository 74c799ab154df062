import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mergeText } from '../../../../src/merge/text/merge-text.js';
import { notes, storyOf, type Story } from '../../../unit/merge/arbitraries.js';
import { partOf } from '../../../support/some-of.js';

const CASES = partOf(2500);
/**
 * The cases are always the same: if lines repeat, each program may rightly take another one of two equal lines for the old one, about once
 * in 30,000 cases.
 */
const SEED = 20260301;
/** One shell for all cases: to start git in it costs much less than to start a process from here. */
const SCRIPT =
  'i=0; while [ $i -lt "$1" ]; do git merge-file -p -q $i.theirs $i.base $i.ours > $i.out; echo $? > $i.code; i=$((i+1)); done';

describe('compared with git merge-file', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'pclaude-git-'));
  });
  afterAll(() => rm(dir, { recursive: true }));

  it('a merge gives the same text if both merge cleanly, and merges all that git does', async () => {
    const stories = fc.sample(notes(2).map(storyOf), { numRuns: CASES, seed: SEED });
    await Promise.all(
      stories.flatMap((story, index) => files(story).map(([kind, text]) => writeFile(join(dir, `${index}.${kind}`), text))),
    );
    await promisify(execFile)('sh', ['-c', SCRIPT, 'sh', String(CASES)], { cwd: dir });
    const results = await Promise.all(
      stories.map(async (story, index) => ({
        story,
        code: (await readFile(join(dir, `${index}.code`), 'utf8')).trim(),
        git: await readFile(join(dir, `${index}.out`), 'utf8'),
      })),
    );
    const clean = results.filter(({ code }) => code === '0');
    expect(clean.length).toBeGreaterThan(CASES / 4);
    for (const { story, git } of clean) {
      expect({ story, merged: mergeText(story.base, story.ours, story.theirs, []) }).toEqual({ story, merged: { text: git, clean: true } });
    }
  });
});

function files({ base, ours, theirs }: Story): [string, string][] {
  return [
    ['base', base],
    ['ours', ours],
    ['theirs', theirs],
  ];
}
