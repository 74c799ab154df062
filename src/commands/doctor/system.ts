import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import packageJson from '../../../package.json' with { type: 'json' };
import { findClient } from '../../client/find.js';
import { readUserSettings, type UserSettings, whatTurnsHooksOff } from '../../client/settings.js';
import { askVersion, sharesLogin } from '../../client/version.js';
import { usesLogin } from '../../launch/login.js';
import { realFiles } from '../../system/files/real-files.js';
import { unlessMissing } from '../../system/fs/fs-error.js';
import { findRepository } from '../../system/git/repository.js';
import { unsupported } from '../../system/platform.js';
import { typed } from '../../system/text.js';
import { type Check, type DoctorContext, type Finding, finding, type Subject } from './check.js';

/** The operating system and Node. */
export const system: Check = {
  name: 'system',
  find: () => systemFindings(process.platform, process.versions.node),
};

/** Whether pclaude runs on this operating system, and on this version of Node. */
export function systemFindings(platform: NodeJS.Platform, node: string): Finding[] {
  const problem = unsupported(platform);
  if (problem) return [finding('error', problem.message, problem.hint)];
  const oldest = packageJson.engines.node.replace('>=', '');
  if (isOlder(node, oldest)) return [finding('error', `Node.js ${node} is too old`, `install Node.js ${oldest} or later`)];
  return [finding('ok', `Node.js ${node} on ${platform}`, null)];
}

function isOlder(version: string, oldest: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldMajor = 0, oldMinor = 0] = oldest.split('.').map(Number);
  return major < oldMajor || (major === oldMajor && minor < oldMinor);
}

/** The client is found, is not pclaude itself, starts, and is new enough to share its login between homes. */
export const client: Check = {
  name: 'client',
  async find(context) {
    const { environment, config, program } = context;
    const path = findClient({ environment, configured: config.claudePath, beside: dirname(program), self: program });
    return versionFindings(context, path, await askVersion(path));
  },
};

function versionFindings({ environment, config, shared }: DoctorContext, path: string, version: string | undefined): Finding[] {
  if (version === undefined) {
    return [
      finding(
        'error',
        'does not say its version',
        `look at: ${typed(path)} --version; then reinstall Claude Code, or set PCLAUDE_CLAUDE_PATH`,
        { path },
      ),
    ];
  }
  if (sharesLogin(version)) return [finding('ok', `Claude Code ${version}`, null, { path })];
  const update = 'update it to 2.1.144 or later: claude update';
  if (!usesLogin(shared, environment))
    return [finding('note', `Claude Code ${version} cannot share a login between sessions; you have none here`, update, { path })];
  const what =
    config.oldClient === 'isolate' ? 'sessions log each other out (oldClient is isolate)' : 'sessions run without private config dirs';
  return [finding('warning', `Claude Code ${version} cannot share its login, so ${what}`, update, { path })];
}

/**
 * Without hooks, tool calls write shared files without turns, and their writes are not verified. Checks only what applies to every session
 * that is started in this folder.
 */
export const hooks: Check = {
  name: 'hooks',
  fine: 'the client runs hooks in this folder',
  find(context) {
    const { environment, cwd, shared } = context;
    const user = readUserSettings({ shared, cwd, repository: findRepository(cwd), flag: undefined, sources: undefined });
    const off = whatTurnsHooksOff({ minimal: undefined, environment, user });
    if (off === undefined) return [];
    const todo = environment[off] === undefined ? 'take that out of the settings' : `unset ${off}`;
    const isAdministrators = user.managed['disableAllHooks'] === true || user.managed['allowManagedHooksOnly'] === true;
    return [
      finding(
        'warning',
        `no hooks run, because of ${off}: tools take no turns, so sessions can overwrite each other in memory, skills and other shared files`,
        isAdministrators ? 'ask your administrator' : todo,
        settingsWithoutHooks(context, user),
      ),
    ];
  },
};

function settingsWithoutHooks({ shared, cwd }: DoctorContext, { local, project, user }: UserSettings): Subject {
  if (local['disableAllHooks'] === true) return { path: join(cwd, '.claude', 'settings.local.json') };
  if (project['disableAllHooks'] === true) return { path: join(cwd, '.claude', 'settings.json') };
  return user['disableAllHooks'] === true ? { path: join(shared.dir, 'settings.json') } : {};
}

/**
 * In milliseconds. After this time the client takes over any of its locks. The one around the refresh of a login takes longest. Seen in
 * 2.1.329.
 */
const STALE_MS = 60_000;

/** The client's locks are folders, which a killed client leaves behind. Other clients take them over, unless the folder is not empty. */
export const clientLocks: Check = {
  name: 'client-locks',
  fine: 'no client has left a lock',
  needs: 'shared dir',
  find({ shared, now }) {
    const inside = realFiles
      .list(shared.dir)
      .filter((name) => name.endsWith('.lock'))
      .map((name) => join(shared.dir, name));
    return [...new Set([...inside, `${shared.stateFile}.lock`, `${shared.dir}.lock`])].flatMap((path) => leftLock(path, now));
  },
};

function leftLock(path: string, now: number): Finding[] {
  const stat = unlessMissing(() => statSync(path, { throwIfNoEntry: false }));
  if (!stat?.isDirectory() || now - stat.mtimeMs < STALE_MS) return [];
  const isEmpty = realFiles.list(path).length === 0;
  if (isEmpty)
    return [
      finding('note', 'is a lock that a killed client has left; the next one takes it over', `or remove it: rmdir ${typed(path)}`, {
        path,
      }),
    ];
  return [
    finding(
      'warning',
      'is a lock that a client has left, with files in it, so that none can remove it',
      `when no client runs: rm -r ${typed(path)}`,
      { path },
    ),
  ];
}
