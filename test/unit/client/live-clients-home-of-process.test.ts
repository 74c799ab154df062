import { expect, it } from 'vitest';
import { homeInCommand } from '../../../src/client/live-clients.js';

it.each([
  [
    '/bin/claude --settings /home/ada/.local/state/pclaude/sessions/a2jc8f5r8m/settings.json',
    '/home/ada/.local/state/pclaude/sessions/a2jc8f5r8m/.claude',
  ],
  ['claude --session-id 1 --settings=/with a blank/sessions/a2jc8f5r8m/settings.json Wait', '/with a blank/sessions/a2jc8f5r8m/.claude'],
  ['claude --settings /home/ada/settings.json', null],
  ['claude --settings /home/ada/sessions/short/settings.json', null],
  ['claude', null],
])('homeInCommand %j', (command, home) => {
  expect(homeInCommand(command)).toBe(home);
});
