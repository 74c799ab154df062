import { basename, dirname, join } from 'node:path';
import { hiddenPart } from '../../client/memory-index.js';
import { sharedPath } from '../../client/shared-dir.js';
import { type Layout, namedRows } from '../../config/layout.js';
import { errorPosition } from '../../merge/json/parse-json.js';
import { findSessions } from '../../session/list.js';
import { isHeld } from '../../session/locks.js';
import { handIntent, lockOfLog } from '../../session/paths.js';
import { findNamingHomes, type NamingHomes } from '../../sync/by-hand/fix-paths.js';
import { mishapHint, mishapWords, type SharedMishap } from '../../sync/messages.js';
import { findMishaps, goodPath } from '../../sync/mishaps/last-good.js';
import { CORRUPT, isTopJson, parses } from '../../sync/mishaps/mishap.js';
import { isLarge } from '../../sync/unmergeable.js';
import { realFiles } from '../../system/files/real-files.js';
import { age, typed } from '../../system/text.js';
import { conflictsOf } from '../conflicts/listed.js';
import { type Check, type Finding, finding } from './check.js';

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

/** Quarantined versions of shared files, from which the user may want to recover content. */
export const quarantined: Check = {
  name: 'set-aside',
  fine: 'no broken file was set aside',
  needs: 'shared dir',
  find({ shared, layout }) {
    const files = topJson(layout).map((name) => sharedPath(shared, name));
    // If the shared file is a link, quarantined versions are beside its target.
    const paths = [...new Set([...files, ...files.map((path) => realFiles.realPath(path))])];
    const found = paths.flatMap((path) =>
      realFiles
        .list(dirname(path))
        .filter((name) => name.startsWith(basename(path) + CORRUPT))
        .map((name) => join(dirname(path), name)),
    );
    const real = new Map(found.map((path) => [realFiles.realPath(path), path]));
    return [...real.values()].map((path) =>
      finding('warning', 'was set aside, because it could not be read', `take out of it what you miss, then: rm ${typed(path)}`, { path }),
    );
  },
};

/** The JSON files at the top level of the shared dir that the client rewrites: those that the layout names and merges. */
export function topJson({ rows, drivers }: Layout): string[] {
  const merged = rows.filter(({ policy }) => policy === 'merge');
  return namedRows({ rows: merged, drivers, secrets: [] }).filter((name) => isTopJson(drivers, name));
}

/** Paths in shared files that lead into the home of a session. They break when the home is removed. */
export const pathsIntoHomes: Check = {
  name: 'session-paths',
  fine: 'no shared file names the home of a session',
  needs: 'shared dir',
  find: (context) => findNamingHomes(realFiles, context).flatMap(findingsOf),
};

function findingsOf({ path, content, fixed, sessions, left }: NamingHomes): Finding[] {
  const fixable = sessions.filter((id) => content !== fixed && !left.includes(id));
  const findings = (ids: readonly string[], rest: string, todo: string): Finding[] =>
    ids.length === 0 ? [] : [finding('warning', `names the home of ${many(ids)}, ${rest}`, todo, { path })];
  return [
    ...findings(fixable, 'which pclaudectl gc removes', 'write the shared path instead: pclaudectl doctor --fix'),
    ...findings(
      left,
      'and there a file that the shared dir does not have',
      'copy that into the shared dir, then: pclaudectl doctor --fix; or take the path out',
    ),
  ];
}

function many(ids: readonly string[]): string {
  const [first = ''] = ids;
  return ids.length === 1 ? `session ${first}` : `${ids.length} sessions (${ids.join(', ')})`;
}

/** Memory indexes that have grown longer than the part that the client reads, for example by the entries of several sessions. */
export const memoryIndex: Check = {
  name: 'memory-index',
  fine: 'Claude reads all of each MEMORY.md',
  needs: 'shared dir',
  find({ shared, stateDir }) {
    const projects = join(shared.dir, 'projects');
    const known = findSessions(stateDir).sessions.flatMap(({ manifest }) =>
      manifest.memoryFolder === null || manifest.shared.dir !== shared.dir ? [] : [manifest.memoryFolder],
    );
    const folders = [...realFiles.list(projects).map((slug) => join(projects, slug, 'memory')), ...known];
    const real = new Map(folders.map((folder) => join(folder, 'MEMORY.md')).map((path) => [realFiles.realPath(path), path]));
    return [...real].flatMap(([target, path]) => lengthFindings(target, path));
  },
};

function lengthFindings(target: string, path: string): Finding[] {
  const content = realFiles.kind(target) === 'file' ? realFiles.read(target) : null;
  const hidden = content === null ? undefined : hiddenPart(Buffer.from(content).toString('utf8'));
  return hidden === undefined
    ? []
    : [finding('warning', `is ${hidden}`, 'make it shorter: take out what is not needed, or put several entries into one', { path })];
}

/** Conflicts: versions kept in the shared dir or, if they may hold secrets, in the session dir. */
export const conflicts: Check = {
  name: 'conflicts',
  fine: 'no conflict waits',
  needs: 'shared dir',
  find(context) {
    const found = conflictsOf(context);
    const [first] = found;
    if (first === undefined) return [];
    const what = found.length === 1 ? 'another version of it waits' : `another version of it waits, and ${found.length - 1} more conflicts`;
    return [finding('warning', what, 'settle that: pclaudectl conflicts', { path: first.file, session: first.session })];
  },
};

/** Intents of a resolve or restore that a crash interrupted. If the lock is held, the command is still running. */
export const byHand: Check = {
  name: 'by-hand',
  fine: 'nothing that was begun by hand is unfinished',
  needs: 'state dir',
  find({ stateDir }) {
    const folder = dirname(handIntent(stateDir, ''));
    const begun = realFiles.list(folder).filter((name) => name.endsWith('.json') && !isHeld(lockOfLog(stateDir, basename(name, '.json'))));
    return begun.map((name) =>
      finding('warning', 'a resolve or restore was broken off', 'do it again: the next one completes this first', {
        path: join(folder, name),
      }),
    );
  },
};
