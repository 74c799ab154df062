import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { unlessMissing } from '../../../system/fs/unless-missing.js';
import { sessionPaths, sessionsFolder } from '../../../session/paths.js';
import { realFiles } from '../../../system/files/real-files.js';
import { type Check, type Finding, finding, word } from '../check.js';

/** Other users cannot open what pclaude creates in the state dir: it contains copies of settings, and merged content. */
export const statePermissions: Check = {
  name: 'state-permissions',
  fine: 'what is kept of sessions is closed to other users',
  needs: 'state dir',
  find({ stateDir }) {
    const top = realFiles.list(stateDir).map((name) => join(stateDir, name));
    const ids = realFiles.list(sessionsFolder(stateDir));
    return [...top.flatMap((path) => openTo(path, null)), ...ids.flatMap((id) => ofSession(stateDir, id))];
  },
};

/** Does not look into the home: the files that the client rewrites there keep the permissions of the user's own files. */
function ofSession(stateDir: string, id: string): Finding[] {
  const { root, home, manifest, settings, journal, replaced, intent } = sessionPaths(stateDir, id);
  return [root, home, manifest, settings, journal, replaced, intent].flatMap((path) => openTo(path, id));
}

function openTo(path: string, session: string | null): Finding[] {
  const stat = unlessMissing(() => lstatSync(path, { throwIfNoEntry: false }));
  if (stat === undefined || stat.isSymbolicLink()) return [];
  if (stat.uid !== (process.getuid?.() ?? stat.uid)) {
    return [finding('warning', 'belongs to another user', `give it back: sudo chown "$USER" ${word(path)}`, { path, session })];
  }
  if ((stat.mode & 0o077) === 0) return [];
  return [finding('warning', 'is open to other users', `chmod ${stat.isDirectory() ? 700 : 600} ${word(path)}`, { path, session })];
}
