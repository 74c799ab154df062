import { dirname } from 'node:path';
import { findClient } from '../../../client/find.js';
import { askVersion, sharesLogin } from '../../../client/version.js';
import { usesLogin } from '../../../launch/login.js';
import { type Check, type Finding, finding, word, type DoctorContext } from '../check.js';

/** The client is found, is not pclaude itself, starts, and is new enough to share its login between homes. */
export const client: Check = {
  name: 'client',
  fine: '',
  async find(world) {
    const { environment, config, program } = world;
    const path = findClient({ environment, configured: config.claudePath, beside: dirname(program), self: program });
    return versionFindings(world, path, await askVersion(path));
  },
};

function versionFindings({ environment, config, shared }: DoctorContext, path: string, version: string | undefined): Finding[] {
  if (version === undefined) {
    return [
      finding(
        'error',
        'does not say its version',
        `look at: ${word(path)} --version; then reinstall Claude Code, or set PCLAUDE_CLAUDE_PATH`,
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
