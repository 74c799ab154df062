import { existsSync } from 'node:fs';
import { findRepository } from '../git/repository.js';
import type { Manifest } from '../session/manifest.js';
import type { SessionPaths } from '../session/paths.js';
import { permissionRules, readUserSettings } from './user-settings.js';

/**
 * The permission rules of a session by which the user wants to be asked, or refuses, as they are now: those in the settings of
 * all scopes, also of one that `--setting-sources` leaves out. Reads only.
 */
export function refusalsOf({ home, settings }: SessionPaths, { cwd, shared }: Manifest): string[] {
  const repository = existsSync(cwd) ? findRepository(cwd) : undefined;
  const user = readUserSettings({ shared: { ...shared, dir: home }, cwd, repository, flag: settings, sources: undefined });
  return [...permissionRules(user, 'ask'), ...permissionRules(user, 'deny')];
}
