import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { projectSlug } from '../../src/client/shared-dir.js';
import { converse, type Conversation } from '../support/conversation.js';
import {
  prompt,
  systemText,
  toolResults,
  userTexts,
  type ModelRequest,
  type Step,
  type ToolCall,
  type ToolResult,
} from '../support/messages-api.js';
import { createProject, openHomes, type Project } from '../support/project.js';
import { claude, pclaude, type Program } from '../support/real-client.js';
import { openTerminal, pressUntil } from '../support/terminal.js';
import { someOf } from '../support/some-of.js';

/** Both modes ask about or refuse every call that no rule and no exception of the client allows. */
const modes = ['default', 'dontAsk'] as const;
const programs = [claude, pclaude] as const;

describe('plan mode', () => {
  test('writes its plan as under claude, and the plan reaches the shared dir', async () => {
    for (const program of programs) {
      const project = await createProject();
      const conversation = converse(program, ['--permission-mode', 'plan'], project);
      await conversation.say('think', []);
      const plan = planFile(conversation.request());
      const written = await conversation.say('plan', [
        { tool: 'Write', input: { file_path: plan, content: '# Plan\n\n1. Begin\n' } },
        { tool: 'Edit', input: { file_path: plan, old_string: '1. Begin', new_string: '1. Begin\n2. End' } },
        { tool: 'Write', input: { file_path: join(project.cwd, 'other.md'), content: 'not a plan' } },
      ]);

      expect([program.name, outcomes(written)]).toEqual([program.name, ['Write ok', 'Edit ok', 'Write refused']]);
      expect((await conversation.end()).exitCode).toBe(0);
      const [name = ''] = await readdir(project.shared('plans'));
      expect(await project.sandbox.read(project.shared('plans', name))).toBe('# Plan\n\n1. Begin\n2. End\n');
    }
  });

  test('shows the plan and lets the user approve it as under claude', async () => {
    for (const program of programs) {
      const { api, cwd, env, sandbox, shared } = await createProject();
      const terminal = openTerminal(program, ['--permission-mode', 'plan'], { cwd, env, rows: 60 });
      await terminal.waitFor(/^❯/m);
      await terminal.submit(prompt('Think about it', [{ text: 'I have thought.' }]));
      await terminal.waitFor(/I have thought\./);
      const plan = planFile(lastMain(api.requests));
      await terminal.submit(
        prompt('Now plan it', [
          { tool: 'Write', input: { file_path: plan, content: 'Plant a tree first.\n' } },
          { tool: 'ExitPlanMode', input: {} },
          { text: 'The plan is approved.' },
        ]),
      );
      expect(await terminal.waitFor(/proceed\?/)).toContain('Plant a tree first.');
      await pressUntil(terminal, '\r', (screen) => !screen.includes('proceed?'));
      await terminal.waitFor(/The plan is approved\./);

      await terminal.submit('/exit');
      expect((await terminal.exit).exitCode).toBe(0);
      const [name = ''] = await readdir(shared('plans'));
      expect(await sandbox.read(shared('plans', name))).toBe('Plant a tree first.\n');
    }
  });

  test('sessions that run at once keep all their plans, beside the older ones', async () => {
    const project = await createProject();
    await project.sandbox.write(project.shared('plans/older.md'), 'an older plan\n');
    const conversations = [claude, pclaude, pclaude].map((program) => converse(program, ['--permission-mode', 'plan'], project));
    await Promise.all(conversations.map(async (conversation) => conversation.say('think', [])));
    for (const [at, conversation] of conversations.entries()) {
      await conversation.say('plan', [{ tool: 'Write', input: { file_path: planFile(conversation.request()), content: `plan ${at}\n` } }]);
    }
    for (const conversation of conversations) await conversation.end();

    const plans = await readdir(project.shared('plans'));
    const contents = await Promise.all(plans.map(async (name) => project.sandbox.read(project.shared('plans', name))));
    expect(contents.toSorted()).toEqual(['an older plan\n', 'plan 0\n', 'plan 1\n', 'plan 2\n']);
  });
});

