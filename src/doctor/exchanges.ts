import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exchangesInOneStep } from '../platform/exchange.js';
import { reasonOf } from '../platform/fs-error.js';
import { settled } from '../platform/settled.js';
import { type Check, type Finding, finding } from './check.js';
import { withProbe } from './probe.js';

/** Two names that change places in one step, wherever files are replaced. */
export const exchanges: Check = {
  name: 'exchanges',
  fine: 'the disk replaces a file and keeps what was there in one step',
  needs: 'shared dir',
  find: ({ shared }) => exchangeFindings(shared.dir),
};

export function exchangeFindings(folder: string, exchange: typeof exchangesInOneStep = exchangesInOneStep): Finding[] {
  const inOneStep = settled(() =>
    withProbe(folder, (probe) => {
      const [one, other] = [join(probe, 'one'), join(probe, 'other')];
      for (const path of [one, other]) writeFileSync(path, '');
      return exchange(one, other);
    }),
  );
  if (inOneStep.status === 'rejected') {
    const reason = reasonOf(inOneStep.reason);
    if (reason === undefined) throw inOneStep.reason;
    return [finding('error', `nothing can be written there: ${reason}`, 'mend that, or set CLAUDE_CONFIG_DIR to another folder', { path: folder })];
  }
  if (inOneStep.value) return [];
  const what = 'its disk cannot replace a file and keep what was there in one step: what others write to a file in the very moment of a merge may be lost';
  return [finding('note', what, 'keep it on a local disk, if you can', { path: folder })];
}
