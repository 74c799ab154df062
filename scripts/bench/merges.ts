import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { createSandbox, type Sandbox } from '../../test/support/sandbox.js';
import { node } from './launches.js';
import { type Case, expectThat, type Part } from './part.js';
import type { Reading } from './rows.js';
import { time } from './timer.js';

const PROGRAM = fileURLToPath(new URL('merge-program.ts', import.meta.url));
const LINES = 10_000;
const EDITS = 50;
const CHANGED = 200;
const OFTEN = 20;
/** Below the packages, because the program loads one of them. */
const BUNDLE = fileURLToPath(new URL('../../node_modules/.cache/pclaude-bench/merge-program.cjs', import.meta.url));

/** What merging costs: one large file compared with git, the worst possible input, and many files at once. */
export const merges: Part = {
  title: 'Merges',
  rounds: 5,
  warmUp: 1,
  rows: [
    {
      id: 'merge-text-cpu',
      what: `${OFTEN} merges of a text of ${LINES.toLocaleString('en')} lines with ${EDITS} edits per side, processor time / \`node -e 0\``,
      unit: 'ratio',
      checked: true,
      of: 'text.endCpu',
      per: 'node.cpu',
    },
    {
      id: 'merge-text-git',
      what: 'one of them / `git merge-file`, its start included',
      unit: 'ratio',
      goal: 'at most 2',
      of: 'text.each',
      per: 'git.wall',
    },
    {
      id: 'merge-worst',
      what: '30,000 lines per side that have little in common',
      unit: 'ms',
      goal: 'about 1,000, then both versions are kept',
      of: 'worst.actWall',
    },
    {
      id: 'merge-json',
      what: 'a JSON file of 10 MB: a project, a counter and a key per side, processor time',
      unit: 'ms',
      goal: 'at most 1,000',
      of: 'json.endCpu',
    },
    {
      id: 'merge-json-cpu',
      what: 'the same / `node -e 0`',
      unit: 'ratio',
      checked: true,
      of: 'json.endCpu',
      per: 'node.cpu',
    },
    {
      id: 'sync-200',
      what: `${CHANGED} changed files of ${CHANGED} in one sync`,
      unit: 'ms',
      goal: 'at most 100',
      of: 'all.actWall',
    },
    {
      id: 'sync-200-cpu',
      what: 'the same, processor time / `node -e 0`',
      unit: 'ratio',
      of: 'all.endCpu',
      per: 'node.cpu',
    },
    {
      id: 'sync-2000',
      what: `${CHANGED} changed files of ${(10 * CHANGED).toLocaleString('en')} in a folder that is copied`,
      unit: 'ms',
      of: 'some.actWall',
    },
  ],
  async open() {
    await bundle();
    const sandbox = await createSandbox();
    const text = [0, 1, 2].map((side) => version(side));
    const git = await gitMerge(sandbox, text);
    return [
      node(sandbox),
      git.case,
      await fileMerge(sandbox, 'text', 'note.md', text, OFTEN, (result) =>
        expectThat(result === git.result, 'git merges the text differently'),
      ),
      await fileMerge(sandbox, 'worst', 'noise.md', [noise(1), noise(2), noise(3)], 1, (result) =>
        expectThat(result === noise(2), 'the version of the session was not kept'),
      ),
      await fileMerge(sandbox, 'json', '.claude.json', [projects(0), projects(1), projects(2)], 1, verifyJson),
      folderSync(sandbox, 'all', CHANGED),
      folderSync(sandbox, 'some', 10 * CHANGED),
    ];
  },
};

/** Git's merge of these versions (base, ours, theirs), and its result. */
async function gitMerge(sandbox: Sandbox, versions: readonly string[]): Promise<{ readonly case: Case; readonly result: string }> {
  const paths: string[] = [];
  for (const [at, name] of ['base', 'ours', 'theirs'].entries()) paths.push(await sandbox.write(`git/${name}`, versions[at] ?? ''));
  const [base = '', ours = '', theirs = ''] = paths;
  const command = ['merge-file', '-p', '-q', theirs, base, ours];
  const { status, stdout } = spawnSync('git', command, { encoding: 'utf8', maxBuffer: 1 << 26 });
  expectThat(status === 0, `git merge-file exited with ${status}`);
  return {
    result: stdout,
    case: {
      name: 'git',
      measure: async () => time(['git', ...command], { cwd: sandbox.home, env: sandbox.env() }),
      verify: () => expectThat(stdout.includes('changed by 1') && stdout.includes('changed by 2'), 'git merged nothing'),
    },
  };
}

