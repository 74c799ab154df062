import { size } from '../../gc/sweep.js';
import { sweepAll } from '../../gc/sweeps.js';
import { type Check, finding } from '../check.js';

/** The files that `pclaudectl gc` would remove. The other checks of sessions report what it would keep. */
export const oldSessions: Check = {
  name: 'old-sessions',
  fine: 'no old session waits to be removed',
  needs: 'state dir',
  find({ stateDir, layout, now }) {
    const swept = sweepAll({ store: { stateDir, layout }, now, rehearsal: true });
    const removable = swept.filter(({ outcome }) => outcome.state === 'removable');
    if (removable.length === 0) return [];
    const bytes = removable.reduce((sum, each) => sum + each.bytes, 0);
    const many =
      removable.length === 1
        ? 'what an old session or a killed launch has left'
        : `what ${removable.length} old sessions or killed launches have left`;
    return [finding('note', `${many} takes ${size(bytes)}`, 'pclaudectl gc --force removes it')];
  },
};
