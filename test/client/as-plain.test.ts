import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as v from 'valibot';
import { lastRequests, prompt, systemText } from '../support/messages-api.js';
import { createProject, openHomes, type Project } from '../support/project.js';
import { claude, pclaude, type Program } from '../support/real-client.js';
import { run } from '../support/run.js';
import { clientPrompt, openTerminal } from '../support/terminal.js';

/** An MCP server that returns its name and has one tool. */
const SERVER = String.raw`
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method } = JSON.parse(line);
  if (id === undefined) return;
  const tools = [{ name: 'measure', description: 'Measures', inputSchema: { type: 'object', properties: {} } }];
  const initialize = { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 'ruler', version: '1' } };
  const result = { initialize, 'tools/list': { tools } }[method] ?? {};
  console.log(JSON.stringify({ jsonrpc: '2.0', id, result }));
});
`;

/** A user who has set up everything that the client allows. */
async function everything(): Promise<Project> {
  const project = await createProject();
  const { sandbox, shared, stateFile } = project;
  await sandbox.write(shared('skills/greet/SKILL.md'), '---\nname: greet\ndescription: Greets people\n---\nGreet.\n');
  await sandbox.write(shared('agents/helper.md'), '---\nname: helper\ndescription: Helps\n---\nHelp.\n');
  await sandbox.write(shared('commands/deploy.md'), 'Deploy.\n');
  await sandbox.write(shared('output-styles/terse.md'), '---\nname: terse\ndescription: Few words\n---\nUse few words.\n');
  await sandbox.write(shared('rules/tests.md'), 'Write tests first.\n');
  await sandbox.write(shared('CLAUDE.md'), 'Be kind.\n');
  await sandbox.write(
    shared('keybindings.json'),
    JSON.stringify({ bindings: [{ context: 'Chat', bindings: { 'ctrl+l': 'chat:submit' } }] }),
  );
  const server = await sandbox.write('ruler.cjs', SERVER);
  const state = v.parse(v.record(v.string(), v.unknown()), JSON.parse(await sandbox.read(stateFile)));
  await sandbox.write(
    stateFile,
    JSON.stringify({ ...state, mcpServers: { ruler: { type: 'stdio', command: process.execPath, args: [server] } } }),
  );
  const command = 'cat > /dev/null; echo started >> "$HOME/hooks.log"; echo said by a hook';
  const settings = {
    outputStyle: 'terse',
    statusLine: { type: 'command', command: 'echo "this is my status"' },
    hooks: { SessionStart: [{ hooks: [{ type: 'command', command }] }] },
  };
  await sandbox.write(shared('settings.json'), JSON.stringify(settings));
  return project;
}

const Message = v.looseObject({ type: v.string(), subtype: v.optional(v.string()) });

/** The values that differ from run to run. */
const FLEETING = new Set(['uuid', 'session_id', 'cwd', 'original_cwd', 'memory_paths', 'messaging_socket_path']);

async function begin(program: Program): Promise<{ project: Project; init: Record<string, unknown>; system: string }> {
  const project = await everything();
  const { api, cwd, env } = project;
  const { stdout } = await run(program, ['-p', '--output-format', 'stream-json', '--verbose', prompt('Begin', [])], { cwd, env });
  const messages = String(stdout)
    .trim()
    .split('\n')
    .map((line) => v.parse(Message, JSON.parse(line)));
  const init = messages.find(({ subtype }) => subtype === 'init') ?? {};
  const [request] = lastRequests(api.requests);
  return {
    project,
    init: Object.fromEntries(Object.entries(init).filter(([name]) => !FLEETING.has(name))),
    system: request ? systemText(request) : '',
  };
}

describe('everything that a user has set up works as under claude', () => {
  test("the client's first message names the same tools, servers, commands, agents, skills and output style", async () => {
    const plain = await begin(claude);
    const ours = await begin(pclaude);

    expect(ours.init).toEqual(plain.init);
    expect(plain.init).toMatchObject({
      mcp_servers: [{ name: 'ruler', status: 'connected' }],
      output_style: 'terse',
      tools: expect.arrayContaining(['mcp__ruler__measure']),
      slash_commands: expect.arrayContaining(['greet', 'deploy']),
      agents: expect.arrayContaining(['helper']),
      skills: expect.arrayContaining(['greet']),
    });
    for (const { project, system } of [plain, ours]) {
      expect(await project.sandbox.read('hooks.log')).toBe('started\n');
      expect(system).toContain('Use few words.');
    }
  });

  test("the settings of the shared dir and of the home contain none of pclaude's hooks", async () => {
    const project = await everything();
    const before = await project.sandbox.read(project.shared('settings.json'));
    await run(
      pclaude,
      [
        '-p',
        prompt('Look at the home', [
          { tool: 'Bash', input: { command: 'cp "$CLAUDE_CONFIG_DIR/settings.json" "$HOME/seen.json"', description: 'Copy' } },
        ]),
        '--allowedTools=Bash',
      ],
      project,
    );

    expect(await project.sandbox.read(project.shared('settings.json'))).toBe(before);
    expect(await project.sandbox.read('seen.json')).toBe(before);
  });

  test("the status line is the user's, and the home has the user's key bindings", async () => {
    for (const program of [claude, pclaude]) {
      const project = await everything();
      const terminal = openTerminal(program, [], project);
      await terminal.waitFor(clientPrompt);
      await terminal.waitFor(/this is my status/);
      const [home = project.shared()] = await openHomes(project.sandbox);
      expect(await project.sandbox.read(join(home, 'keybindings.json'))).toContain('chat:submit');
      await terminal.submit('/exit');
      expect(await terminal.exit).toMatchObject({ exitCode: 0 });
    }
  });
});