describe('an agent with a memory of its own', () => {
  test.each(someOf(modes))('can read and write it as under claude in %s mode', async (mode) => {
    for (const program of programs) {
      const project = await projectWithKeeper();
      await project.sandbox.write(project.shared('agent-memory/keeper/MEMORY.md'), '- [Old](old.md)\n');
      const conversation = converse(program, ['--permission-mode', mode], project);
      await conversation.say('hello', []);
      const memory = join(await configDir(project, program), 'agent-memory/keeper');
      const delegated = await conversation.say('delegate', [
        keeping([
          { tool: 'Read', input: { file_path: join(memory, 'MEMORY.md') } },
          {
            tool: 'Edit',
            input: {
              file_path: join(memory, 'MEMORY.md'),
              old_string: '- [Old](old.md)\n',
              new_string: '- [Old](old.md)\n- [New](new.md)\n',
            },
          },
          { tool: 'Write', input: { file_path: join(memory, 'new.md'), content: 'something new\n' } },
        ]),
      ]);
      expect(outcomes(delegated)).toEqual(['Agent ok']);
      const keeper = project.api.requests.findLast(({ agentId }) => agentId !== undefined);
      expect([program.name, keeper && outcomes(toolResults(keeper))]).toEqual([program.name, ['Read ok', 'Edit ok', 'Write ok']]);
      expect(keeper && systemText(keeper)).toContain('- [Old](old.md)');

      expect((await conversation.end()).exitCode).toBe(0);
      expect(await project.sandbox.read(project.shared('agent-memory/keeper/MEMORY.md'))).toBe('- [Old](old.md)\n- [New](new.md)\n');
      expect(await project.sandbox.read(project.shared('agent-memory/keeper/new.md'))).toBe('something new\n');
    }
  });

  test('merges what the same agent learns in two sessions at once', async () => {
    const project = await projectWithKeeper();
    const { sandbox, shared } = project;
    await sandbox.write(shared('agent-memory/keeper/MEMORY.md'), '- [Old](old.md)\n');
    const homes: string[] = [];
    const conversations: Conversation[] = [];
    for (const _ of ['one', 'two']) {
      const conversation = converse(pclaude, [], project);
      await conversation.say('hello', []);
      homes.push(...(await openHomes(sandbox)).filter((home) => !homes.includes(home)));
      conversations.push(conversation);
    }
    for (const [at, conversation] of conversations.entries()) {
      const memory = join(homes[at] ?? '', 'agent-memory/keeper');
      await conversation.say('delegate', [
        keeping([
          { tool: 'Read', input: { file_path: join(memory, 'MEMORY.md') } },
          {
            tool: 'Edit',
            input: {
              file_path: join(memory, 'MEMORY.md'),
              old_string: '- [Old](old.md)\n',
              new_string: `- [Old](old.md)\n- [New ${at}](new-${at}.md)\n`,
            },
          },
          { tool: 'Write', input: { file_path: join(memory, `new-${at}.md`), content: `learned in session ${at}\n` } },
        ]),
      ]);
    }
    for (const conversation of conversations) expect(await conversation.end()).toMatchObject({ exitCode: 0, stderr: '' });

    const lines = (await sandbox.read(shared('agent-memory/keeper/MEMORY.md'))).trim().split('\n');
    expect(lines.toSorted()).toEqual(['- [New 0](new-0.md)', '- [New 1](new-1.md)', '- [Old](old.md)']);
    expect((await readdir(shared('agent-memory/keeper'))).toSorted()).toEqual(['MEMORY.md', 'new-0.md', 'new-1.md']);
  });
});

