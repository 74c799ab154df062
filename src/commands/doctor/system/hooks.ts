import { join } from 'node:path';
import { classify } from '../../../client/arguments.js';
import { whatTurnsHooksOff } from '../../../client/hooks-off.js';
import { readUserSettings, type UserSettings } from '../../../client/settings.js';
import { findRepository } from '../../../system/git/repository.js';
import { type Check, finding, type DoctorContext } from '../check.js';

/**
 * Without hooks, tool calls write shared files without turns, and their writes are not verified. Checks only what applies to every session
 * that is started in this folder.
 */
export const hooks: Check = {
  name: 'hooks',
  fine: 'the client runs hooks in this folder',
  find(world) {
    const { environment, cwd, shared } = world;
    const invocation = classify([]);
    const user = readUserSettings({ shared, cwd, repository: findRepository(cwd), flag: undefined, sources: undefined });
    const off = invocation.kind === 'session' ? whatTurnsHooksOff({ invocation, environment, user }) : undefined;
    if (off === undefined) return [];
    const todo = environment[off] === undefined ? 'take that out of the settings' : `unset ${off}`;
    const isAdministrators = user.managed['disableAllHooks'] === true || user.managed['allowManagedHooksOnly'] === true;
    return [
      finding(
        'warning',
        `no hooks run, because of ${off}: memory and skills are not isolated`,
        isAdministrators ? 'ask your administrator' : todo,
        placeOf(world, user),
      ),
    ];
  },
};

function placeOf({ shared, cwd }: DoctorContext, { local, project, user }: UserSettings): { path?: string } {
  if (local['disableAllHooks'] === true) return { path: join(cwd, '.claude', 'settings.local.json') };
  if (project['disableAllHooks'] === true) return { path: join(cwd, '.claude', 'settings.json') };
  return user['disableAllHooks'] === true ? { path: join(shared.dir, 'settings.json') } : {};
}
