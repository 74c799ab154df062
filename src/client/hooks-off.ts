import type { Invocation } from './arguments.js';
import { type UserSettings, valuesOf } from './settings.js';

interface Start {
  readonly invocation: Extract<Invocation, { kind: 'session' }>;
  readonly environment: NodeJS.ProcessEnv;
  readonly user: UserSettings;
}

/** The option, variable or setting that makes the client skip a session's hooks; undefined when they run. Seen in 2.1.329. */
export function whatTurnsHooksOff({ invocation, environment, user }: Start): string | undefined {
  if (invocation.minimal !== undefined) return invocation.minimal;
  const variable = ['CLAUDE_CODE_SIMPLE', 'CLAUDE_CODE_SAFE_MODE'].find((name) => isOn(environment[name]));
  if (variable !== undefined) return variable;
  if (user.managed['allowManagedHooksOnly'] === true) return 'allowManagedHooksOnly, which an administrator has set';
  return valuesOf(user, 'disableAllHooks')[0] === true ? 'disableAllHooks in the settings' : undefined;
}

/** Whether a variable is on, by the client's own rule for its switches. */
function isOn(value: string | undefined): boolean {
  return value !== undefined && ['1', 'true', 'yes', 'on'].includes(value.trim().toLowerCase());
}
