import { lstatSync, statSync } from 'node:fs';
import { hasCode, isMissing } from '../../../system/fs/fs-error.js';
import { type Check, finding } from '../check.js';

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
      const isLink = lstatSync(path, { throwIfNoEntry: false }) !== undefined;
      return [
        isLink
          ? finding('error', 'is a link that leads nowhere', otherwise, { path })
          : finding('note', 'is not there yet', 'start a session, and it is made: pclaude', { path }),
      ];
    }
  },
};
