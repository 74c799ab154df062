import { join } from 'node:path';
import { mergeCandidates, mergeOne } from '../../src/sync/apply/batch.js';
import type { BasePlace, Change, FileOutcome, FileResult, MergeCandidate, MergePolicy } from '../../src/sync/change.js';
import type { Merger } from '../../src/sync/merger.js';
import { noFileTurns } from '../../src/sync/turns/take-turn.js';
import { fulfilled, throwFirst } from '../../src/system/attempt.js';
import type { Files } from '../../src/system/files/files.js';
import { realFiles } from '../../src/system/files/real-files.js';
import { layout } from './session.js';

/** A merger that keeps its own files in a folder. */
export function mergerIn(folder: string, files: Files = realFiles, now: () => number = Date.now): Merger {
  return {
    files,
    id: 'me',
    branch: 'main',
    paths: { intent: join(folder, 'intent.json'), journal: join(folder, 'merged.jsonl'), replaced: join(folder, 'replaced.jsonl') },
    stateDir: join(folder, 'state'),
    drivers: layout.drivers,
    log: { folder: join(folder, 'log'), isSecret: () => false },
    now,
    turns: noFileTurns,
  };
}

/** Merges all candidates, and throws the error of the first one that failed. */
export async function pushItems(merger: Merger, items: readonly PromiseSettledResult<MergeCandidate>[]): Promise<FileResult[]> {
  const results = [...items.filter((item) => item.status === 'rejected'), ...(await mergeCandidates(merger, fulfilled(items)))];
  throwFirst(results);
  return fulfilled(results);
}

/** Merges one file, and throws the error of its merge. */
export async function pushOne(merger: Merger, change: Change, policy: MergePolicy, base: BasePlace | null = null): Promise<FileOutcome> {
  return mergeOne(merger, { change, policy, base });
}
