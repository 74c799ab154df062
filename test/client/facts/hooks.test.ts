import { expect, test } from 'vitest';
import type { ToolCall } from '../../support/messages-api.js';
import { createProject } from '../../support/project.js';
import { answering, ask, hook, outcomes, settings } from './ask.js';

function write(path: string): ToolCall {
  return { tool: 'Write', input: { file_path: path, content: 'text\n' } };
}

test('checks an Edit against the file that the model named, before any PreToolUse hook runs', async () => {
  const project = await createProject();
  const { sandbox } = project;
  const [named, other] = [await sandbox.write('project/named.md', 'alpha\n'), await sandbox.write('project/other.md', 'beta\n')];
  const steps: ToolCall[] = [
    { tool: 'Read', input: { file_path: named } },
    { tool: 'Edit', input: { file_path: named, old_string: 'beta', new_string: 'gamma' } },
  ];
  const redirect = answering('PreToolUse', { updatedInput: { file_path: other, old_string: 'beta', new_string: 'gamma' } });
  const { results } = await ask(project, steps, {
    args: ['--permission-mode', 'acceptEdits', ...settings(hook('PreToolUse', 'Edit', `touch ran; ${redirect}`))],
  });

  expect(outcomes(results), 'the client no longer looks for the old text in the file that the model named').toEqual([
    'Read ok',
    'Edit refused',
  ]);
  expect(sandbox.exists('project/ran'), 'the client now runs PreToolUse hooks before it checks an Edit').toBe(false);
});

test('accepts updatedInput from a hook that makes no decision, and checks permissions for the new path', async () => {
  const project = await createProject();
  const { sandbox } = project;
  const outcomeWith = async (allowed: string): Promise<[outcome: string | undefined, isRedirected: boolean]> => {
    const [named, target] = [sandbox.at(`project/${allowed}-named.md`), sandbox.at(`project/${allowed}-target.md`)];
    const redirect = answering('PreToolUse', { updatedInput: { file_path: target, content: 'text\n' } });
    const value = {
      permissions: { allow: [`Edit(/${sandbox.at(`project/${allowed}-${allowed}.md`)})`] },
      ...hook('PreToolUse', 'Write', redirect),
    };
    const { results } = await ask(project, [write(named)], { args: ['--permission-mode', 'dontAsk', ...settings(value)] });
    return [outcomes(results)[0], sandbox.exists(target)];
  };

  expect(
    await outcomeWith('target'),
    'the client no longer accepts updatedInput from a hook without a decision, or checks permissions for the old path',
  ).toEqual(['Write ok', true]);
  expect(
    await outcomeWith('named'),
    'the client now checks permissions for the path that the model named if a hook has redirected the call',
  ).toEqual(['Write refused', false]);
});

test('names the file that it wrote in the result of a tool, and accepts updatedToolOutput from a PostToolUse hook', async () => {
  const project = await createProject();
  const target = project.sandbox.at('project/target.md');
  const redirect = answering('PreToolUse', { updatedInput: { file_path: target, content: 'text\n' } });
  const args = ['--permission-mode', 'acceptEdits'];
  const { results } = await ask(project, [write(project.sandbox.at('project/named.md'))], {
    args: [...args, ...settings(hook('PreToolUse', 'Write', redirect))],
  });
  expect(results[0]?.text, 'the client no longer names the file that it wrote in the result').toContain(target);

  const replace = `sed -E 's/.*"tool_response":(\\{.*\\}),"tool_use_id".*/{"hookSpecificOutput":{"hookEventName":"PostToolUse","updatedToolOutput":\\1}}/; s#project/second#project/elsewhere#g'`;
  const replaced = await ask(project, [write(project.sandbox.at('project/second.md'))], {
    args: [...args, ...settings(hook('PostToolUse', 'Write', replace))],
  });
  expect(replaced.results[0]?.text, 'the client no longer accepts updatedToolOutput from a PostToolUse hook').toContain(
    'project/elsewhere.md',
  );
});

test('starts a hook only for the files of its `if` rule', async () => {
  const project = await createProject();
  const { sandbox } = project;
  const value = hook('PreToolUse', 'Write', 'cat >> calls.txt', `Write(/${sandbox.at('project/watched')}/**)`);
  await ask(project, [write(sandbox.at('project/watched/one.md')), write(sandbox.at('project/two.md'))], {
    args: ['--permission-mode', 'acceptEdits', ...settings(value)],
  });

  const calls = sandbox.exists('project/calls.txt') ? await sandbox.read('project/calls.txt') : '';
  expect(calls, 'the client no longer starts a hook for the files of its `if` rule').toContain('one.md');
  expect(calls, 'the client now starts a hook for files that its `if` rule does not name').not.toContain('two.md');
});

test.each<readonly [what: string, args: readonly string[], user: object, runs: boolean, broken: string]>([
  [
    'runs the hooks of --settings whatever --setting-sources says',
    ['--setting-sources', 'project'],
    {},
    true,
    'no longer runs the hooks of --settings',
  ],
  ['runs no hooks with disableAllHooks', [], { disableAllHooks: true }, false, 'now runs hooks though disableAllHooks is set'],
])('%s', async (_, args, user, runs, broken) => {
  const project = await createProject();
  const { sandbox, shared } = project;
  await sandbox.write(shared('settings.json'), JSON.stringify(user));
  await ask(project, [write(sandbox.at('project/one.md'))], {
    args: ['--permission-mode', 'acceptEdits', ...args, ...settings(hook('PreToolUse', 'Write', 'touch ran'))],
  });

  expect(sandbox.exists('project/ran'), `the client ${broken}`).toBe(runs);
});

test('applies a deny rule to the path that the model named, also when a hook redirects the call', async () => {
  const project = await createProject();
  const { sandbox } = project;
  const redirect = answering('PreToolUse', { updatedInput: { file_path: sandbox.at('project/target.md'), content: 'text\n' } });
  const value = { permissions: { deny: [`Edit(/${sandbox.at('project/named.md')})`] }, ...hook('PreToolUse', 'Write', redirect) };
  const { results } = await ask(project, [write(sandbox.at('project/named.md'))], {
    args: ['--permission-mode', 'acceptEdits', ...settings(value)],
  });

  expect(outcomes(results), 'a hook now gets around a deny rule').toEqual(['Write refused']);
});

test('uses only the last of two --settings, and nothing of the first', async () => {
  const project = await createProject();
  const args = [...settings(hook('PreToolUse', 'Write', 'touch first')), ...settings(hook('PreToolUse', 'Write', 'touch last'))];
  await ask(project, [write(project.sandbox.at('project/one.md'))], { args: ['--permission-mode', 'acceptEdits', ...args] });

  expect(
    ['first', 'last'].filter((name) => project.sandbox.exists(`project/${name}`)),
    'the client no longer uses only the last --settings',
  ).toEqual(['last']);
});
