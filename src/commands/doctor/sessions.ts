import { statSync } from 'node:fs';
import { join } from 'node:path';
import { sharedPath } from '../../client/shared-dir.js';
import { namedRows, ruleFor } from '../../config/layout.js';
import { findSessions, statusOf, type UnreadableSession } from '../../session/list.js';
import type { FoundSession } from '../../session/session.js';
import type { Manifest } from '../../session/manifest.js';
import type { SessionPaths } from '../../session/paths.js';
import { dryRunRecovery } from '../../sync/close/recover-session.js';
import { hindranceOf } from '../../sync/gc/expired.js';
import { attempt } from '../../system/attempt.js';
import { realFiles } from '../../system/files/real-files.js';
import { typed } from '../../system/text.js';
import { removableIn } from '../gc/garbage.js';
import { collectGarbage } from '../gc/gc.js';
import { size } from '../shown.js';
import { type Check, type DoctorContext, failureOf, type Finding, finding } from './check.js';

/** Sessions that have ended and are not merged yet, that cannot be merged, or whose home or base is gone. */
export const openSessions: Check = {
  name: 'open-sessions',
  fine: 'no session waits to be merged',
  needs: 'state dir',
  async find(context) {
    const found = await Promise.all(
      sessionsInState('open', context.stateDir).map(async ({ paths, manifest }) => [
        ...damageFindings(paths),
        ...(await mergeFindings(context, manifest, paths)),
      ]),
    );
    return found.flat();
  },
};

function damageFindings({ id, root, home, homeBase }: SessionPaths): Finding[] {
  const missing = [home, homeBase].find((folder) => realFiles.kind(folder) !== 'folder');
  if (missing === undefined) return [];
  const todo = `keep a copy of ${root} if you miss something, then: pclaudectl merge ${id}`;
  return [finding('error', 'has gone, so that not all of this session can be merged', todo, { path: missing, session: id })];
}

async function mergeFindings(context: DoctorContext, manifest: Manifest, paths: SessionPaths): Promise<Finding[]> {
  const { id, branch } = manifest;
  if (statusOf(manifest, paths) !== 'unmerged') return [];
  const merge = `pclaudectl merge ${id}`;
  const failure = await mergeFailure(context, id);
  if (failure !== undefined) return [finding('error', `cannot be merged: ${failure}`, `fix that, then: ${merge}`, { session: id })];
  const brokenOff = realFiles.kind(paths.intent) === null ? 'is not merged yet' : 'a merge of it was broken off';
  return [
    finding(
      'warning',
      `${branch === null ? '' : `from ${branch}, `}has ended, and ${brokenOff}`,
      `the next pclaude does that; or now: ${merge}`,
      { session: id },
    ),
  ];
}

/** Why a merge would fail; undefined if a dry run succeeds. */
async function mergeFailure(store: DoctorContext, id: string): Promise<string | undefined> {
  try {
    await dryRunRecovery(realFiles, store, id);
    return undefined;
  } catch (error) {
    return failureOf(error).message;
  }
}

/** The links in the homes of open sessions lead to the shared dir, and linked folders exist there. */
export const homeLinks: Check = {
  name: 'home-links',
  fine: 'the links of all open sessions lead to the shared dir',
  needs: 'state dir',
  find: ({ stateDir, layout }) => sessionsInState('open', stateDir).flatMap((session) => homeLinkFindings(layout, session)),
};

function homeLinkFindings(layout: DoctorContext['layout'], session: FoundSession): Finding[] {
  const { home } = session.paths;
  // Other checks report when the home or the shared dir as a whole is gone.
  if ([home, realFiles.realPath(session.manifest.shared.dir)].some((folder) => realFiles.kind(folder) !== 'folder')) return [];
  const placed = new Set(namedRows(layout));
  return [...new Set([...placed, ...realFiles.list(home)])].flatMap((name) => {
    const isLink = realFiles.kind(join(home, name)) === 'link';
    return placed.has(name) || isLink ? linkFindings(layout, session, name) : [];
  });
}

