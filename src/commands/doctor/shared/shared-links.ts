import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { namedRule } from '../../../config/match.js';
import { hasCode, isMissing } from '../../../system/fs/fs-error.js';
import { below } from '../../../system/fs/below.js';
import { realFiles } from '../../../system/files/real-files.js';
import { type Check, type Finding, finding, type DoctorContext } from '../check.js';

/** The user's links in the shared dir, at its top level and in the folders that the model writes to, lead to something. */
export const sharedLinks: Check = {
  name: 'shared-links',
  fine: 'all links in the shared dir lead to something',
  needs: 'shared dir',
  find: ({ shared, layout }) => {
    const names = realFiles.list(shared.dir).filter((name) => namedRule(layout, name)?.policy !== 'private');
    return names.flatMap((name) => [...look(join(shared.dir, name)), ...inside(layout, shared.dir, name)]);
  },
};

function inside(layout: DoctorContext['layout'], folder: string, name: string): Finding[] {
  const rule = namedRule(layout, name);
  if (rule === undefined || rule.policy === 'private' || rule.policy === 'link' || rule.kind !== 'folder') return [];
  const path = join(folder, name);
  return realFiles.kind(realFiles.realPath(path)) === 'folder' ? realFiles.list(path).flatMap((each) => look(join(path, each))) : [];
}

function look(path: string): Finding[] {
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
