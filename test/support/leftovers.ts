import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { TEMPORARY_SUFFIX } from '../../src/system/fs/atomic-write.js';
import type { Sandbox } from './sandbox.js';

/**
 * The files in a user's home and `~/.claude` that should not exist after all sessions have ended and are merged: locks and unfinished
 * files of pclaude. Then the sessions that are still open.
 */
export async function leftovers({ home, stateDir }: Pick<Sandbox, 'home' | 'stateDir'>): Promise<string[]> {
  const [top, below, open] = await Promise.all([
    readdir(home),
    readdir(join(home, '.claude'), { recursive: true }),
    readdir(join(stateDir, 'open')),
  ]);
  const names = [...top, ...below.map((name) => join('.claude', name))];
  return [
    ...names.filter((name) => name.endsWith('.lock') || name.endsWith(TEMPORARY_SUFFIX)),
    ...open.map((id) => `the open session ${id}`),
  ];
}
