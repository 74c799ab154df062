import { join } from 'node:path';
import { expect, test } from 'vitest';
import { prompt, type Step, type ToolCall } from '../../support/messages-api.js';
import { createProject, type Project } from '../../support/project.js';
import { claude } from '../../support/real-client.js';
import { clientPrompt, openTerminal, pressUntil, type Terminal } from '../../support/terminal.js';
import { eventually } from '../../support/wait.js';
import { ask, outcomes, settings } from './ask.js';
import { type HookEvents, perReply, recordEvents } from './hook-events.js';

function write(path: string): ToolCall {
  return { tool: 'Write', input: { file_path: path, content: 'text\n' } };
}

const refusal = JSON.stringify({
  hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision: 'deny', permissionDecisionReason: 'no' },
});

/** A hook that refuses one file, and a hook that makes a file at the path where another file needs a folder. */
const refuseOneFailOne = {
  PreToolUse: [
    { matcher: 'Write', hooks: [{ type: 'command', command: `case $(cat) in *hook.md*) echo '${refusal}';; esac` }] },
    { matcher: 'Write', hooks: [{ type: 'command', command: `case $(cat) in *folder/fails.md*) touch folder;; esac` }] },
  ],
};

test('reports that a call which a mode or another hook refused is over when all calls of the reply are over, and not before', async () => {
  const project = await createProject();
  const at = (name: string): string => join(project.cwd, name);
  const events = recordEvents(project, refuseOneFailOne);
  const steps: ToolCall[] = [
    write(at('runs.md')),
    write(at('folder/fails.md')),
    write(project.sandbox.at('elsewhere/mode.md')),
    write(at('hook.md')),
    write(at('rule.md')),
    { tool: 'Edit', input: { file_path: at('runs.md'), old_string: 'missing', new_string: 'new' } },
  ];
  const rules = { allow: [`Edit(/${project.cwd}/**)`], deny: ['Edit(rule.md)'] };
  await ask(project, steps, { args: ['--permission-mode', 'dontAsk', ...settings({ permissions: rules, hooks: events.hooks })] });

  const [runs, fails, mode, hook, rule, missing] = perReply(events.names());
  expect({ runs, fails }, 'the client no longer reports that a call ran or failed').toEqual({
    runs: ['PreToolUse Write', 'PostToolUse Write', 'PostToolBatch'],
    fails: ['PreToolUse Write', 'PostToolUseFailure Write', 'PostToolBatch'],
  });
  expect({ mode, hook }, 'the client reports in another way that a mode or a hook refused a call').toEqual({
    mode: ['PreToolUse Write', 'PostToolBatch'],
    hook: ['PreToolUse Write', 'PostToolBatch'],
  });
  expect({ rule, missing }, 'the client now runs PreToolUse hooks for a call that a deny rule or its own check refuses').toEqual({
    rule: ['PostToolBatch'],
    missing: ['PostToolBatch'],
  });
  const ids = events
    .inputs()
    .flatMap((each) => each.tool_calls ?? [])
    .map((call) => call.tool_use_id);
  expect(ids, 'PostToolBatch no longer names the calls').toEqual(
    expect.arrayContaining(events.inputs().flatMap((each) => each.tool_use_id ?? [])),
  );
});

test('runs PermissionRequest first if it would have to ask and there is no user', async () => {
  const project = await createProject();
  const events = recordEvents(project);
  await ask(project, [write(join(project.cwd, 'new.md'))], {
    args: ['--permission-mode', 'default', ...settings({ hooks: events.hooks })],
  });

  expect(perReply(events.names()), 'the client reports in another way that it would have to ask').toEqual([
    ['PreToolUse Write', 'PermissionRequest Write', 'PostToolBatch'],
  ]);
});

