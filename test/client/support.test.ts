import { mkdir, symlink } from 'node:fs/promises';
import { expect, test } from 'vitest';
import {
  lastRequests,
  memoryFolder,
  prompt,
  startMessagesApi,
  systemText,
  toolResults,
  type Step,
  type ToolCall,
} from '../support/messages-api.js';
import { startOAuthProxy } from '../support/oauth-proxy.js';
import { processesWithHome } from '../support/processes.js';
import { claude } from '../support/real-client.js';
import { run, start, type RunResult } from '../support/run.js';
import { createSandbox } from '../support/sandbox.js';
import { commandLine, openShell, shellPrompt } from '../support/shell.js';
import { clientPrompt, openTerminal } from '../support/terminal.js';
import { eventually } from '../support/wait.js';

test('scripted calls write files', async () => {
  const { api, cwd, env, sandbox } = await project();
  const parallel = ['a', 'b'].map((name) => writing(sandbox.at(`project/${name}.txt`)));
  const steps = [writing(sandbox.at('project/note.txt')), { parallel }, { text: 'noted' }];
  const result = await run(claude, printing('note it', steps), { cwd, env });

  expect(outcome(result)).toEqual({ exitCode: 0, stdout: 'noted\n', stderr: '' });
  expect(await sandbox.read('project/note.txt')).toBe('hello');
  expect(lastRequests(api.requests).flatMap(toolResults)).toMatchObject([
    { tool: 'Write', isError: false },
    { tool: 'Write', isError: false },
    { tool: 'Write', isError: false },
  ]);
  expect(api.requests).toHaveLength(3);
});

