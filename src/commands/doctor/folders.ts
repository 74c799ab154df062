import { lstatSync, realpathSync, type Stats, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedPath, STATE_FILE } from '../../client/shared-dir.js';
import { isSecret, namedRule } from '../../config/layout.js';
import { sessionPaths, sessionsFolder } from '../../session/paths.js';
import { oddNames } from '../../sync/unmergeable.js';
import { attempt } from '../../system/attempt.js';
import { realFiles } from '../../system/files/real-files.js';
import { privateFolderTrouble, usableFolderTrouble } from '../../system/fs/folders.js';
import { hasCode, isMissing, unlessMissing } from '../../system/fs/fs-error.js';
import { below } from '../../system/fs/paths.js';
import { typed } from '../../system/text.js';
import { type Check, type DoctorContext, finding, type Finding, type Subject, withProbe } from './check.js';

/** The state dir is private to this user, or does not exist yet. */
export const privateStateDir: Check = {
  name: 'state-dir',
  fine: 'the state dir is yours alone',
  find({ stateDir: path }) {
    const useless = usableFolderTrouble(path);
    if (useless !== undefined)
      return [finding('error', `cannot be used: ${useless}`, 'correct that, or set PCLAUDE_STATE_DIR to a folder of yours', { path })];
    const trouble = privateFolderTrouble(path);
    if (trouble === 'missing') return [finding('ok', 'is made by the first session', null, { path })];
    if (trouble) return [finding('error', trouble.what, trouble.hint, { path })];
    if (!isFull(path)) return [];
    return [finding('error', 'is on a disk that is full', 'free some space; pclaudectl gc says what old sessions take', { path })];
  },
};

/** A full disk may still have room for an empty file, but not for a page. */
function isFull(folder: string): boolean {
  const written = attempt(() => withProbe(folder, (probe) => writeFileSync(join(probe, 'page'), Buffer.alloc(4096), { mode: 0o600 })));
  return written.status === 'rejected' && hasCode(written.reason, 'ENOSPC', 'EDQUOT');
}

/** Other users cannot open what pclaude creates in the state dir: it contains copies of settings, and merged content. */
export const statePermissions: Check = {
  name: 'state-permissions',
  fine: 'what is kept of sessions is closed to other users',
  needs: 'state dir',
  find({ stateDir }) {
    const top = realFiles.list(stateDir).map((name) => join(stateDir, name));
    const ids = realFiles.list(sessionsFolder(stateDir));
    return [...top.flatMap((path) => openTo(path, null)), ...ids.flatMap((id) => sessionFindings(stateDir, id))];
  },
};

/** Does not look into the home: the files that the client rewrites there keep the permissions of the user's own files. */
function sessionFindings(stateDir: string, id: string): Finding[] {
  const { root, home, manifest, settings, journal, replaced, intent } = sessionPaths(stateDir, id);
  return [root, home, manifest, settings, journal, replaced, intent].flatMap((path) => openTo(path, id));
}

function openTo(path: string, session: string | null): Finding[] {
  const stat = unlessMissing(() => lstatSync(path, { throwIfNoEntry: false }));
  if (stat === undefined || stat.isSymbolicLink()) return [];
  return permissionFindings(stat, 0o077, 'is open to other users', { path, session });
}

/** Whether a file or folder belongs to another user, or grants one of the forbidden permissions; `what` says the latter. */
function permissionFindings(stat: Stats, forbidden: number, what: string, subject: Subject & { readonly path: string }): Finding[] {
  const path = typed(subject.path);
  if (stat.uid !== (process.getuid?.() ?? stat.uid))
    return [finding('warning', 'belongs to another user', `give it back: sudo chown "$USER" ${path}`, subject)];
  if ((stat.mode & forbidden) === 0) return [];
  return [finding('warning', what, `chmod ${stat.isDirectory() ? 700 : 600} ${path}`, subject)];
}

/** The shared dir is a folder. The check `exchanges` finds out whether it is writable. */
export const sharedDir: Check = {
  name: 'shared-dir',
  fine: 'the shared dir is a folder',
  find({ shared: { dir: path } }) {
    const otherwise = 'fix that, or set CLAUDE_CONFIG_DIR to another folder';
    try {
      return statSync(path).isDirectory() ? [] : [finding('error', 'is not a folder', otherwise, { path })];
    } catch (error) {
      if (hasCode(error, 'ELOOP')) return [finding('error', 'is a link that leads back to itself', otherwise, { path })];
      if (!isMissing(error)) throw error;
      if (lstatSync(path, { throwIfNoEntry: false })) return [finding('error', 'is a link that leads nowhere', otherwise, { path })];
      return [finding('note', 'is not there yet', 'start a session, and it is made: pclaude', { path })];
    }
  },
};

