import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { lastRequests, prompt, type Step, userTexts } from '../support/messages-api.js';
import { createProject } from '../support/project.js';
import { claude, pclaude, pclaudectl, type Program } from '../support/real-client.js';
import { run } from '../support/run.js';
import { clientPrompt, openTerminal } from '../support/terminal.js';
import { editMemory, readMemory, writeMemory } from './memory-calls.js';
import { firstEntry, memoryProject } from './memory-project.js';

/** Two memories, and the line in the index for them. */
const twoMemories = [
  writeMemory('voice.md', 'It buffers.\n'),
  writeMemory('wake.md', 'It wakes.\n'),
  readMemory('MEMORY.md'),
  editMemory('MEMORY.md', firstEntry, `${firstEntry}- [Voice](voice.md)\n- [Wake](wake.md)\n`),
  { text: 'Noted.' },
];

test.each<readonly [what: string, program: Program, extra: Record<string, string>, lines: string[]]>([
  ['claude prints nothing', claude, {}, []],
  ['pclaude reports the merge', pclaude, {}, ['pclaude: merged 2 memories from main']],
  ['with PCLAUDE_QUIET=1 pclaude prints nothing', pclaude, { PCLAUDE_QUIET: '1' }, []],
])('after a session at a terminal %s', async (_what, program, extra, lines) => {
  const project = await memoryProject();
  const terminal = openTerminal(program, [], { cwd: project.cwd, env: { ...project.env, ...extra } });
  await terminal.waitFor(clientPrompt);
  await terminal.submit(prompt('Take notes', twoMemories));
  await terminal.waitFor(/Noted\./);
  await terminal.submit('/exit');
  await terminal.exit;
  expect(terminal.output().match(/pclaude: [^\r\n]*/g) ?? []).toEqual(lines);
  expect(await project.memoryFiles()).toEqual(['MEMORY.md', 'start.md', 'voice.md', 'wake.md']);
});

test('the line after a session, and its list of what was merged, count what the log counts: memory, and skills that a tool or a command changed', async () => {
  const project = await memoryProject();
  const { cwd, env, sandbox, shared } = project;
  await sandbox.write(shared('settings.json'), '{"skipDangerousModePermissionPrompt":true}\n');
  const [edited, appended] = [shared('skills/a/SKILL.md'), shared('skills/b/SKILL.md')];
  for (const path of [edited, appended]) await sandbox.write(path, 'Be brief.\n');
  const steps: Step[] = [
    writeMemory('voice.md', 'It buffers.\n'),
    { tool: 'Read', input: { file_path: edited } },
    { tool: 'Edit', input: { file_path: edited, old_string: 'brief', new_string: 'kind' } },
    { tool: 'Bash', input: { description: 'Add a line', command: 'echo "Be quick." >> ~/.claude/skills/b/SKILL.md' } },
    { text: 'Noted.' },
  ];
  const terminal = openTerminal(pclaude, ['--permission-mode', 'bypassPermissions'], { cwd, env, cols: 160 });
  await terminal.waitFor(clientPrompt);
  await terminal.submit(prompt('Take notes', steps));
  await terminal.waitFor(/Noted\./);
  await terminal.submit('/exit');
  await terminal.exit;
  expect(terminal.output().match(/pclaude: [^\r\n]*/g)).toEqual([
    'pclaude: merged 1 memory and skills/a/SKILL.md and skills/b/SKILL.md from main',
  ]);

  const logged = JSON.parse((await run(pclaudectl, ['log', '--json', '--all'], { cwd, env })).stdout.toString());
  const places = v.parse(Logged, logged).flatMap(({ files }) => files.map(({ place }) => place));
  const [id = ''] = await readdir(join(sandbox.stateDir, 'sessions'));
  const journal = (await sandbox.read(join(sandbox.stateDir, 'sessions', id, 'merged.jsonl'))).trim().split('\n');
  expect(new Set(journal.map((line) => v.parse(Journaled, JSON.parse(line)).path))).toEqual(new Set(places));
});

const Logged = v.array(v.object({ files: v.array(v.object({ place: v.string() })) }));
const Journaled = v.object({ path: v.string() });

