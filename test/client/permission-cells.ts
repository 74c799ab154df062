import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectSlug } from '../../src/client/shared-dir.js';
import { converse } from '../support/conversation.js';
import type { Step, ToolCall, ToolResult } from '../support/messages-api.js';
import { createProject, type Project } from '../support/project.js';
import type { Program } from '../support/real-client.js';
import { someCells } from '../support/some-of.js';

const modes = ['default', 'acceptEdits', 'plan', 'dontAsk', 'bypassPermissions'] as const;
const lists = ['none', 'allow', 'ask', 'deny'] as const;

/** Whether the safety check lets a call run; `nothing`: the API does not offer the check. */
const auto = [...lists.map((list) => [list, 'yes'] as const), ['none', 'no'], ['none', 'nothing']] as const;

/** A file or folder that a model may want to change, and the rule with which users name it. */
interface Target {
  readonly name: string;
  readonly folder: string;
  readonly file: string;
  readonly pattern: string;
}

const fileTools = ['Read', 'Edit', 'Write'];
const tools = [...fileTools, 'Append', 'Remove'];
const targetNames = ['memory', 'skill', 'settings', 'other project'];
const autoTargets = ['memory', 'index', 'skill', 'instructions', 'project'];

/** A session in which the model tries each tool on each target. */
export interface Cell {
  readonly name: string;
  readonly mode: string;
  readonly list: (typeof lists)[number];
  /** Shell commands in place of the tools, with rules for commands: those of the list in the settings, or `--disallowedTools`. */
  readonly commands?: 'in settings' | 'disallowed';
  /** Played before the calls. */
  readonly steps?: readonly Step[];
  readonly tools?: readonly string[];
  readonly targets?: readonly string[];
  /**
   * The model makes shell calls in the same reply as all others. Otherwise each has its own reply: the client drops the calls that follow a
   * failed one.
   */
  readonly inOneReply?: boolean;
}

/** How users allow, ask about or deny commands: by their first word. */
const commandRules = ['Bash(echo:*)', 'Bash(rm:*)', 'Bash(python3:*)'];
const commandTargets = ['memory', 'conversations', 'skill', 'other project'];

function commandRow(mode: string): Cell[] {
  const inSettings = lists.map((list): Cell => ({ name: `${mode}, commands in the list ${list}`, mode, list, commands: 'in settings' }));
  return [...inSettings, { name: `${mode}, commands are disallowed`, mode, list: 'none', commands: 'disallowed' }];
}

/** The table: modes, rules, and the answers of auto mode's check. */
export const cells: readonly Cell[] = [
  ...someCells(
    modes.flatMap((mode) => lists.map((list): Cell => ({ name: `${mode}, rules in the list ${list}`, mode, list }))),
    lists.length,
    2,
  ),
  ...someCells(modes.flatMap(commandRow), lists.length + 1, 2),
  ...auto.map(
    ([list, check]): Cell => ({
      name: `auto, rules in the list ${list}, the check answers ${check}`,
      mode: 'auto',
      list,
      steps: check === 'nothing' ? [] : [{ check }],
      targets: autoTargets,
      inOneReply: true,
    }),
  ),
];

/** The results of the calls of a cell under plain `claude`; `npm run test:facts -- -u facts/permission` writes it again. */
export function recordOf({ name }: Cell): string {
  return fileURLToPath(new URL(`permissions/${name.replaceAll(/\W+/g, '-')}.json`, import.meta.url));
}

/** The result of each call, by the names of tool and target. */
export async function outcomes(program: Program, options: Omit<Cell, 'name'>): Promise<Record<string, string>> {
  const { mode, list, commands, steps = [] } = options;
  const project = await createProject();
  const targets = (await targetsIn(project)).filter(({ name }) =>
    (options.targets ?? (commands ? commandTargets : targetNames)).includes(name),
  );
  const rules = commands ? commandRules : targets.flatMap(({ pattern }) => [`Read(${pattern})`, `Edit(${pattern})`]);
  const settings = list === 'none' ? {} : { permissions: { [list]: rules } };
  await project.sandbox.write(project.shared('settings.json'), JSON.stringify({ ...settings, cleanupPeriodDays: 30 }));
  const disallowed = commands === 'disallowed' ? [`--disallowedTools=${commandRules.join(',')}`] : [];
  const conversation = converse(program, ['--permission-mode', mode, ...disallowed], project);
  const turns = commands
    ? targets.map((target): Turn => ({ calls: commandsOf(target), replies: commandsOf(target).map(([, call]) => call) }))
    : [toolTurn(targets, options)];
  const results: (ToolResult | undefined)[] = [];
  for (const { calls, replies } of turns) {
    const answers = await conversation.say('try it all', [...steps, ...replies]);
    results.push(...calls.map((_, at) => answers[at]));
  }
  // After many refusals in a row the client may give up.
  const { exitCode } = await conversation.end();
  const calls = turns.flatMap((turn) => turn.calls);
  return { ...Object.fromEntries(calls.map(([name], at) => [name, outcomeOf(results[at], project)])), end: String(exitCode) };
}