test('finishes a call that writes before it begins the next call of the same reply', async () => {
  const project = await createProject();
  const events = recordEvents(project);
  const slow = { tool: 'Bash', input: { command: 'sleep 0.3; touch made', description: 'Make a file' } };
  const refused = write(project.sandbox.at('elsewhere/new.md'));
  await ask(project, [{ parallel: [refused, slow, refused] }], {
    args: ['--permission-mode', 'dontAsk', '--allowedTools=Bash', ...settings({ hooks: events.hooks })],
  });

  expect(perReply(events.names()), 'the client now runs such calls at the same time, or reports the end of each call separately').toEqual([
    ['PreToolUse Write', 'PreToolUse Bash', 'PostToolUse Bash', 'PreToolUse Write', 'PostToolBatch'],
  ]);
});

/** A hook that ends only when another one has begun. */
function meet(own: string, other: string): object {
  return {
    hooks: [{ type: 'command', timeout: 10, command: `touch ${own}; until [ -e ${other} ]; do sleep 0.01; done; touch ${own}-ended` }],
  };
}

test('runs all PreToolUse hooks of a call at the same time, even if one of them refuses the call', async () => {
  const project = await createProject();
  const deny = { hooks: [{ type: 'command', command: `echo '${refusal}'` }] };
  const { results } = await ask(project, [write(join(project.cwd, 'new.md'))], {
    args: ['--permission-mode', 'acceptEdits', ...settings({ hooks: { PreToolUse: [deny, meet('one', 'two'), meet('two', 'one')] } })],
  });

  expect(outcomes(results)).toEqual(['Write refused']);
  const ended = ['one-ended', 'two-ended'].filter((name) => project.sandbox.exists(`project/${name}`));
  expect(ended, 'the client now runs hooks one after another, or stops them when one has refused').toEqual(['one-ended', 'two-ended']);
});

/** A client at a terminal that has received a message. */
async function sendMessage(project: Project, args: readonly string[], steps: readonly Step[], { hooks }: HookEvents): Promise<Terminal> {
  await project.sandbox.write(project.shared('settings.json'), JSON.stringify({ hooks }));
  const terminal = openTerminal(claude, args, project);
  await terminal.waitFor(clientPrompt);
  await terminal.submit(prompt('Work', steps));
  return terminal;
}

const rejected = /rejected/i;

/** Sends a message after a call was rejected, and waits for the end of that turn. */
async function goOn(terminal: Terminal, { names }: HookEvents): Promise<void> {
  await terminal.waitFor(rejected);
  await terminal.submit('Go on');
  await eventually(() => names().includes('Stop'), 'the end of the next turn', { timeout: 30_000 });
}

test('runs no hook before the next message if the user has refused a call', async () => {
  const project = await createProject();
  const events = recordEvents(project);
  const terminal = await sendMessage(project, ['--permission-mode', 'default'], [write(join(project.cwd, 'new.md'))], events);
  await terminal.waitFor(/Do you want to/);
  await eventually(() => events.names().includes('PermissionRequest Write'), 'the hook for the prompt');
  // The key of the option No: pressing Escape twice would open another dialog.
  await pressUntil(terminal, '3', (screen) => rejected.test(screen));
  await goOn(terminal, events);

  const seen = events.names().filter((name) => name !== 'Notification');
  expect(seen, 'the client now runs a hook if the user has refused a call').toEqual([
    'UserPromptSubmit',
    'PreToolUse Write',
    'PermissionRequest Write',
    'UserPromptSubmit',
    'Stop',
  ]);
});

test('runs no hook if a call was interrupted before it ran', async () => {
  const project = await createProject();
  const endless = { hooks: [{ type: 'command', command: 'until [ -e ended ]; do sleep 0.02; done' }] };
  const events = recordEvents(project, { PreToolUse: [endless] });
  const terminal = await sendMessage(project, ['--permission-mode', 'acceptEdits'], [write(join(project.cwd, 'new.md'))], events);
  await eventually(() => events.names().includes('PreToolUse Write'), 'the hook before the call');
  terminal.type('\u001B');
  await goOn(terminal, events);

  expect(events.names(), 'the client now runs a hook if a call was interrupted').toEqual([
    'UserPromptSubmit',
    'PreToolUse Write',
    'UserPromptSubmit',
    'Stop',
  ]);
  expect(project.sandbox.exists('project/new.md')).toBe(false);
});
