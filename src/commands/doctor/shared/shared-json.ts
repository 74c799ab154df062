import { age } from '../../../system/age.js';
import { sharedPath } from '../../../client/shared-dir.js';
import { errorPosition } from '../../../merge/json/text/position.js';
import { realFiles } from '../../../system/files/real-files.js';
import { isLarge } from '../../../sync/large.js';
import { goodPath } from '../../../sync/mishaps/last-good.js';
import { mishapHint, mishapWords, type SharedMishap } from '../../../sync/messages/mishap-words.js';
import { findMishaps } from '../../../sync/mishaps/mishaps.js';
import { parses } from '../../../sync/mishaps/quarantine.js';
import { type Check, type Finding, finding } from '../check.js';
import { topJson } from './top-json.js';

/** The JSON files that the client rewrites as a whole are valid. */
export const sharedJson: Check = {
  name: 'shared-json',
  fine: 'the state file, settings and key bindings are valid JSON',
  needs: 'shared dir',
  find: ({ shared, layout, stateDir, now }) =>
    topJson(layout).flatMap((name): Finding[] => {
      const path = sharedPath(shared, name);
      const kind = realFiles.kind(realFiles.realPath(path));
      if (kind !== null && kind !== 'file') return [finding('error', 'is not a plain file', 'put a file in its place', { path })];
      if (isLarge(realFiles, path)) return [finding('error', 'is too large to be read or merged', 'make it smaller', { path })];
      const content = realFiles.read(path);
      if (content === null || parses(layout.drivers, name, content)) return [];
      const broken: SharedMishap = {
        kind: 'broken',
        name,
        path,
        keptAt: realFiles.modifiedAt(goodPath(realFiles, stateDir, shared, name)),
        ...errorPosition(Buffer.from(content).toString('utf8')),
      };
      const todo =
        broken.keptAt === null
          ? 'correct it; else the next merge sets it aside and builds it anew'
          : mishapHint(broken, (at) => age(at, now));
      return [finding('error', mishapWords(broken), todo, { path })];
    }),
};

/** Settings, state file and login have lost nothing in a mishap. */
export const lostSettings: Check = {
  name: 'lost-settings',
  fine: 'settings, state file and login have what they had',
  needs: 'shared dir',
  find: ({ stateDir, layout, shared, now }) =>
    findMishaps(realFiles, { stateDir, layout }, shared).flatMap((mishap): Finding[] => {
      // The check `shared-json` reports broken files.
      if (mishap.kind === 'broken' && topJson(layout).includes(mishap.name)) return [];
      return [
        finding(
          'warning',
          mishapWords(mishap),
          mishapHint(mishap, (at) => age(at, now)),
          { path: mishap.path },
        ),
      ];
    }),
};
