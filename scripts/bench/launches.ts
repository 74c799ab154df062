import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { openHomes } from '../../test/support/project.js';
import { pclaude } from '../../test/support/real-client.js';
import { createSandbox, type Sandbox } from '../../test/support/sandbox.js';
import { type Case, expectThat, type Part } from './part.js';

import type { Reading } from './rows.js';
import { STAGES_BEGIN, time } from './timer.js';

const CHANGED = 20;
/** How long a client runs, in seconds, before it may end: its launcher has loaded what it needs at the end by then. */
const SETTLE = 0.7;

/** What a launch and an end cost, compared with node itself. */
export const launches: Part = {
  title: '10,000 transcripts, 1,000 skills, 500 memories',
  rounds: 8,
  warmUp: 1,
  rows: [
    {
      id: 'launch',
      what: 'start of pclaude to start of the client / `node -e 0`',
      unit: 'ratio',
      goal: 'at most 1.5',
      of: 'session.startWall',
      per: 'node.wall',
    },
    {
      id: 'launch-cpu',
      what: 'the same, processor time',
      unit: 'ratio',
      of: 'changes.startCpu',
      per: 'node.cpu',
    },
    {
      id: 'ready-cpu',
      what: 'start of pclaude until it only waits, processor time / `node -e 0`',
      unit: 'ratio',
      of: 'changes.readyCpu',
      per: 'node.cpu',
    },
    {
      id: 'launch-large',
      what: 'start of pclaude to start of the client / with an empty shared dir',
      unit: 'ratio',
      goal: 'about 1',
      of: 'session.startWall',
      per: 'empty.startWall',
    },
    {
      id: 'exit',
      what: 'end of the client to end of pclaude, nothing to merge',
      unit: 'ms',
      goal: 'the next row and 5 ms',
      of: 'session.endWall',
    },
    { id: 'exit-node', what: 'a node process that has waited ends by `process.reallyExit`', unit: 'ms', of: 'bare.endWall' },
    {
      id: 'exit-cpu',
      what: 'end of pclaude, nothing to merge, empty shared dir, processor time / `node -e 0`',
      unit: 'ratio',
      of: 'empty.endCpu',
      per: 'node.cpu',
    },
    {
      id: 'exit-changes',
      what: `end of the client to end of pclaude, ${CHANGED} changed plans`,
      unit: 'ms',
      goal: '40 ms more',
      of: 'changes.endWall',
    },
    {
      id: 'exit-changes-cpu',
      what: `end of pclaude, ${CHANGED} changed plans, processor time / \`node -e 0\``,
      unit: 'ratio',
      of: 'changes.endCpu',
      per: 'node.cpu',
    },
    {
      id: 'memory',
      what: 'memory of a waiting pclaude / of a waiting node',
      unit: 'ratio',
      goal: 'at most 1.3',
      of: 'session.readyMemory',
      per: 'bare.readyMemory',
    },
  ],
  async open() {
    const large = await makeHome({ transcripts: 10_000, skills: 1_000, memories: 500 });
    const empty = await makeHome({ transcripts: 0, skills: 0, memories: 0 });
    return [node(empty), bare(empty), session('session', large), session('empty', empty), changes(large)];
  },
};

/** Node with nothing to do: what all ratios are relative to. */
export function node(sandbox: Sandbox): Case {
  return {
    name: 'node',
    measure: async () => time([process.execPath, '-e', '0'], { cwd: sandbox.home, env: sandbox.env() }),
    verify: ({ wall = 0 }) => expectThat(wall > 1, 'node did not start'),
  };
}

/** Node that waits for its input, and then ends in the fastest way. */
function bare(sandbox: Sandbox): Case {
  const code = `
    const { writeSync } = require('fs');
    process.stdin.once('data', () => { writeSync(1, 'end\\n'); process.reallyExit(0); });
    writeSync(1, 'start\\n');
  `;
  return {
    name: 'bare',
    measure: async () => time([process.execPath, '-e', code], { cwd: sandbox.home, env: sandbox.env(), stages: { settle: SETTLE } }),
    verify: ({ endWall = 0 }) => expectThat(endWall > 0, 'node did not end after its input'),
  };
}

/** A session in which nothing changes. */
function session(name: string, sandbox: Sandbox): Case {
  return { name, measure: async () => timeSession(sandbox, 'client', ''), verify: async () => isClosed(sandbox) };
}

/** A file that the client changes. */
function plan(at: number): string {
  return `.claude/plans/plan-${at}.md`;
}

/** A session whose client changes files in the moment before it ends. */
function changes(sandbox: Sandbox): Case {
  let round = 0;
  const body = `cd "$CLAUDE_CONFIG_DIR/plans"\nat=0\nwhile [ $at -lt ${CHANGED} ]; do echo "round $ROUND" >> plan-$at.md; at=$((at + 1)); done`;
  return {
    name: 'changes',
    async measure() {
      round++;
      for (let at = 0; at < CHANGED; at++) await sandbox.write(plan(at), `# Plan ${at}\n`);
      return timeSession(sandbox, 'changing-client', body, { ROUND: String(round) });
    },
    async verify() {
      await isClosed(sandbox);
      for (let at = 0; at < CHANGED; at++) {
        const text = await sandbox.read(plan(at));
        expectThat(text === `# Plan ${at}\nround ${round}\n`, `plan ${at} of round ${round} was not merged, it is: ${text}`);
      }
    },
  };
}

async function timeSession(sandbox: Sandbox, name: string, body: string, extra: Readonly<Record<string, string>> = {}): Promise<Reading> {
  const file = await sandbox.write(name, `#!/bin/sh\n${STAGES_BEGIN}[ -d "$CLAUDE_CONFIG_DIR/plans" ] || exit 3\n${body}\necho end\n`);
  await chmod(file, 0o755);
  const env = sandbox.env({ extra: { ...extra, PCLAUDE_CLAUDE_PATH: file, ANTHROPIC_API_KEY: 'none' } });
  return time([pclaude.file, ...pclaude.args, 'hello'], { cwd: sandbox.at('work'), env, stages: { settle: SETTLE } });
}

async function isClosed(sandbox: Sandbox): Promise<void> {
  const left = await openHomes(sandbox);
  expectThat(left.length === 0, `a session was not closed: ${left.join(', ')}`);
}

/** Makes a home with these numbers of transcripts, skills and memories of one project. */
async function makeHome(sizes: { transcripts: number; skills: number; memories: number }): Promise<Sandbox> {
  const sandbox = await createSandbox();
  const project = join('.claude', 'projects', sandbox.at('work').replaceAll(/[^a-zA-Z0-9]/g, '-'));
  await sandbox.write('work/README.md', '# Work\n');
  const projects = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`/p/${at}`, { allowedTools: [], lastCost: at }]));
  await sandbox.write('.claude.json', JSON.stringify({ numStartups: 1, projects }));
  await sandbox.write('.claude/settings.json', '{ "permissions": { "allow": ["Bash(ls:*)"] } }\n');
  await sandbox.write('.claude/plans/first.md', '# First\n');
  for (let at = 0; at < sizes.transcripts; at++) await sandbox.write(`${project}/${at}.jsonl`, '{}\n');
  for (let at = 0; at < sizes.memories; at++) await sandbox.write(`${project}/memory/note-${at}.md`, `note ${at}\n`);
  for (let at = 0; at < sizes.skills; at++) await sandbox.write(`.claude/skills/skill-${at}/SKILL.md`, `skill ${at}\n`);
  return sandbox;
}
