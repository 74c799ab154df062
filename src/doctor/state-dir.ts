import { privateFolderTrouble } from '../platform/private-folder.js';
import { type Check, finding } from './check.js';

/** The state dir: ours alone, or not there yet. */
export const stateDir: Check = {
  name: 'state-dir',
  fine: 'the state dir is yours alone',
  find({ stateDir: path }) {
    const trouble = privateFolderTrouble(path);
    if (trouble === 'missing') return [finding('ok', 'is made by the first session', null, { path })];
    return trouble ? [finding('error', trouble.what, trouble.wayOut, { path })] : [];
  },
};
