import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { apiKey } from '../support/environment.js';
import { prompt } from '../support/messages-api.js';
import { clientPath, pclaude, pclaudectl } from '../support/real-client.js';
import { run } from '../support/run.js';
import { editMemory, readMemory, writeMemory } from './memory-calls.js';
import { firstEntry, firstIndex, memoryProject } from './memory-project.js';

test('the log has every change of a session to memory, and each can be undone; it contains nothing of a token', async () => {
  const { cwd, env, sandbox, memory, memoryFiles, readMemoryFile, stateFile } = await memoryProject();
  const ctl = async (...args: string[]): Promise<string> => {
    const { stdout, stderr, exitCode } = await run(pclaudectl, ['log', ...args], { cwd, env });
    expect([stderr, exitCode]).toEqual(['', 0]);
    return stdout.toString();
  };
  const steps = [
    writeMemory('voice.md', 'It buffers.\n'),
    readMemory('MEMORY.md'),
    editMemory('MEMORY.md', firstEntry, '- [Voice](voice.md)\n'),
    {
      tool: 'Bash',
      input: {
        description: 'Add a server',
        command: `${clientPath()} mcp add --scope user --transport http web https://example.invalid --header "Authorization: Bearer TOKEN"`,
      },
    },
    { text: 'Noted.' },
  ];
  const { stderr, exitCode } = await run(pclaude, ['-p', '--allowedTools', 'Bash', '--', prompt('Take notes', steps)], { cwd, env });
  expect([stderr, exitCode]).toEqual(['', 0]);
  expect(await sandbox.read(stateFile)).toContain('Bearer TOKEN');

  const folder = join(sandbox.stateDir, 'log');
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.jsonl'));
  const text = (await Promise.all(files.map(async (name) => readFile(join(folder, name), 'utf8')))).join('');
  expect(text).toContain('It buffers.');
  for (const secret of ['TOKEN', apiKey, apiKey.slice(-20)]) expect(text).not.toContain(secret);
  for (const name of files) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);

  const list = await ctl();
  for (const entry of list.split('\n\n'))
    expect(entry).toMatch(/^\w{10} {2}[\d-]+ [\d:]+, 0m ago\n {2}from main, session \w{10}, pid \d+\n {2}merged {4}~\/\.claude/);
  const states = v.parse(v.array(v.object({ id: v.string() })), JSON.parse(await ctl('--json', '.claude.json')));
  const shown = await Promise.all(states.map(async ({ id }) => ctl('show', id)));
  expect(shown.join('')).toMatch(/~\/\.claude\.json: keys that change: .*\bmcpServers/);
  expect(
    list
      .split('\n')
      .filter((line) => line.includes('/memory/'))
      .map((line) => line.replace(/~.*\//, '')),
  ).toEqual(['  merged    MEMORY.md  +1 -1', '  merged    voice.md  +1']);

  const idOf = async (name: string): Promise<string> => (await ctl('-n', '1', name)).slice(0, 10);
  expect(await ctl('show', await idOf('MEMORY.md'))).toContain(`\n # Notes\n-${firstEntry}+- [Voice](voice.md)\n`);
  await ctl('restore', await idOf('MEMORY.md'));
  const made = await idOf('voice.md');
  await ctl('restore', made, 'voice.md');
  expect([await memoryFiles(), await readMemoryFile('MEMORY.md')]).toEqual([['MEMORY.md', 'start.md'], firstIndex]);
  await ctl('restore', await idOf(join(memory, 'voice.md')));
  expect(await readMemoryFile('voice.md')).toBe('It buffers.\n');
});
