import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasCode } from '../../../system/fs/fs-error.js';
import { privateFolderTrouble } from '../../../system/fs/private-folder.js';
import { attempt } from '../../../system/attempt.js';
import { usableFolderTrouble } from '../../../system/fs/usable-folder.js';
import { type Check, finding } from '../check.js';
import { withProbe } from '../probe.js';

/** The state dir is private to this user, or does not exist yet. */
export const stateDir: Check = {
  name: 'state-dir',
  fine: 'the state dir is yours alone',
  find({ stateDir: path }) {
    const useless = usableFolderTrouble(path);
    if (useless !== undefined)
      return [finding('error', `cannot be used: ${useless}`, 'correct that, or set PCLAUDE_STATE_DIR to a folder of yours', { path })];
    const trouble = privateFolderTrouble(path);
    if (trouble === 'missing') return [finding('ok', 'is made by the first session', null, { path })];
    return trouble
      ? [finding('error', trouble.what, trouble.hint, { path })]
      : isFull(path)
        ? [finding('error', 'is on a disk that is full', 'free some space; pclaudectl gc says what old sessions take', { path })]
        : [];
  },
};

/** A full disk may still have room for an empty file, but not for a page. */
function isFull(folder: string): boolean {
  const written = attempt(() => withProbe(folder, (probe) => writeFileSync(join(probe, 'page'), Buffer.alloc(4096), { mode: 0o600 })));
  return written.status === 'rejected' && hasCode(written.reason, 'ENOSPC', 'EDQUOT');
}
