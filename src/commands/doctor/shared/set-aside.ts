import { basename, dirname, join } from 'node:path';
import { sharedPath } from '../../../client/shared-dir.js';
import { realFiles } from '../../../system/files/real-files.js';
import { CORRUPT } from '../../../sync/mishaps/quarantine.js';
import { type Check, finding, word } from '../check.js';
import { topJson } from './top-json.js';

/** Quarantined versions of shared files, from which the user may want to recover content. */
export const setAside: Check = {
  name: 'set-aside',
  fine: 'no broken file was set aside',
  needs: 'shared dir',
  find({ shared, layout }) {
    const files = topJson(layout).map((name) => sharedPath(shared, name));
    // If the shared file is a link, quarantined versions are beside its target.
    const places = [...new Set([...files, ...files.map((path) => realFiles.realPath(path))])];
    const found = places.flatMap((path) =>
      realFiles
        .list(dirname(path))
        .filter((name) => name.startsWith(basename(path) + CORRUPT))
        .map((name) => join(dirname(path), name)),
    );
    const real = new Map(found.map((path) => [realFiles.realPath(path), path]));
    return [...real.values()].map((path) =>
      finding('warning', 'was set aside, because it could not be read', `take out of it what you miss, then: rm ${word(path)}`, { path }),
    );
  },
};
