import { join } from 'node:path';
import type { Session } from '../../session/session.js';
import { dryRun } from '../../system/files/dry-run-files.js';
import { noFiles } from '../../system/files/no-files.js';
import { noLocks } from '../locks/locks.js';
import { mergerOf } from '../merger.js';
import { type Closed, closeUnder } from './close.js';

/**
 * Closes a session that exists in memory only, after the merge of one file that both sides have changed, and returns the result. Code is
 * compiled when it runs for the first time, which takes longer than the close itself: a launcher does this while it has nothing to do, so
 * that its user does not wait for it at the end. Reads and writes nothing on the disk, and takes no lock.
 */
export async function warmUpClose(session: Session): Promise<Closed> {
  const { files } = dryRun(noFiles);
  const { paths, manifest } = session;
  const versions = [
    [paths.homeBase, 'one\ntwo\nthree\n'],
    [paths.home, 'ONE\ntwo\nthree\n'],
    [manifest.shared.dir, 'one\ntwo\nTHREE\n'],
  ] as const;
  for (const folder of [paths.root, ...versions.flatMap(([root]) => [root, join(root, 'plans')])]) files.makeFolder(folder);
  for (const [root, text] of versions) files.writePrivate(join(root, 'plans', 'plan.md'), Buffer.from(text));
  files.append(paths.openMark, '');
  return closeUnder(files, session, { isInUse: false, locks: noLocks(mergerOf(files, session)), write: () => undefined });
}
