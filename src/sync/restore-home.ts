import { join } from 'node:path';
import { isSecret } from '../config/match.js';
import { STATE_FILE } from '../client/shared-dir.js';
import { sameBytes } from '../system/bytes.js';
import { throwFirst } from '../system/attempt.js';
import type { Session } from '../session/session.js';
import { mergeCandidates } from './apply/batch.js';
import type { Files } from '../system/files/files.js';
import { appendJournal } from './messages/journal.js';
import { isLoggedOut } from './mishaps/last-good.js';
import { isLarge } from './large.js';
import type { Locks } from './locks/locks.js';
import type { Merger } from './merger.js';
import { isMishap } from './mishaps/mishap.js';
import { readNoFollow } from '../system/files/no-follow.js';

/**
 * Restores what a mishap took from files with secrets in the home of a running session, such as its deny rules. The version that the mishap
 * left is kept in the session dir, and the user settles it as a conflict. A crash leaves that to be done again.
 */
export async function restoreHome(files: Files, session: Session, locks: Locks, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const harmed = findHarmed(files, session, name);
    if (harmed === null) continue;
    const held = keepHeld(files, session.paths.held, name, harmed.ours);
    const restore = async (merger: Merger): Promise<void> => {
      const change = { place: name, target: join(session.paths.home, name), base: harmed.ours, ours: harmed.base };
      throwFirst(
        await mergeCandidates(files, merger, [
          { change, policy: { drivers: session.layout.drivers, conflict: { keep: 'none' } }, base: null, memoryFolder: null },
        ]),
      );
    };
    await (name === STATE_FILE ? locks.state(join(session.paths.home, name), restore) : locks.shared(restore));
    appendJournal(files, session.paths, [[name, { outcome: 'conflict', copy: held }]]);
  }
}

function findHarmed(
  files: Files,
  { stateDir, paths, layout, manifest }: Session,
  name: string,
): { ours: Uint8Array; base: Uint8Array } | null {
  if (!isSecret(layout, name) || isLarge(files, join(paths.home, name))) return null;
  const [ours, base] = [readNoFollow(files, join(paths.home, name)), readNoFollow(files, join(paths.homeBase, name))];
  if (ours === null || base === null) return null;
  return isMishap(layout.drivers, name, { base, ours, theirs: null }, () => isLoggedOut(files, stateDir, manifest.shared))
    ? { ours, base }
    : null;
}

/** Keeps each version once; two versions of one file are in two folders. */
function keepHeld(files: Files, folder: string, name: string, content: Uint8Array): string {
  for (let number = 1; ; number++) {
    const path = join(folder, String(number), name);
    const present = files.read(path);
    if (sameBytes(present, content)) return path;
    if (present !== null) continue;
    files.writePrivate(path, content);
    return path;
  }
}
