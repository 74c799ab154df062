import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lastRequests, prompt, toolResults } from '../support/messages-api.js';
import { createProject, type Project } from '../support/project.js';
import { claude, clientPath, pclaude, type Program } from '../support/real-client.js';
import { run } from '../support/run.js';

test('a plugin that `pclaude plugin install` installed remains after every session', async () => {
  const project = await createProject();
  const marketplace = await writeMarketplace(project);
  await succeed(project, pclaude, ['plugin', 'marketplace', 'add', marketplace]);
  await succeed(project, pclaude, ['plugin', 'install', 'tools@market']);

  expect(await afterAllSessions(project)).toEqual(usable);
});

test('a plugin that a command inside a session installed remains after the session', async () => {
  const project = await createProject();
  const { api, sandbox, shared } = project;
  const client = clientPath();
  const command = `${client} plugin marketplace add ${await writeMarketplace(project)} && ${client} plugin install tools@market`;
  const steps = [{ tool: 'Bash', input: { command, description: 'install' } }];
  await succeed(project, pclaude, ['-p', '--allowedTools', 'Bash', '--', prompt('install the tools', steps)]);
  expect(lastRequests(api.requests).flatMap(toolResults)).toMatchObject([
    { isError: false, text: expect.stringContaining('Successfully installed') },
  ]);

  const sessions = await readdir(join(sandbox.stateDir, 'sessions'));
  expect(sessions).toHaveLength(1);
  for (const list of ['installed_plugins.json', 'known_marketplaces.json']) {
    expect(await sandbox.read(shared('plugins', list))).not.toContain(sandbox.stateDir);
  }
  expect(await afterAllSessions(project)).toEqual(usable);
});

test('a plugin that the user has under claude works in a session', async () => {
  const project = await createProject();
  await succeed(project, claude, ['plugin', 'marketplace', 'add', await writeMarketplace(project)]);
  await succeed(project, claude, ['plugin', 'install', 'tools@market']);

  expect(await commands(project, pclaude)).toEqual(await commands(project, claude));
});

const usable = {
  list: expect.stringMatching(/tools@market[^]*enabled/),
  claude: ['tools:greet', 'tools:hello'],
  pclaude: ['tools:greet', 'tools:hello'],
};

/** The parts of the plugin that remain without a session that could hold any of them. */
async function afterAllSessions(project: Project): Promise<object> {
  const { sandbox } = project;
  await rm(join(sandbox.stateDir, 'sessions'), { recursive: true, force: true });
  return {
    list: await succeed(project, claude, ['plugin', 'list']),
    claude: await commands(project, claude),
    pclaude: await commands(project, pclaude),
  };
}

/** What the plugin adds to a session, as the client's first message lists it. */
async function commands(project: Project, program: Program): Promise<string[]> {
  const [first = ''] = (await succeed(project, program, ['-p', '--verbose', '--output-format', 'stream-json', 'hello'])).split('\n');
  expect(first).toContain('"subtype":"init"');
  return [...new Set(first.match(/tools:\w+/g))].toSorted();
}

async function succeed({ cwd, env }: Project, program: Program, args: readonly string[]): Promise<string> {
  const result = await run(program, args, { cwd, env });
  expect(result).toMatchObject({ exitCode: 0, stderr: '' });
  return result.stdout.toString();
}

async function writeMarketplace({ sandbox }: Project): Promise<string> {
  const plugin = { name: 'tools', version: '1.0.0', description: 'Tools' };
  const marketplace = { name: 'market', owner: { name: 'me' }, plugins: [{ ...plugin, source: './tools' }] };
  await sandbox.write('market/.claude-plugin/marketplace.json', JSON.stringify(marketplace));
  await sandbox.write('market/tools/.claude-plugin/plugin.json', JSON.stringify(plugin));
  await sandbox.write('market/tools/commands/hello.md', '---\ndescription: Says hello\n---\nSay hello.\n');
  await sandbox.write('market/tools/skills/greet/SKILL.md', '---\nname: greet\ndescription: Greets\n---\nGreet.\n');
  return sandbox.at('market');
}
