import { mkdir } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { entryOf } from '../../../support/log-entries.js';
import { git } from '../../../support/git.js';
import { install } from '../../../support/installed.js';
import type { Program } from '../../../support/real-client.js';
import { run } from '../../../support/run.js';
import { createSandbox } from '../../../support/sandbox.js';
import { shellPrompt } from '../../../support/shell.js';
import { openTerminal } from '../../../support/terminal.js';

interface Shell {
  readonly name: string;
  readonly args: readonly string[];
  /** Makes the prompt plain if the environment does not. */
  readonly before: string;
  readonly init: string;
}

const SHELLS: readonly Shell[] = [
  { name: 'bash', args: ['--norc', '--noprofile', '-i'], before: '', init: 'eval "$(pclaudectl init bash)"' },
  { name: 'zsh', args: ['-f', '-i'], before: 'autoload -Uz compinit && compinit -u -D', init: 'eval "$(pclaudectl init zsh)"' },
  {
    name: 'fish',
    args: ['--no-config', '-i'],
    before: `function fish_prompt; echo -n '${shellPrompt}'; end`,
    init: 'pclaudectl init fish | source',
  },
];

/** Ctrl-U removes what was typed. */
const CLEAR_LINE = '\x15';

const COMPLETED: readonly (readonly [typed: string, completed: string])[] = [
  ['pclaude --permission-m', 'pclaude --permission-mode'],
  ['pclaude -p --permission-mode dont', 'pclaude -p --permission-mode dontAsk'],
  ['pclaude --model=son', 'pclaude --model=sonnet'],
  ['pclaude --add-dir fol', 'pclaude --add-dir folder/'],
  ['pclaude --settings set', 'pclaude --settings settings-of-mine.json'],
  ['pclaude ultra', 'pclaude ultrareview'],
  ['pclaude plugins uninst', 'pclaude plugins uninstall'],
  ['pclaude --agent mcp --output-format stream', 'pclaude --agent mcp --output-format stream-json'],
  ['claude --permission-m', 'claude --permission-mode'],
  ['pclaudectl ses', 'pclaudectl sessions'],
  ['pclaudectl gc --dry', 'pclaudectl gc --dry-run'],
  ['pclaudectl log rest', 'pclaudectl log restore'],
  ['pclaudectl init zs', 'pclaudectl init zsh'],
  ['pclaudectl merge k3', 'pclaudectl merge k3j2h4g5f6'],
  ['pclaudectl log --session k3', 'pclaudectl log --session k3j2h4g5f6'],
  ['pclaudectl worktree add feat/o', 'pclaudectl worktree add feat/one'],
  ['pclaudectl wt add new --from feat/o', 'pclaudectl wt add new --from feat/one'],
  ['pclaudectl worktree remove tre', 'pclaudectl worktree remove tree/two'],
  ['pclaudectl conflicts resolve not', 'pclaudectl conflicts resolve notes.md'],
  ['pclaudectl log show 4t', 'pclaudectl log show 4t1bq9zd0e'],
  ['pclaudectl log restore 4t1b set', 'pclaudectl log restore 4t1b settings-of-mine.json'],
];

