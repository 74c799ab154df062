import { type SharedDir, sharedPath } from '../../client/shared-dir.js';
import { sameBytes } from '../../system/bytes.js';
import { errorPosition } from '../../merge/json/text/position.js';
import type { Store } from '../../session/session.js';
import type { Files } from '../../system/files/files.js';
import { guardedNames } from './guarded-files.js';
import { goodPath, isUnchanged, readFile } from './last-good.js';
import { lostWhere } from './mishap.js';
import type { Harmed, SharedMishap } from '../messages/mishap-words.js';
import { parses } from './quarantine.js';

/**
 * Compares the shared files that hold settings, rules or a login with their last good versions. Reads only. A missing file is not a mishap.
 */
export function findMishaps(files: Files, { stateDir, layout: { drivers } }: Store, shared: SharedDir): SharedMishap[] {
  return guardedNames(drivers).flatMap((name): SharedMishap[] => {
    const [path, kept] = [sharedPath(shared, name), goodPath(files, stateDir, shared, name)];
    if (isUnchanged(files, path, kept)) return [];
    const [content, good] = [readFile(files, path), readFile(files, kept)];
    if (content === null || sameBytes(content, good)) return [];
    const harmed: Harmed = { name, path, keptAt: good && files.modifiedAt(kept) };
    if (!parses(drivers, name, content)) return [{ ...harmed, kind: 'broken', ...errorPosition(Buffer.from(content).toString('utf8')) }];
    const sections = lostWhere(drivers, name, good, content);
    return sections.length === 0 ? [] : [{ ...harmed, kind: 'lost', sections }];
  });
}
