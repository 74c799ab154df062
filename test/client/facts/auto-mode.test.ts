import { expect, test } from 'vitest';
import { lastRequests, prompt, toolResults, type Step, type ToolCall } from '../../support/messages-api.js';
import { createProject, type Project } from '../../support/project.js';
import { claude } from '../../support/real-client.js';
import { run } from '../../support/run.js';
import { clientPrompt, openTerminal, pressUntil } from '../../support/terminal.js';
import { eventually } from '../../support/wait.js';
import { writeMemory } from '../memory-calls.js';
import { answering, ask, hook, outcomes, settings } from './ask.js';
import { perReply, recordEvents } from './hook-events.js';

const auto = ['--permission-mode', 'auto'];

/** A write that needs the check: its file is outside the project, in a folder that the client protects. */
function writeSkill({ shared }: Project): ToolCall {
  return { tool: 'Write', input: { file_path: shared('skills/x/new.md'), content: 'new\n' } };
}

const denied = ['PreToolUse Write', 'PermissionDenied Write', 'PostToolBatch'];

test.each<readonly [answer: string, check: readonly Step[], outcome: string, seen: readonly string[]]>([
  ['yes', [{ check: 'yes' }], 'Write ok', ['PreToolUse Write', 'PostToolUse Write', 'PostToolBatch']],
  ['no', [{ check: 'no' }], 'Write refused', denied],
  ['nothing', [], 'Write refused', denied],
])('asks for a check in auto mode; if the check answers %s, the client runs the hooks that report it', async (_, check, outcome, seen) => {
  const project = await createProject();
  const events = recordEvents(project);
  const { results } = await ask(project, [...check, writeSkill(project)], { args: [...auto, ...settings({ hooks: events.hooks })] });

  expect(outcomes(results), 'the client no longer follows the answer of the check of auto mode').toEqual([outcome]);
  expect(perReply(events.names()), 'the client runs other hooks around the check of auto mode').toEqual([seen]);
});

test('runs PreToolUse hooks before the check of auto mode has answered, and writes memory without it', async () => {
  const project = await createProject();
  const { api, cwd, env } = project;
  const events = recordEvents(project);
  const steps: Step[] = [
    { check: 'yes', hold: 'memory' },
    writeMemory('new.md', 'new\n'),
    { check: 'yes', hold: 'skill' },
    writeSkill(project),
  ];
  const ended = run(claude, ['-p', ...auto, ...settings({ hooks: events.hooks }), prompt('Work', steps)], { cwd, env });
  const times = (name: string): number => events.names().filter((each) => each === name).length;
  await eventually(() => times('PostToolUse Write') === 1, 'memory is written while the check has not answered');
  api.release('memory');
  await api.arrived('skill', 1);
  await eventually(() => times('PreToolUse Write') === 2, 'the client now asks for the check before it runs PreToolUse hooks');
  expect(times('PostToolUse Write'), 'the client no longer waits for the check').toBe(1);
  api.release('skill');
  await ended;

  expect(outcomes(lastRequests(api.requests).flatMap(toolResults)), 'the client no longer used the check').toEqual([
    'Write ok',
    'Write ok',
  ]);
});

test('takes the answer of the check only for the call as the model made it, not for a call that a hook has changed', async () => {
  const project = await createProject();
  const changed = answering('PreToolUse', { updatedInput: { ...writeSkill(project).input, content: 'changed\n' } });
  const { results } = await ask(project, [{ check: 'yes' }, writeSkill(project)], {
    args: [...auto, ...settings(hook('PreToolUse', 'Write', changed))],
  });

  expect(outcomes(results), 'the client now takes the answer also for a call that a hook has changed').toEqual(['Write refused']);
});

test('asks the user, and runs no hook for that, if the check is not offered at a terminal', async () => {
  const project = await createProject();
  const events = recordEvents(project);
  await project.sandbox.write(project.shared('settings.json'), JSON.stringify({ hooks: events.hooks }));
  const terminal = openTerminal(claude, auto, project);
  await terminal.waitFor(clientPrompt);
  await terminal.submit(prompt('Work', [writeSkill(project)]));
  await terminal.waitFor(/can't check actions in this session/);
  await pressUntil(terminal, '\r', (screen) => screen.includes('Do you want to'));
  await pressUntil(terminal, '\u001B[B', (screen) => screen.includes('❯ Yes'));
  await pressUntil(terminal, '\r', (screen) => !screen.includes('Do you want to'));
  await eventually(() => events.names().includes('Stop'), 'the end of the turn', { timeout: 30_000 });

  const seen = perReply(events.names().filter((name) => name !== 'Notification'));
  expect(seen, 'the client now runs a hook for this dialog, or none after it').toEqual([
    ['PreToolUse Write', 'PostToolUse Write', 'PostToolBatch'],
  ]);
});

test('starts in auto mode at a terminal if no settings name a mode', async () => {
  const project = await createProject();
  const terminal = openTerminal(claude, [], project);
  const shown = await terminal.waitFor(/\bmode on\b|\? for shortcuts/);

  expect(shown, 'the client now starts in another mode').toContain('auto mode on');
});
