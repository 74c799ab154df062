import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The space that is required, in bytes. The tests of one run need a tenth of it. */
const ROOM = 4 * 2 ** 30;

/** Linux keeps a file system in memory here (shm_overview(7)). */
const IN_MEMORY = '/dev/shm';

/**
 * The folder for temporary files of tests that make and remove thousands of folders: in memory, which takes half the time; or the system's
 * own if there is no such folder, if programs cannot be run from it, or if there is too little space.
 */
export function quickTemporaryFolder(): string {
  return isUsable(IN_MEMORY) ? IN_MEMORY : tmpdir();
}

function isUsable(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize >= ROOM && runsPrograms(folder);
  } catch {
    return false;
  }
}

function runsPrograms(folder: string): boolean {
  const probe = mkdtempSync(join(folder, 'pclaude-probe-'));
  try {
    const program = join(probe, 'program');
    writeFileSync(program, '#!/bin/sh\n', { mode: 0o700 });
    execFileSync(program);
    return true;
  } finally {
    rmSync(probe, { recursive: true });
  }
}