function linkFindings(layout: DoctorContext['layout'], { paths, manifest }: FoundSession, name: string): Finding[] {
  const [path, target] = [join(paths.home, name), sharedPath(manifest.shared, name)];
  const targetKind = attempt(() => statSync(target, { throwIfNoEntry: false }));
  const isFolder = targetKind.status === 'fulfilled' && targetKind.value?.isDirectory() === true;
  const rule = ruleFor(layout, name, isFolder ? 'folder' : 'file');
  if (rule.policy !== 'link' && rule.policy !== 'overlay') return [];
  const subject = { path, session: paths.id };
  const again = `end that session, then: pclaudectl merge ${paths.id}`;
  const kind = realFiles.kind(path);
  if (kind === null) return [finding('warning', 'has been removed, so this session does not see the shared one', again, subject)];
  if (kind !== 'link')
    return [
      finding(
        'warning',
        `has taken the place of a link to the shared one: what is written there reaches others only at the end`,
        again,
        subject,
      ),
    ];
  if (realFiles.linkTarget(path) !== target) return [finding('warning', 'leads elsewhere than to the shared dir', again, subject)];
  // The client creates files through a link, but not folders.
  if (rule.kind === 'folder' && !isFolder)
    return [finding('warning', 'leads to a folder that is gone', `mkdir -p ${typed(target)}`, subject)];
  return [];
}

/** Closed sessions that were written to afterwards, or that contain the only copy of a version with secrets. */
export const closedSessions: Check = {
  name: 'closed-sessions',
  fine: 'all of the closed sessions is merged',
  needs: 'state dir',
  find: ({ stateDir, layout, shared }) =>
    sessionsInState('closed', stateDir).flatMap(({ paths, manifest }): Finding[] => {
      const { id } = paths;
      const hindrance = hindranceOf(realFiles, { stateDir, layout, paths, manifest });
      if (hindrance === undefined) return [];
      if (hindrance === 'unmerged')
        return [finding('warning', 'was changed after it was closed', `pclaudectl merge ${id}`, { session: id })];
      // The check of conflicts reports those of this shared dir.
      const { dir, userValue } = manifest.shared;
      if (dir === shared.dir) return [];
      const where = userValue === null ? 'env -u CLAUDE_CONFIG_DIR' : `CLAUDE_CONFIG_DIR=${typed(dir)}`;
      return [
        finding('warning', 'holds a version with secrets that could not be merged', `${where} pclaudectl conflicts`, { session: id }),
      ];
    }),
};

/** The readable sessions in one state, the oldest first. */
function sessionsInState(state: Manifest['state']['name'], stateDir: string): FoundSession[] {
  return findSessions(stateDir).sessions.filter(({ manifest }) => manifest.state.name === state);
}

/** Sessions whose manifest cannot be read, so that they cannot be merged. */
export const lostSessions: Check = {
  name: 'lost-sessions',
  fine: 'the manifests of all sessions can be read',
  needs: 'state dir',
  find: ({ stateDir }) => findSessions(stateDir).unreadable.map(unreadableFinding),
};

function unreadableFinding({ paths: { id, root, manifest }, unreadable }: UnreadableSession): Finding {
  const subject = { path: manifest, session: id };
  if (unreadable.why === 'refused')
    return finding('error', `cannot be read: ${unreadable.reason}`, 'make it readable, then: pclaudectl merge', subject);
  if (unreadable.why === 'newer') return finding('note', 'is of a newer pclaude', 'update this one', subject);
  return finding(
    'warning',
    'is lost, so that this session cannot be merged',
    `look for notes in ${typed(root)}; pclaudectl gc removes it when it is old`,
    subject,
  );
}

/** The files that `pclaudectl gc` would remove. The other checks of sessions report what it would keep. */
export const oldSessions: Check = {
  name: 'old-sessions',
  fine: 'no old session waits to be removed',
  needs: 'state dir',
  find({ stateDir, layout, now }) {
    const { count, bytes } = removableIn(collectGarbage({ store: { stateDir, layout }, now, dryRun: true }));
    if (count === 0) return [];
    const many =
      count === 1 ? 'what an old session or a killed launch has left' : `what ${count} old sessions or killed launches have left`;
    return [finding('note', `${many} takes ${size(bytes)}`, 'pclaudectl gc --force removes it')];
  },
};