describe('a large output', () => {
  test.each(someOf(modes, 2))('can be read back as under claude in %s mode', async (mode) => {
    for (const program of programs) {
      const project = await createProject();
      const conversation = converse(program, ['--permission-mode', mode], project);
      const [output] = await conversation.say('count', [{ tool: 'Bash', input: { command: 'seq 1 30000', description: 'Count' } }]);
      const file = /saved to: (\S+)/.exec(output?.text ?? '')?.[1] ?? '';
      const read = await conversation.say('look', [
        { tool: 'Read', input: { file_path: file, offset: 20_000, limit: 3 } },
        { tool: 'Read', input: { file_path: await project.sandbox.write('private.txt', 'not for the model') } },
      ]);

      expect([program.name, read.at(0)?.isError, read.at(0)?.text]).toEqual([program.name, false, expect.stringContaining('20001')]);
      // Outside the project the client asks or refuses: pclaude's rules allow nothing else.
      expect([program.name, read.at(1)?.isError]).toEqual([program.name, true]);
      await conversation.end();
    }
  });
});

test('in a linked worktree, commands list the folder of its own project, and not that of the main working tree, as under claude', async () => {
  const results = [];
  for (const program of programs) {
    const project = await createProject();
    const { sandbox, shared, cwd } = project;
    const [worktree = ''] = await sandbox.worktrees('project', 1);
    await sandbox.seedClaude({ trust: [cwd, worktree] });
    const folders = [worktree, cwd].map((path) => shared('projects', projectSlug(path)));
    for (const folder of folders) await sandbox.write(join(folder, 'memory/note.md'), 'note\n');
    const commands = folders.flatMap((folder) => [`ls ${folder}`, `ls ${folder}/memory`, `cat ${folder}/memory/note.md`]);
    const conversation = converse(program, [], { ...project, cwd: worktree });
    const answers = await conversation.say(
      'look',
      commands.map((command) => ({ tool: 'Bash', input: { command, description: 'Look' } })),
    );
    await conversation.end();
    results.push(answers.map(({ isError }) => (isError ? 'refused' : 'ok')));
  }
  expect(results[1]).toEqual(results[0]);
  expect(results[0]).toEqual(['ok', 'ok', 'ok', 'refused', 'refused', 'ok']);
});