/** No other user can write the settings, which can run commands as this user, or read the login. */
export const sharedPermissions: Check = {
  name: 'shared-permissions',
  fine: 'only you can write your settings and read your login',
  needs: 'shared dir',
  find({ shared, layout }) {
    const names = [...new Set([STATE_FILE, ...realFiles.list(shared.dir)])].filter((name) => isSecret(layout, name));
    return [
      ...sharedWith(shared.dir, WRITE),
      ...names.flatMap((name) => sharedWith(sharedPath(shared, name), name === '.credentials.json' ? 0o077 : WRITE)),
    ];
  },
};

/** The group may write, because with the umask 002 each user has a private group. */
const WRITE = 0o002;

function sharedWith(path: string, forbidden: number): Finding[] {
  const stat = unlessMissing(() => statSync(path, { throwIfNoEntry: false }));
  if (stat === undefined) return [];
  const what = (stat.mode & forbidden & 0o022) === 0 ? 'can be read by other users' : 'can be written by other users';
  return permissionFindings(stat, forbidden, what, { path });
}

/**
 * Names that are not UTF-8, at the top level of the shared dir and in the folders that are copied into homes. Sessions do not get these
 * files.
 */
export const sharedNames: Check = {
  name: 'shared-names',
  fine: 'all names that sessions need in the shared dir are valid UTF-8',
  needs: 'shared dir',
  find: ({ shared, layout }) => {
    const names = realFiles.list(shared.dir);
    const copied = names.filter((name) => namedRule(layout, name)?.policy === 'merge').map((name) => join(shared.dir, name));
    return [
      ...oddIn(shared.dir, names),
      ...copied.flatMap((path) => (realFiles.kind(realFiles.realPath(path)) === 'folder' ? oddBelow(path) : [])),
    ];
  },
};

function oddBelow(folder: string): Finding[] {
  const names = realFiles.list(folder);
  const folders = names.map((name) => join(folder, name)).filter((path) => realFiles.kind(path) === 'folder');
  return [...oddIn(folder, names), ...folders.flatMap(oddBelow)];
}

function oddIn(folder: string, names: readonly string[]): Finding[] {
  return oddNames(realFiles, folder, names).map((name) =>
    finding('note', 'has a name that is not valid UTF-8, so no session sees it', 'give it another name', { path: join(folder, name) }),
  );
}

/** The user's links in the shared dir, at its top level and in the folders that the model writes to, lead to something. */
export const sharedLinks: Check = {
  name: 'shared-links',
  fine: 'all links in the shared dir lead to something',
  needs: 'shared dir',
  find: ({ shared, layout }) => {
    const names = realFiles.list(shared.dir).filter((name) => namedRule(layout, name)?.policy !== 'private');
    return names.flatMap((name) => [...linkFindings(join(shared.dir, name)), ...linksInside(layout, shared.dir, name)]);
  },
};

function linksInside(layout: DoctorContext['layout'], folder: string, name: string): Finding[] {
  const rule = namedRule(layout, name);
  if (rule === undefined || rule.policy === 'private' || rule.policy === 'link' || rule.kind !== 'folder') return [];
  const path = join(folder, name);
  return realFiles.kind(realFiles.realPath(path)) === 'folder'
    ? realFiles.list(path).flatMap((each) => linkFindings(join(path, each)))
    : [];
}

function linkFindings(path: string): Finding[] {
  if (realFiles.kind(path) !== 'link') return [];
  const todo = 'correct or remove it';
  try {
    const target = realpathSync.native(path);
    const holder = realpathSync.native(join(path, '..'));
    const leadsUp = target === holder || below(target, holder) !== undefined;
    return leadsUp ? [finding('warning', 'leads to a folder that holds it', todo, { path })] : [];
  } catch (error) {
    if (hasCode(error, 'ELOOP')) return [finding('warning', 'is a link that leads back to itself', todo, { path })];
    if (isMissing(error)) return [finding('warning', 'is a link that leads nowhere', todo, { path })];
    throw error;
  }
}
