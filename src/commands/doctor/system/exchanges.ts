import { linkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exchangesInOneStep } from '../../../system/fs/exchange.js';
import { reasonOf } from '../../../system/fs/fs-error.js';
import { attempt } from '../../../system/attempt.js';
import { type Check, type Finding, finding } from '../check.js';
import { withProbe } from '../probe.js';

/** The file system of the shared dir can exchange two files in one step, which is how pclaude replaces files. */
export const exchanges: Check = {
  name: 'exchanges',
  fine: 'the disk replaces a file and keeps what was there in one step',
  needs: 'shared dir',
  find: ({ shared }) => exchangeFindings(shared.dir),
};

export function exchangeFindings(
  folder: string,
  exchange: typeof exchangesInOneStep = exchangesInOneStep,
  link: (path: string, name: string) => void = linkSync,
): Finding[] {
  const way = attempt(() =>
    withProbe(folder, (probe) => {
      const [one, other] = [join(probe, 'one'), join(probe, 'other')];
      for (const path of [one, other]) writeFileSync(path, '');
      if (exchange(one, other)) return 'one step';
      return attempt(() => link(one, join(probe, 'second'))).status === 'fulfilled' ? 'second name' : 'copy';
    }),
  );
  if (way.status === 'rejected') {
    const reason = reasonOf(way.reason);
    if (reason === undefined) throw way.reason;
    return [
      finding('error', `nothing can be written there: ${reason}`, 'fix that, or set CLAUDE_CONFIG_DIR to another folder', { path: folder }),
    ];
  }
  if (way.value === 'one step') return [];
  const how = way.value === 'second name' ? '' : ', and knows no hard links, so files are copied first';
  const what = `its disk cannot replace a file and keep what was there in one step${how}: what others write to a file in the very moment of a merge may be lost`;
  return [finding('note', what, 'keep it on a local disk, if you can', { path: folder })];
}
