import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SharedDir } from '../client/shared-dir.js';
import { report } from '../system/report.js';
import type { LaunchContext } from './context.js';

/**
 * Returns whether sessions of this client may have private homes. An old client keeps its login inside its home: there the first refresh of
 * a token invalidates the token of all other sessions, and logs them out. For such a client this reports it and returns false, unless the
 * user insists.
 */
export async function hasNewLogin({ client, config, stateDir, shared, environment }: LaunchContext): Promise<boolean> {
  if (config.oldClient === 'isolate' || !usesLogin(shared, environment)) return true;
  const { clientVersion, sharesLogin } = await import('../client/version.js');
  const version = await clientVersion(client, stateDir);
  if (sharesLogin(version)) return true;
  report(
    `Claude Code ${version} would log out your other sessions from a private config dir, so it runs without one; update it (2.1.144 or later), or set PCLAUDE_OLD_CLIENT=isolate`,
  );
  return false;
}

/** Whether sessions started here have a login to share, as far as that is known without opening it. */
export function usesLogin(shared: SharedDir, environment: NodeJS.ProcessEnv): boolean {
  if (environment['ANTHROPIC_API_KEY'] || environment['CLAUDE_CODE_OAUTH_TOKEN']) return false;
  // On macOS the login is in the Keychain, which pclaude does not open only to check.
  return process.platform === 'darwin' || existsSync(join(shared.dir, '.credentials.json'));
}