describe('a file in the config dir, by its path there', () => {
  const fill = [
    'skills/x/SKILL.md',
    'agents/keeper.md',
    'commands/c.md',
    'rules/r.md',
    'output-styles/o.md',
    'CLAUDE.md',
    'plans/old.md',
    'agent-memory/keeper/MEMORY.md',
    'notes/note.md',
    'top.md',
  ];

  /** The results of calls of the main agent, by the path in the config dir. */
  async function outcomesIn(program: Program, mode: string, check: readonly Step[]): Promise<Record<string, string>> {
    const project = await createProject();
    for (const place of fill) await project.sandbox.write(project.shared(place), `---\nname: x\ndescription: It is ${place}\n---\none\n`);
    await project.sandbox.write(project.shared('settings.json'), '{"cleanupPeriodDays":30}');
    const conversation = converse(program, ['--permission-mode', mode], project);
    const [output] = await conversation.say('count', [...check, { tool: 'Bash', input: { command: 'seq 1 30000', description: 'Count' } }]);
    const dir = await configDir(project, program);
    const calls: Record<string, ToolCall> = {
      ...Object.fromEntries(
        ['skills/x/SKILL.md', 'plans/old.md'].map((place) => [
          `cat ${place}`,
          { tool: 'Bash', input: { command: `cat ${join(dir, place)}`, description: 'Look' } },
        ]),
      ),
      'Read tool results': { tool: 'Read', input: { file_path: /saved to: (\S+)/.exec(output?.text ?? '')?.[1] ?? '', limit: 3 } },
      ...Object.fromEntries(
        [...fill, 'settings.json'].map((place) => [`Read ${place}`, { tool: 'Read', input: { file_path: join(dir, place) } }]),
      ),
      ...Object.fromEntries(
        fill.map((place) => [
          `Edit ${place}`,
          { tool: 'Edit', input: { file_path: join(dir, place), old_string: 'one', new_string: '1' } },
        ]),
      ),
      ...Object.fromEntries(
        ['skills/x', 'agents', 'plans', 'agent-memory/keeper', 'notes', '.'].map((folder) => [
          `Write ${folder}`,
          { tool: 'Write', input: { file_path: join(dir, folder, 'new.md'), content: 'new\n' } },
        ]),
      ),
    };
    // After many refusals in a row the client gives up: it counts those of one reply as one.
    const all = Object.values(calls);
    const results = await conversation.say('try it all', [
      ...check,
      ...all.filter(({ tool }) => tool === 'Bash'),
      { parallel: all.filter(({ tool }) => tool !== 'Bash') },
    ]);
    const resultOf = ({ tool, input }: ToolCall): ToolResult | undefined =>
      results.find((result) => result.tool === tool && pathIn(result.input) === pathIn(input));
    await conversation.end();
    // For a path with a link on the way the client prints more, and names the target; the decision is the same.
    const words = (text: string): string =>
      text
        .replaceAll(dir, '<dir>')
        .replaceAll(project.shared(), '<dir>')
        .replace(/ \S+ resolves through a symlink to \S+, which is outside the allowed working directories\./, '')
        .replaceAll(project.sandbox.home, '~');
    return Object.fromEntries(
      Object.entries(calls).map(([name, call]) => [
        name,
        resultOf(call)?.isError === false ? 'done' : words(resultOf(call)?.text ?? 'not tried'),
      ]),
    );
  }

  test.each<readonly [mode: string, answer: string, check: readonly Step[]]>([
    ['default', 'is not asked', []],
    ['auto', 'answers yes', [{ check: 'yes' }]],
    ['auto', 'answers no', [{ check: 'no' }]],
    ['auto', 'is not offered', []],
  ])('has the same permissions in %s mode as under claude; the check %s', async (mode, _, check) => {
    const [plain, ours] = await Promise.all(programs.map(async (program) => outcomesIn(program, mode, check)));

    expect(Object.values(plain ?? {})).toContain('done');
    expect(Object.values(plain ?? {})).not.toContain('not tried');
    // The client edits a file that is itself a link only by the path of its target, which it names.
    const linked =
      mode === 'auto'
        ? {
            'Edit CLAUDE.md':
              "Refusing to write <dir>/CLAUDE.md: it is a symbolic link. Write to the link's target path instead: <dir>/CLAUDE.md.",
          }
        : {};
    expect(ours).toEqual({ ...plain, ...linked });
  });
});

/** The file or the command of a call; the client adds omitted values to its input. */
function pathIn(input: unknown): string | undefined {
  const { file_path: path, command } = v.parse(v.object({ file_path: v.optional(v.string()), command: v.optional(v.string()) }), input);
  return path ?? command;
}

async function projectWithKeeper(): Promise<Project> {
  const project = await createProject();
  await project.sandbox.write(
    project.shared('agents/keeper.md'),
    '---\nname: keeper\ndescription: Keeps notes\nmemory: user\n---\nYou keep notes.\n',
  );
  return project;
}

function keeping(steps: readonly Step[]): Step {
  return {
    tool: 'Agent',
    input: { description: 'keep', prompt: prompt('keep', steps), subagent_type: 'keeper', run_in_background: false },
  };
}

/** The config dir of the one running session. */
async function configDir({ sandbox, shared }: Project, program: Program): Promise<string> {
  if (program === claude) return shared();
  const [home = ''] = await openHomes(sandbox);
  return home;
}

function planFile(request: ModelRequest): string {
  return /(\S+\/plans\/\S+\.md)/.exec([...userTexts(request), systemText(request)].join('\n'))?.[1] ?? '';
}

function lastMain(requests: readonly ModelRequest[]): ModelRequest {
  const last = requests.findLast(({ agentId }) => agentId === undefined);
  if (last === undefined) throw new Error('nothing was asked');
  return last;
}

function outcomes(results: readonly ToolResult[]): string[] {
  return results.map(({ tool, isError }) => `${tool} ${isError ? 'refused' : 'ok'}`);
}