/** What the model does in one turn. */
interface Turn {
  readonly calls: readonly NamedCall[];
  readonly replies: readonly Step[];
}

type NamedCall = readonly [name: string, call: ToolCall];

/** Tries all tools, shell calls last. */
function toolTurn(targets: readonly Target[], { tools: wanted = tools, inOneReply = false }: Omit<Cell, 'name'>): Turn {
  const calls = targets
    .flatMap((target) => callsOf(target, wanted))
    .toSorted(([, one], [, other]) => Number(isShell(one)) - Number(isShell(other)));
  const all = calls.map(([, call]) => call);
  return {
    calls,
    replies: inOneReply ? [{ parallel: all }] : [{ parallel: all.filter((call) => !isShell(call)) }, ...all.filter(isShell)],
  };
}

function isShell({ tool }: ToolCall): boolean {
  return tool === 'Bash';
}

async function targetsIn({ sandbox, shared, cwd }: Project): Promise<Target[]> {
  const slug = projectSlug(cwd);
  const targets: Target[] = [
    { name: 'memory', folder: shared('projects', slug, 'memory'), file: 'note.md', pattern: `~/.claude/projects/${slug}/memory/**` },
    { name: 'conversations', folder: shared('projects', slug), file: 'earlier.txt', pattern: `~/.claude/projects/${slug}/**` },
    { name: 'skill', folder: shared('skills/x'), file: 'SKILL.md', pattern: '~/.claude/skills/**' },
    { name: 'settings', folder: shared(), file: 'settings.json', pattern: '~/.claude/settings*.json' },
    { name: 'index', folder: shared('projects', slug, 'memory'), file: 'MEMORY.md', pattern: `~/.claude/projects/${slug}/memory/**` },
    { name: 'instructions', folder: shared(), file: 'CLAUDE.md', pattern: '~/.claude/CLAUDE.md' },
    { name: 'project', folder: cwd, file: 'notes.md', pattern: './notes.md' },
    { name: 'other project', folder: sandbox.at('other'), file: 'file.md', pattern: '~/other/**' },
  ];
  for (const { folder, file } of targets) await sandbox.write(join(folder, file), '"cleanupPeriodDays":30\n');
  return targets;
}

function callsOf({ name, folder, file }: Target, wanted: readonly string[]): NamedCall[] {
  const path = join(folder, file);
  const calls: NamedCall[] = [
    [`Read ${name}`, { tool: 'Read', input: { file_path: path } }],
    [
      `Edit ${name}`,
      { tool: 'Edit', input: { file_path: path, old_string: '"cleanupPeriodDays":30', new_string: '"cleanupPeriodDays":40' } },
    ],
    [`Write ${name}`, { tool: 'Write', input: { file_path: join(folder, 'new.md'), content: 'new\n' } }],
    [`Append ${name}`, { tool: 'Bash', input: { command: `echo more >> ${join(folder, 'new.md')}`, description: 'Append' } }],
    [`Remove ${name}`, { tool: 'Bash', input: { command: `rm -f ${join(folder, 'new.md')}`, description: 'Remove' } }],
  ];
  return calls.filter(([call]) => wanted.some((tool) => call === `${tool} ${name}`));
}

/** Commands by which a model looks at files and writes them. */
function commandsOf({ name, folder, file }: Target): NamedCall[] {
  const [path, other] = [join(folder, file), join(folder, 'new.md')];
  const commands: Readonly<Record<string, string>> = {
    cat: `cat ${path}`,
    ls: `ls ${folder}`,
    grep: `grep -r cleanup ${folder}`,
    'cd and cat': `cd ${folder} && cat ${file}`,
    'cd and echo': `cd ${folder} && echo more >> new.md`,
    'echo >>': `echo more >> ${other}`,
    sed: `sed -i s/30/31/ ${path}`,
    rm: `rm -f ${other}`,
    variable: `F=${other}; echo more >> "$F"`,
    eval: `eval 'echo more >> ${other}'`,
    python: `python3 -c 'open("${other}", "a").write("more\\n")'`,
  };
  return Object.entries(commands).map(([what, command]) => [
    `${what}, ${name}`,
    { tool: 'Bash', input: { command, description: `Try ${what}` } },
  ]);
}

/** The answer that the model received, without the parts that differ from run to run. */
function outcomeOf(result: ToolResult | undefined, { sandbox }: Project): string {
  if (!result) return 'not tried';
  if (!result.isError) return 'done';
  const memory = `~/.claude/projects/${projectSlug(sandbox.at('project'))}/memory/`;
  const shared = result.text
    .replaceAll(sandbox.home, '~')
    .replaceAll(/~\S+\/upper\/\w+\/\.claude\//g, '~/.claude/')
    .replaceAll(/~\S+\/sessions\/\w+\/memory\/\w+\//g, memory);
  return shared.replaceAll(projectSlug(sandbox.home), '~');
}