test('two sessions have made MEMORY.md longer than the part that Claude reads: each reports at its end which memory it does not see, and that is true', async () => {
  const project = await memoryProject();
  const { api, cwd, env, sandbox, memory, readMemoryFile } = project;
  const entries = Array.from({ length: 199 }, (_, at) => `- [Note ${at + 1}](n${at + 1}.md)\n`);
  const last = entries.at(-1) ?? '';
  await sandbox.write(`${memory}/MEMORY.md`, entries.join(''));
  const add = (name: string): Step[] => [
    readMemory('MEMORY.md'),
    { barrier: 'both have read', parties: 2 },
    writeMemory(`${name}.md`, `${name}\n`),
    editMemory('MEMORY.md', last, `${last}- [${name}](${name}.md)\n`),
    { text: 'Noted.' },
  ];
  const terminals = ['one', 'two'].map((name) => ({ name, terminal: openTerminal(pclaude, [], { cwd, env, cols: 200 }) }));
  await Promise.all(
    terminals.map(async ({ name, terminal }) => {
      await terminal.waitFor(clientPrompt);
      await terminal.submit(prompt(`Take a note of ${name}`, add(name)));
      await terminal.waitFor(/Noted\./);
    }),
  );
  const lines = (await readMemoryFile('MEMORY.md')).trim().split('\n');
  const unseen = /\((.*)\)/.exec(lines.at(-1) ?? '')?.[1];
  expect([lines.length, lines.filter((line) => /\[(?:one|two)\]/.test(line)).length]).toEqual([201, 2]);
  expect(unseen).toMatch(/^(?:one|two)\.md$/);

  for (const { terminal } of terminals) {
    await terminal.submit('/exit');
    await terminal.exit;
    expect(terminal.output().match(/pclaude: merged [^\r\n]*/g)).toEqual([
      `pclaude: merged 1 memory from main; MEMORY.md is 201 lines long, and Claude reads 200: it does not see ${unseen}; make it shorter`,
    ]);
  }
  const before = api.requests.length;
  await run(claude, ['-p', prompt('What is known?', [])], { cwd, env });
  const texts = lastRequests(api.requests.slice(before)).flatMap(userTexts).join('\n');
  expect(/cut off, starting at line 201 \("- \[\w+\]\((.*?)\)"\)/.exec(texts)?.[1]).toBe(unseen);
});

test('with -p it reports no merge', async () => {
  const { cwd, env, memoryFiles } = await memoryProject();
  const { stderr, exitCode } = await run(pclaude, ['-p', prompt('Take notes', twoMemories)], { cwd, env });
  expect([stderr, exitCode]).toEqual(['', 0]);
  expect(await memoryFiles()).toEqual(['MEMORY.md', 'start.md', 'voice.md', 'wake.md']);
});

test('with -p it reports a conflict, which can then be settled', async () => {
  const { api, cwd, env, sandbox, shared } = await createProject();
  await sandbox.write(shared('plans/voice.md'), '# Plan\nbuffer\n');
  const change = {
    tool: 'Bash',
    input: { description: 'Change the plan', command: 'printf "# Plan\\nbuffer twice\\n" > "$CLAUDE_CONFIG_DIR/plans/voice.md"' },
  };
  const session = run(
    pclaude,
    ['-p', '--allowedTools', 'Bash', '--', prompt('Change the plan', [{ hold: 'begun' }, change, { text: 'Done.' }])],
    { cwd, env },
  );
  await api.arrived('begun', 1);
  await sandbox.write(shared('plans/voice.md'), '# Plan\nbuffer never\n');
  api.release('begun');
  const { stdout, stderr, exitCode } = await session;
  expect([stdout.toString(), stderr, exitCode]).toEqual([
    'Done.\n',
    'pclaude: 1 conflict in plans/voice.md from main, both versions kept: pclaudectl conflicts\n',
    0,
  ]);

  const list = async (): Promise<string> => (await run(pclaudectl, ['conflicts'], { cwd, env })).stdout.toString();
  expect(await list()).toMatch(/^~\/\.claude\/plans\/voice\.md\n {2}from main, 0m ago: voice\.conflict-main-\w{10}\.md\n$/);
  await run(pclaudectl, ['conflicts', 'resolve', 'plans/voice.md', '--ours'], { cwd, env });
  expect(await sandbox.read(shared('plans/voice.md'))).toBe('# Plan\nbuffer twice\n');
  expect(await list()).toBe('');
});
