import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryName } from '../../system/fs/atomic-write.js';

/** Runs `act` with a new, hidden folder in `folder`, and removes that folder. A crash leaves it; sessions ignore its name. */
export function withProbe<T>(folder: string, act: (probe: string) => T): T {
  const probe = temporaryName(join(folder, 'doctor'));
  mkdirSync(probe, { mode: 0o700 });
  try {
    return act(probe);
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
}