/** Merges a file in a process of its own, so many times. */
async function fileMerge(
  sandbox: Sandbox,
  name: string,
  file: string,
  versions: readonly string[],
  times: number,
  verify: (result: string) => void,
): Promise<Case> {
  for (const [at, side] of ['base', 'ours', 'theirs'].entries()) await sandbox.write(`${name}/${side}`, versions[at] ?? '');
  return {
    name,
    async measure() {
      await sandbox.write(`${name}/result`, '');
      const reading = await runProgram(sandbox, [file, sandbox.at(name), String(times)]);
      return { ...reading, each: (reading['actWall'] ?? Number.NaN) / times };
    },
    verify: async () => verify(await sandbox.read(`${name}/result`)),
  };
}

/** A file in a folder that is copied into the session. */
function path(at: number): string {
  return `agent-memory/notes/${at}.md`;
}

/** The last sync of a session with a folder of notes, of which both the session and another writer have changed some. */
function folderSync(sandbox: Sandbox, name: string, count: number): Case {
  let place = '';
  let round = 0;
  return {
    name,
    async measure() {
      place = `${name}-${++round}`;
      for (let at = 0; at < count; at++) await sandbox.write(join(place, 'shared', path(at)), note(at));
      for (const [side, from, to] of [
        ['ours', 'first', 'first, by the session'],
        ['theirs', 'third', 'third, by another writer'],
      ] as const) {
        const changed = Array.from({ length: CHANGED }, (_, at) => [path(at), note(at).replace(from, to)]);
        await sandbox.write(join(place, `${side}.json`), JSON.stringify(Object.fromEntries(changed)));
      }
      spawnSync('sync'); // else the disk is still busy with these files
      return runProgram(sandbox, ['sync', sandbox.at(place)]);
    },
    async verify() {
      for (let at = 0; at < count; at++) {
        const both = note(at).replace('first', 'first, by the session').replace('third', 'third, by another writer');
        const is = await sandbox.read(join(place, 'shared', path(at)));
        expectThat(is === (at < CHANGED ? both : note(at)), `note ${at} is ${JSON.stringify(is)}`);
      }
    },
  };
}

/** Makes one file of the program, so that its start takes little. */
async function bundle(): Promise<void> {
  await build({
    entryPoints: [PROGRAM],
    outfile: BUNDLE,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    mainFields: ['module', 'main'],
    external: ['fs-native-extensions'],
    define: { 'import.meta.url': '__filename' },
    logLevel: 'warning',
  });
}

async function runProgram(sandbox: Sandbox, args: readonly string[]): Promise<Reading> {
  return time([process.execPath, BUNDLE, ...args], { cwd: sandbox.home, env: sandbox.env(), stages: { settle: 0 } });
}

/** A note of many lines; each side (1, 2) has edits of its own. */
function version(side: number): string {
  const step = LINES / EDITS;
  return Array.from({ length: LINES }, (_, at) =>
    side > 0 && at % step === side * 7 ? `line ${at}, changed by ${side}\n` : `line ${at} of a long note\n`,
  ).join('');
}

/** Lines that have no order in common: the same few words, shuffled differently on each side. */
function noise(seed: number): string {
  let state = seed;
  return Array.from({ length: 30_000 }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return `word ${state % 5000}\n`;
  }).join('');
}

/** A state file with thousands of projects; each side (1, 2) has changed one, has increased a counter, and has a key of its own. */
function projects(side: number): string {
  return JSON.stringify(
    {
      numStartups: 10 + side,
      projects: Object.fromEntries(Array.from({ length: 4_200 }, (_, at) => project(side, at))),
      ...(side > 0 && { [`key${side}`]: side }),
    },
    null,
    2,
  );
}

function project(side: number, at: number): readonly [string, object] {
  return [
    `/home/me/projects/${at}`,
    { allowedTools: [], mcpServers: {}, history: [{ display: 'x'.repeat(2_200) }], lastCost: side > 0 && at === side * 700 ? side : 0 },
  ];
}

function verifyJson(result: string): void {
  const { numStartups, key1, key2, projects: all } = JSON.parse(result);
  const costs = [700, 1_400].map((at) => all[`/home/me/projects/${at}`].lastCost);
  const found = JSON.stringify([numStartups, key1, key2, ...costs]);
  expectThat(found === '[13,1,2,1,2]', `the counter, the keys and the costs are ${found}`);
}

function note(at: number): string {
  return `# Note ${at}\n\nfirst\n\nsecond\n\nthird\n`;
}