test('a barrier lets no session through before all have arrived', async () => {
  const { api, sandbox, env } = await project();
  const worktrees = await sandbox.worktrees('project', 2);
  const alone = api.arrived('all', 2).then(() => [1, 2].filter((n) => sandbox.exists(`project-${n}/after.txt`)));
  const clients = worktrees.map(async (cwd) => {
    const steps = [writing(`${cwd}/before.txt`), { barrier: 'all', parties: 3 }, writing(`${cwd}/after.txt`)];
    return run(claude, printing('write', steps), { cwd, env });
  });
  expect(await alone).toEqual([]);
  expect(api.waiting()).toEqual({ all: 2 });

  const third = await run(claude, printing('come', [{ barrier: 'all', parties: 3 }]), { cwd: sandbox.at('project'), env });
  expect([third, ...(await Promise.all(clients))].map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
  expect([1, 2].filter((n) => sandbox.exists(`project-${n}/after.txt`))).toEqual([1, 2]);
});

test('a held reply waits for the test, and a signal can be sent meanwhile', async () => {
  const { api, cwd, env } = await project();
  const held = prompt('wait', [{ hold: 'forever' }]);
  const signalAfter = { when: api.arrived('forever', 1), signal: 'SIGTERM' } as const;
  const result = await run(claude, ['-p', held], { cwd, env, signalAfter });

  expect(outcome(result)).toMatchObject({ exitCode: 143, stdout: '' });
});

test('a refusal of the API ends the run with 1', async () => {
  const { cwd, env } = await project();

  expect(outcome(await run(claude, printing('fail', [{ fail: 400 }]), { cwd, env }))).toMatchObject({ exitCode: 1 });
});

test('an error inside the model fails the test', async () => {
  const { api } = await project();
  const ask = async (content: string): Promise<Response> =>
    fetch(`${api.url}/v1/messages`, {
      method: 'POST',
      body: JSON.stringify({ model: 'any', tools: [{ name: 'Read' }], messages: [{ role: 'user', content }] }),
    });

  expect(await (await ask(prompt('say', [{ text: 'whole' }]))).json()).toMatchObject({ content: [{ type: 'text', text: 'whole' }] });
  expect((await ask(prompt('write', [writing('${MEMORY}/a.md')]))).status).toBe(400);
  await expect(api.stop()).rejects.toThrow('${MEMORY}');
});

test('a client that exceeds its time limit is ended, and its output is reported', async () => {
  const { cwd, env, sandbox } = await project();
  const held = ['-p', '--verbose', '--output-format', 'stream-json', prompt('wait', [{ hold: 'forever' }])];

  await expect(run(claude, held, { cwd, env, timeout: 6_000 })).rejects.toThrow(/no end after 6000 ms[^]*"subtype":"init"/);
  await eventually(async () => (await processesWithHome(sandbox.home)).length === 0, 'the end of the client');
});

test('a resumed conversation plays its new script from the start', async () => {
  const { api, cwd, env, sandbox } = await project();
  await run(claude, printing('first', [writing('${MEMORY}/one.md'), writing('${MEMORY}/two.md')]), { cwd, env });
  const [begun] = lastRequests(api.requests);
  const memory = sandbox.at('.claude/projects', sandbox.at('project').replaceAll(/[^a-z\d]/gi, '-'), 'memory');
  expect(begun && memoryFolder(begun)).toBe(memory);

  const byId = ['--resume', begun?.sessionId ?? '', ...printing('second', [writing('${MEMORY}/three.md'), { text: 'second done' }])];
  expect(outcome(await run(claude, byId, { cwd, env }))).toEqual({ exitCode: 0, stdout: 'second done\n', stderr: '' });
  const newest = ['--continue', ...printing('third', [writing('${MEMORY}/four.md')])];
  expect(outcome(await run(claude, newest, { cwd, env }))).toEqual({ exitCode: 0, stdout: 'done\n', stderr: '' });

  expect(['one', 'two', 'three', 'four'].filter((name) => sandbox.exists(`${memory}/${name}.md`))).toHaveLength(4);
  expect(lastRequests(api.requests).map((request) => toolResults(request).length)).toEqual([4]);
});

test('a subagent plays the script in its own prompt', async () => {
  const { api, cwd, env, sandbox } = await project();
  const nested = prompt('sub', [writing(sandbox.at('project/sub.txt')), writing('${MEMORY}/sub.md'), { text: 'sub done' }]);
  const input = { description: 'sub', prompt: nested, subagent_type: 'general-purpose', run_in_background: false };
  const steps = [{ tool: 'Agent', input }, writing(sandbox.at('project/main.txt'))];
  const result = await run(claude, printing('delegate', steps), { cwd, env });

  expect(outcome(result)).toEqual({ exitCode: 0, stdout: 'done\n', stderr: '' });
  expect(await sandbox.read('project/sub.txt')).toBe('hello');
  const [main, agent] = lastRequests(api.requests).toSorted((a, b) => (a.agentId ?? '').localeCompare(b.agentId ?? ''));
  expect(main && toolResults(main)).toMatchObject([{ tool: 'Agent', text: expect.stringContaining('sub done') }, { tool: 'Write' }]);
  expect(agent && toolResults(agent)).toMatchObject([{ isError: false }, { isError: false }]);
});

test('a live child is fed through its input and ends when that ends', async () => {
  const { api, cwd, env } = await project();
  const stream = ['--input-format', 'stream-json', '--output-format', 'stream-json', '--verbose'];
  const child = start(claude, ['-p', ...stream], { cwd, env, input: { open: true } });
  const say = (text: string, steps: readonly Step[]): void => {
    const message = { role: 'user', content: prompt(text, steps) };
    child.stdin.write(`${JSON.stringify({ type: 'user', message })}\n`);
  };
  say('one', [{ text: 'first answer' }]);
  await eventually(() => child.stdout().includes('"result":"first answer"'), 'the first answer');
  say('two', [{ hold: 'second' }, { text: 'second answer' }]);
  await api.arrived('second', 1);
  expect(child.stdout().toString()).not.toContain('second answer');
  api.release('second');
  await eventually(() => child.stdout().includes('"result":"second answer"'), 'the second answer');
  child.stdin.end();

  expect(await child.ended).toMatchObject({ exitCode: 0, signal: null });
});

test('an interactive run answers, names itself, and exits with /exit', async () => {
  const { api, cwd, env, sandbox } = await project();
  const { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: _, ...titled } = env;
  const terminal = openTerminal(claude, ['--permission-mode', 'acceptEdits'], { cwd, env: titled });
  await terminal.waitFor(clientPrompt);
  await terminal.submit(prompt('Note this, please', [writing(sandbox.at('project/note.txt')), { text: 'It is noted.' }]));
  const screen = await terminal.waitFor(/It is noted\./);
  expect(screen).toContain('Note this, please');
  expect(await sandbox.read('project/note.txt')).toBe('hello');

  await terminal.submit('/exit');
  expect(await terminal.exit).toEqual({ exitCode: 0, signal: null });
  expect(api.sideRequests.map(systemText)).toEqual([expect.stringContaining('naming a coding session')]);
});

test('a shell with job control suspends the client and continues it', async () => {
  const { cwd, env } = await project();
  const shell = openShell({ cwd, env });
  const atPrompt = new RegExp(`${shellPrompt}$`);
  await shell.waitFor(atPrompt);
  shell.type(`${commandLine(claude, [])}\r`);
  await shell.waitFor(clientPrompt);
  shell.type('\u001A');
  expect(await shell.waitFor(/Stopped[^]*>$/)).not.toContain('❯');
  shell.type('fg\r');
  await shell.waitFor(clientPrompt);
  await shell.submit('/exit');
  await shell.waitFor(atPrompt);
  shell.type('echo "status $?"\r');
  expect(await shell.waitFor(/status \d/)).toContain('status 0');
});

test('ten clients with one expired token refresh it once', async () => {
  const { cwd, sandbox } = await project();
  const proxy = await startOAuthProxy();
  await sandbox.write('.claude/.credentials.json', proxy.credentials());
  const env = sandbox.env({ extra: proxy.env });
  const results = await Promise.all(Array.from({ length: 10 }, async () => run(claude, ['-p', 'hello'], { cwd, env })));

  expect(results.map(outcome)).toEqual(Array.from({ length: 10 }, () => ({ exitCode: 0, stdout: 'done\n', stderr: '' })));
  expect(proxy.events.filter((event) => event !== 'message ok')).toEqual(['refresh ok']);
  expect(await sandbox.read('.claude/.credentials.json')).toContain(proxy.newestRefreshToken());
});

test('clients that share the token but not its lock spend it twice', async () => {
  const { cwd, sandbox } = await project();
  const proxy = await startOAuthProxy();
  const shared = await sandbox.write('shared/.credentials.json', proxy.credentials());
  const clients = ['one', 'two', 'three'].map(async (name) => {
    await mkdir(sandbox.at(name));
    await symlink(shared, sandbox.at(name, '.credentials.json'));
    const extra = { ...proxy.env, CLAUDE_CONFIG_DIR: sandbox.at(name) };
    return run(claude, ['-p', 'hello'], { cwd, env: sandbox.env({ extra }) });
  });
  const results = await Promise.all(clients);

  expect(proxy.events).toContain('refresh reused');
  expect(results.map(({ exitCode }) => exitCode)).toContain(1);
});

async function project() {
  const sandbox = await createSandbox();
  const api = await startMessagesApi();
  const cwd = await sandbox.repo('project');
  await sandbox.seedClaude({ trust: [cwd] });
  return { sandbox, api, cwd, env: sandbox.env({ api }) };
}

function writing(path: string): ToolCall {
  return { tool: 'Write', input: { file_path: path, content: 'hello' } };
}

function printing(text: string, steps: readonly Step[]): string[] {
  return ['-p', '--permission-mode', 'acceptEdits', prompt(text, steps)];
}

function outcome({ exitCode, stdout, stderr }: RunResult) {
  return { exitCode, stdout: stdout.toString(), stderr };
}
