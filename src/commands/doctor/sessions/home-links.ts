import { statSync } from 'node:fs';
import { join } from 'node:path';
import { namedRows, ruleFor } from '../../../config/match.js';
import { sharedPath } from '../../../client/shared-dir.js';
import { attempt } from '../../../system/attempt.js';
import { realFiles } from '../../../system/files/real-files.js';
import { type Check, type Finding, finding, type DoctorContext, word } from '../check.js';
import { sessionsThatAre } from './seen-sessions.js';

/** The links in the homes of open sessions lead to the shared dir, and linked folders exist there. */
export const homeLinks: Check = {
  name: 'home-links',
  fine: 'the links of all open sessions lead to the shared dir',
  needs: 'state dir',
  find: ({ stateDir, layout }) => sessionsThatAre('open', stateDir).flatMap((session) => linksOf(layout, session)),
};

type OpenSession = ReturnType<typeof sessionsThatAre>[number];

function linksOf(layout: DoctorContext['layout'], session: OpenSession): Finding[] {
  const { home } = session.paths;
  // Other checks report when the home or the shared dir as a whole is gone.
  if ([home, realFiles.realPath(session.manifest.shared.dir)].some((folder) => realFiles.kind(folder) !== 'folder')) return [];
  const placed = new Set(namedRows(layout));
  return [...new Set([...placed, ...realFiles.list(home)])].flatMap((name) => {
    const isLink = realFiles.kind(join(home, name)) === 'link';
    return placed.has(name) || isLink ? linkOf(layout, session, name) : [];
  });
}

function linkOf(layout: DoctorContext['layout'], { paths, manifest }: OpenSession, name: string): Finding[] {
  const [path, target] = [join(paths.home, name), sharedPath(manifest.shared, name)];
  const targetKind = attempt(() => statSync(target, { throwIfNoEntry: false }));
  const isFolder = targetKind.status === 'fulfilled' && targetKind.value?.isDirectory() === true;
  const rule = ruleFor(layout, name, isFolder ? 'folder' : 'file');
  if (rule.policy !== 'link' && rule.policy !== 'overlay') return [];
  const place = { path, session: paths.id };
  const again = `end that session, then: pclaudectl merge ${paths.id}`;
  const kind = realFiles.kind(path);
  if (kind === null) return [finding('warning', 'has been removed, so this session does not see the shared one', again, place)];
  if (kind !== 'link')
    return [
      finding(
        'warning',
        `has taken the place of a link to the shared one: what is written there reaches others only at the end`,
        again,
        place,
      ),
    ];
  if (realFiles.linkTarget(path) !== target) return [finding('warning', 'leads elsewhere than to the shared dir', again, place)];
  // The client creates files through a link, but not folders.
  if (rule.kind === 'folder' && !isFolder) return [finding('warning', 'leads to a folder that is gone', `mkdir -p ${word(target)}`, place)];
  return [];
}
