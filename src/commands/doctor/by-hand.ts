import { basename, dirname, join } from 'node:path';
import { handIntent, lockOfLog } from '../../session/paths.js';
import { isHeld } from '../../session/locks.js';
import { realFiles } from '../../system/files/real-files.js';
import { type Check, finding } from './check.js';

/** Intents of a resolve or restore that a crash interrupted. If the lock is held, the command is still running. */
export const byHand: Check = {
  name: 'by-hand',
  fine: 'nothing that was begun by hand is unfinished',
  needs: 'state dir',
  find({ stateDir }) {
    const folder = dirname(handIntent(stateDir, ''));
    const begun = realFiles.list(folder).filter((name) => name.endsWith('.json') && !isHeld(lockOfLog(stateDir, basename(name, '.json'))));
    return begun.map((name) =>
      finding('warning', 'a resolve or restore was broken off', 'do it again: the next one completes this first', {
        path: join(folder, name),
      }),
    );
  },
};