describe.each(SHELLS)('in $name', (shell) => {
  test('completes options, values, commands, files, sessions, branches, worktrees, conflicts and log entries', async () => {
    const { terminal } = await open(shell);
    const lines: (string | undefined)[] = [];
    for (const [typed, completed] of COMPLETED) {
      terminal.type(`${typed}\t`);
      lines.push(lastLine(await terminal.waitFor((screen) => lastLine(screen) === `${shellPrompt}${completed}`)));
      terminal.type(CLEAR_LINE);
      await terminal.waitFor((screen) => lastLine(screen) === shellPrompt);
    }
    expect(lines).toEqual(COMPLETED.map(([, completed]) => `${shellPrompt}${completed}`));
  });

  test('lists several matching words', async () => {
    const { terminal } = await open(shell);
    // Bash lists them at the second Tab, after it has inserted what they have in common.
    terminal.type('pclaude --permission\t\t\t');

    expect(await terminal.waitFor(/rmission-mode[^]*rmission-prompts/)).toContain('rmission-prompts');
  });

  test('completes claude like pclaude', async () => {
    const { terminal } = await open(shell, { PCLAUDE_CLAUDE_PATH: '/no/client' });
    terminal.type('claude --version\r');

    expect(await terminal.waitFor(/is not a program/)).toContain('pclaude: /no/client is not a program');
  });

  test('does not complete claude with --no-alias', async () => {
    const { sandbox, env } = await prepare();
    const { stdout } = await run({ name: 'init', file: '/bin/sh', args: ['-c', `pclaudectl init ${shell.name} --no-alias`], env: {} }, [], {
      cwd: sandbox.home,
      env,
    });

    expect(stdout.toString()).not.toContain('alias claude');
    expect(stdout.toString()).toContain('pclaude');
  });
});

// Bash shows no descriptions.
test.each([
  ['zsh', '-- Begin'],
  ['fish', '(Begin)'],
])('in %s each branch is listed with the subject of its commit', async (name, about) => {
  const [shell] = SHELLS.filter((each) => each.name === name);
  if (!shell) throw new Error(`no shell ${name}`);
  const { terminal } = await open(shell);
  terminal.type('pclaudectl worktree add \t\t');
  const screen = await terminal.waitFor((text) => text.includes(about));
  expect(['feat/one', 'main', 'tree/two'].filter((branch) => screen.includes(branch))).toHaveLength(3);
});

test('an unknown shell is refused, with a list of the known ones', async () => {
  const { sandbox, env } = await prepare();

  expect(
    await run({ name: 'init', file: '/bin/sh', args: ['-c', 'pclaudectl init tcsh'], env: {} }, [], { cwd: sandbox.home, env }),
  ).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('Allowed choices are bash, zsh, fish'),
  });
});

async function prepare() {
  const sandbox = await createSandbox();
  const { folder } = await install(sandbox);
  await mkdir(sandbox.at(sandbox.stateDir, 'sessions', 'k3j2h4g5f6'), { recursive: true });
  await mkdir(sandbox.at('work', 'folder'), { recursive: true });
  await sandbox.write('work/settings-of-mine.json', '{}');
  await git(sandbox.at('work'), 'init', '--quiet', '--initial-branch=main');
  await git(sandbox.at('work'), 'commit', '--quiet', '--allow-empty', '--message=Begin');
  await git(sandbox.at('work'), 'branch', 'feat/one');
  await git(sandbox.at('work'), 'worktree', 'add', '--quiet', '-b', 'tree/two', '../two');
  await sandbox.write('.claude/notes.conflict-main-0123456789.md', 'ours\n');
  await sandbox.write(
    `${sandbox.stateDir}/log/${sandbox.at('.claude').replaceAll(/[^a-zA-Z0-9]/g, '-')}/000001.jsonl`,
    JSON.stringify(entryOf('4t1bq9zd0e')),
  );
  return {
    sandbox,
    env: sandbox.env({ path: [folder], extra: { PS1: shellPrompt, HISTFILE: '', fish_history: '', ZDOTDIR: sandbox.home } }),
  };
}

/** A shell that has run the output of `pclaudectl init`, as a line of its start-up file. */
async function open({ name, args, before, init }: Shell, extra: Readonly<Record<string, string>> = {}) {
  const { sandbox, env } = await prepare();
  const program: Program = { name, file: '/usr/bin/env', args: [name, ...args], env: {} };
  const terminal = openTerminal(program, [], { cwd: sandbox.at('work'), env: { ...env, ...extra } });
  for (const command of [before, init, 'clear']) {
    terminal.type(`${command}\r`);
    // A shell that is still starting would show typed text twice.
    await terminal.waitFor((screen) => lastLine(screen) === shellPrompt);
  }
  return { terminal };
}

function lastLine(screen: string): string | undefined {
  return screen.trimEnd().split('\n').at(-1)?.trimEnd();
}
