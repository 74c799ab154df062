import { join } from 'node:path';
import { withSettings } from '../client/arguments.js';
import { findProgram } from '../client/find.js';
import { readUserSettings, type Settings, stringValues, type UserSettings, whatTurnsHooksOff } from '../client/settings.js';
import { memoryFolder, projectFolder } from '../client/shared-dir.js';
import { hookSocket } from '../session/hook-socket.js';
import type { Manifest } from '../session/manifest.js';
import { type SessionPaths, sessionPaths, sessionsFolder } from '../session/paths.js';
import { identityOf } from '../system/git/identity.js';
import { findRepository } from '../system/git/repository.js';
import { newId } from '../system/id.js';
import type { SessionLaunch } from './context.js';
import { sessionSettings } from './session-settings.js';

/** All decisions about a session but its slot, taken before anything is created. */
export interface SessionPlan {
  readonly paths: SessionPaths;
  readonly manifest: Manifest;
  /** The client's arguments. */
  readonly args: readonly string[];
  /** The content of the `--settings` file. */
  readonly settings: Settings;
  /** The socket at which the launcher answers hooks; null when no hooks ask it. */
  readonly socket: string | null;
  /** What the user must know about the session before it begins. */
  readonly warnings: readonly string[];
}

/** Plans a session. `notice`: what the client is to show when it starts. Reads git's files and the user's; writes nothing. */
export function planSession(launch: SessionLaunch, notice: string | undefined): SessionPlan {
  const { invocation, environment, cwd, stateDir, shared, config } = launch;
  const repository = findRepository(cwd);
  const user = readUserSettings({ shared, cwd, repository, flag: invocation.settings?.value, sources: invocation.sources });
  const id = newId();
  const paths = sessionPaths(stateDir, id);
  const folder = OTHER_MEMORY.some((name) => environment[name])
    ? null
    : memoryFolder({ shared, cwd, repository, wished: stringValues(user, 'autoMemoryDirectory'), environment });
  const sync = canHold(user) ? config.sync : 'continuous';
  const hooksOff = whatTurnsHooksOff({ minimal: invocation.minimal, environment, user });
  const hooked = hooksOff === undefined;
  const socket = hooked ? hookSocket(paths, environment) : null;
  const settings = sessionSettings({
    paths,
    sessions: sessionsFolder(stateDir),
    shared,
    project: projectFolder(shared, environment, cwd),
    memory: folder === null ? null : { folder, isHeld: sync === 'exit' },
    hooked,
    hookWords: [process.execPath, join(launch.programs, 'hook.js'), stateDir, id],
    asking: socket === null ? null : { socket, perl: findProgram('perl', environment), script: join(launch.programs, 'ask.pl') },
    notice,
    user,
  });
  // If `--settings` cannot be read, the arguments stay unchanged, so that the client refuses them in its own words.
  const unusable = invocation.settings !== undefined && user.flag === undefined;
  return {
    paths,
    args: unusable ? launch.args : withSettings(launch.args, invocation.settings, paths.settings),
    settings,
    socket,
    warnings: [
      ...(sync === config.sync ? [] : [CANNOT_HOLD]),
      ...(hooked
        ? []
        : [
            `no hooks run, because of ${hooksOff}: what the model writes to memory and skills goes straight to the shared files, where others may overwrite it`,
          ]),
    ],
    manifest: {
      version: 1,
      id,
      pid: process.pid,
      startedAt: Date.now(),
      cwd,
      branch: repository?.branch ?? null,
      repository: repository ? identityOf(repository) : null,
      slot: null,
      shared,
      memoryFolder: folder,
      sync,
      state: { name: 'open' },
    },
  };
}

/** With these variables the client keeps its memory elsewhere, whatever its settings say. */
const OTHER_MEMORY = ['CLAUDE_COWORK_MEMORY_PATH_OVERRIDE', 'CLAUDE_CODE_REMOTE_MEMORY_DIR'];

const CANNOT_HOLD = 'an administrator has set autoMemoryDirectory, so this session cannot hold its notes back: they are merged at once';

/** An administrator's memory folder takes precedence over that of the session, so its notes cannot be held back. */
function canHold({ managed }: UserSettings): boolean {
  return managed['autoMemoryDirectory'] === undefined;
}
