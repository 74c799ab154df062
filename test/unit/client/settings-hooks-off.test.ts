import { expect, test } from 'vitest';
import { classify } from '../../../src/client/arguments.js';
import { type UserSettings, whatTurnsHooksOff } from '../../../src/client/settings.js';

const nothing: UserSettings = { readsUser: true, managed: {}, flag: undefined, local: {}, project: {}, user: {} };

test.each<readonly [what: string | undefined, args: readonly string[], environment: NodeJS.ProcessEnv, user: Partial<UserSettings>]>([
  [undefined, ['-p', 'hello'], {}, {}],
  ['--bare', ['--bare', '-p', 'hello'], {}, {}],
  ['--safe-mode', ['-p', 'hello', '--safe-mode'], {}, {}],
  [undefined, ['-p', '--', '--bare'], {}, {}],
  ['CLAUDE_CODE_SIMPLE', [], { CLAUDE_CODE_SIMPLE: '1' }, {}],
  ['CLAUDE_CODE_SAFE_MODE', [], { CLAUDE_CODE_SAFE_MODE: 'true' }, {}],
  [undefined, [], { CLAUDE_CODE_SIMPLE: '0' }, {}],
  ['disableAllHooks in the settings', [], {}, { user: { disableAllHooks: true } }],
  ['disableAllHooks in the settings', [], {}, { managed: { disableAllHooks: true }, user: { disableAllHooks: false } }],
  [undefined, [], {}, { project: { disableAllHooks: false }, user: { disableAllHooks: true } }],
  ['allowManagedHooksOnly, which an administrator has set', [], {}, { managed: { allowManagedHooksOnly: true } }],
  [undefined, [], {}, { user: { allowManagedHooksOnly: true } }],
])('settings that turn hooks off: %s', (what, args, environment, user) => {
  const invocation = classify(args);
  if (invocation.kind !== 'session') throw new Error('a session was asked for');
  expect(whatTurnsHooksOff({ minimal: invocation.minimal, environment, user: { ...nothing, ...user } })).toBe(what);
});
