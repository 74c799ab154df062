import { mkdir, symlink } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { converse } from '../../support/conversation.js';
import { prompt, systemText, userTexts, type ModelRequest, type ToolCall } from '../../support/messages-api.js';
import { createProject, type Project } from '../../support/project.js';
import { claude } from '../../support/real-client.js';
import { ask, outcomes, settings } from './ask.js';

/** A private config dir in which these names are links to the shared dir. */
async function linked(project: Project, ...names: readonly string[]): Promise<Project> {
  const { sandbox, shared, cwd, env } = project;
  await sandbox.seedClaude({ trust: [cwd], configDir: 'private' });
  for (const name of names) {
    await mkdir(shared(name), { recursive: true });
    await symlink(shared(name), sandbox.at('private', name));
  }
  return { ...project, env: { ...env, CLAUDE_CONFIG_DIR: sandbox.at('private') } };
}

function planFile(request: ModelRequest): string {
  return /(\S+\/plans\/\S+\.md)/.exec([...userTexts(request), systemText(request)].join('\n'))?.[1] ?? '';
}

test.each([
  { names: [], outcome: 'Write ok', broken: 'no longer writes its plan' },
  { names: ['plans'], outcome: 'Write refused', broken: 'now writes plans through a link: plans could be linked' },
])('writes its plan to a real folder, and not through a link: $names', async ({ names, outcome, broken }) => {
  const project = await linked(await createProject(), ...names);
  const conversation = converse(claude, ['--permission-mode', 'plan'], project);
  await conversation.say('think', []);
  const written = await conversation.say('plan', [
    { tool: 'Write', input: { file_path: planFile(conversation.request()), content: '# Plan\n' } },
  ]);
  await conversation.end();

  expect(outcomes(written), `the client ${broken}`).toEqual([outcome]);
});

test.each([
  { names: ['agents'], outcome: 'Write ok', broken: 'no longer writes the memory of an agent' },
  {
    names: ['agents', 'agent-memory'],
    outcome: 'Write refused',
    broken: 'now writes the memory of an agent through a link: it could be linked',
  },
])('lets an agent write its memory to a real folder, and not through a link: $names', async ({ names, outcome, broken }) => {
  const project = await linked(await createProject(), ...names);
  const { sandbox, shared } = project;
  await sandbox.write(shared('agents/keeper.md'), '---\nname: keeper\ndescription: Keeps notes\nmemory: user\n---\nYou keep notes.\n');
  await mkdir(sandbox.at('private/agent-memory/keeper'), { recursive: true });
  const note: ToolCall = { tool: 'Write', input: { file_path: sandbox.at('private/agent-memory/keeper/new.md'), content: 'new\n' } };
  const agent = { description: 'keep', prompt: prompt('keep', [note]), subagent_type: 'keeper', run_in_background: false };
  const { delegated } = await ask(project, [{ tool: 'Agent', input: agent }], { args: ['--permission-mode', 'dontAsk'] });

  expect(outcomes(delegated), `the client ${broken}`).toEqual([outcome]);
});

test('asks before it reads back a large output through a link, unless rules name both paths', async () => {
  const project = await linked(await createProject(), 'projects');
  const { sandbox, shared } = project;
  const readBack = async (...folders: readonly string[]): Promise<string[]> => {
    const allow = folders.map((folder) => `Read(/${folder}/projects/*/*/tool-results/**)`);
    const conversation = converse(
      claude,
      ['--permission-mode', 'dontAsk', '--allowedTools=Bash', ...settings({ permissions: { allow } })],
      project,
    );
    const [output] = await conversation.say('count', [{ tool: 'Bash', input: { command: 'seq 1 30000', description: 'Count' } }]);
    const file = /saved to: (\S+)/.exec(output?.text ?? '')?.[1] ?? '';
    const results = await conversation.say('look', [{ tool: 'Read', input: { file_path: file, offset: 20_000, limit: 3 } }]);
    await conversation.end();
    return outcomes(results);
  };

  expect(await readBack(), 'the client now reads back large outputs through a link: the rules are not needed').toEqual(['Read refused']);
  expect(await readBack(sandbox.at('private')), 'one rule is now enough').toEqual(['Read refused']);
  expect(await readBack(sandbox.at('private'), shared()), 'rules for both paths no longer let it read back a large output').toEqual([
    'Read ok',
  ]);
});

test('finds conversations of a config dir whose folder projects is a link', async () => {
  const project = await createProject();
  const { request } = await ask(project, []);
  const later = await ask(await linked(project, 'projects'), [], { args: ['--continue'] });

  expect(later.request.sessionId, 'the client no longer finds conversations behind the link `projects`').toBe(request.sessionId);
});
