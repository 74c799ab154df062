import { statSync } from 'node:fs';
import { isSecret } from '../../../config/match.js';
import { sharedPath, STATE_FILE } from '../../../client/shared-dir.js';
import { unlessMissing } from '../../../system/fs/unless-missing.js';
import { realFiles } from '../../../system/files/real-files.js';
import { type Check, type Finding, finding, word } from '../check.js';

/** No other user can write the settings, which can run commands as this user, or read the login. */
export const sharedPermissions: Check = {
  name: 'shared-permissions',
  fine: 'only you can write your settings and read your login',
  needs: 'shared dir',
  find({ shared, layout }) {
    const names = [...new Set([STATE_FILE, ...realFiles.list(shared.dir)])].filter((name) => isSecret(layout, name));
    return [
      ...writable(shared.dir, 0o002, '700'),
      ...names.flatMap((name) => writable(sharedPath(shared, name), name === '.credentials.json' ? 0o077 : 0o002, '600')),
    ];
  },
};

/** Allows the group to write, because with the umask 002 each user has a private group. */
function writable(path: string, forbidden: number, mode: string): Finding[] {
  const stat = unlessMissing(() => statSync(path, { throwIfNoEntry: false }));
  if (stat === undefined) return [];
  if (stat.uid !== (process.getuid?.() ?? stat.uid)) {
    return [finding('warning', 'belongs to another user', `give it back: sudo chown "$USER" ${word(path)}`, { path })];
  }
  if ((stat.mode & forbidden) === 0) return [];
  const what = (stat.mode & forbidden & 0o022) === 0 ? 'can be read by other users' : 'can be written by other users';
  return [finding('warning', what, `chmod ${mode} ${word(path)}`, { path })];
}
