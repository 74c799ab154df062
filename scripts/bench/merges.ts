import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadLayout } from '../../src/config/layout.js';
import { driverFor } from '../../src/merge/driver-for.js';
import { merge } from '../../src/merge/merge.js';
import { createSession } from '../../src/session/create.js';
import type { Manifest } from '../../src/session/manifest.js';
import { sessionPaths } from '../../src/session/paths.js';
import { closeSession } from '../../src/sync/close/close.js';
import { realFiles } from '../../src/system/files/real-files.js';
import { heading, median, repeat, row, timed } from './measure.js';

const LINES = 10_000;
const EDITS = 50;
const CHANGED = 200;
const text = { kind: 'text', stamps: [] } as const;

/** Measures what merging costs: one large file compared with git, the worst possible input, and many files at once. */
export async function benchMerges(): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'pclaude-bench-'));
  try {
    heading('merging');
    const [base, ours, theirs] = [version(0), version(1), version(2)];
    const files = ['theirs', 'base', 'ours'].map((name) => join(root, name));
    await Promise.all([theirs, base, ours].map(async (content, at) => writeFile(files[at] ?? '', content)));
    const rounds = await repeat(async () => ({
      git: await timed(() => spawnSync('git', ['merge-file', '-p', '-q', ...files])),
      merge: await timed(() => merge({ base: bytes(base), ours: bytes(ours), theirs: bytes(theirs) }, text)),
    }));
    const [git, own] = [median(rounds.map((round) => round.git)), median(rounds.map((round) => round.merge))];
    row(
      `${LINES.toLocaleString('en')} lines, ${EDITS} edits a side / git merge-file`,
      (own / git).toFixed(2),
      `at most 2 (git takes ${git.toFixed(1)} ms)`,
    );
    const worst = await timed(() => merge({ base: bytes(noise(1)), ours: bytes(noise(2)), theirs: bytes(noise(3)) }, text));
    row('30,000 lines a side that have little in common', `${worst.toFixed(0)} ms`, 'at most about 1,000 ms');
    const large = [0, 1, 2].map((side) => bytes(projects(side)));
    const json = await repeat(() => jsonTime(large), 5);
    row(
      `JSON of ${((large[0]?.length ?? 0) / 1e6).toFixed(0)} MB, a project, a counter and a key a side`,
      `${median(json).toFixed(0)} ms`,
      'at most 1,000 ms of processor time',
    );
    for (const memories of [CHANGED, 10 * CHANGED]) {
      const syncs = await repeat(async () => manyFiles(root, memories), 10);
      row(`${CHANGED} changed of ${memories.toLocaleString('en')} files in one sync`, `${median(syncs).toFixed(0)} ms`, 'at most 100 ms');
    }
  } finally {
    await rm(root, { recursive: true, force: true });
  }
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

function bytes(content: string): Uint8Array {
  return new TextEncoder().encode(content);
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

/** The processor time, in milliseconds, of choosing a driver and merging. */
function jsonTime([base = new Uint8Array(), ours = base, theirs = base]: readonly Uint8Array[]): number {
  const start = process.cpuUsage();
  const { outcome } = merge({ base, ours, theirs }, driverFor(loadLayout({}).drivers, '.claude.json', base, ours, theirs));
  const { user, system } = process.cpuUsage(start);
  if (outcome !== 'write') throw new Error(`a large JSON file was not merged: ${outcome}`);
  return (user + system) / 1000;
}

let sessions = 0;

/** The time of a sync of a session with a folder of notes, of which both the session and another writer have changed some. */
async function manyFiles(root: string, count: number): Promise<number> {
  const place = join(root, `many-${sessions++}`);
  const shared = { dir: join(place, 'shared'), stateFile: join(place, 'shared', '.claude.json'), userValue: join(place, 'shared') };
  const notes = join(shared.dir, 'agent-memory', 'notes');
  await mkdir(notes, { recursive: true });
  await Promise.all(Array.from({ length: count }, async (_, at) => writeFile(join(notes, `${at}.md`), note(at))));
  const [stateDir, id, layout] = [join(place, 'state'), 'one', loadLayout({})];
  const paths = sessionPaths(stateDir, id);
  const manifest: Manifest = {
    version: 1,
    id,
    pid: process.pid,
    startedAt: 0,
    cwd: place,
    branch: 'main',
    repository: null,
    slot: null,
    shared,
    memoryFolder: null,
    sync: 'continuous',
    state: { name: 'open' },
  };
  createSession({ stateDir, paths, manifest, layout, settings: {} }).release();
  await change(join(paths.home, 'agent-memory', 'notes'), 'first', 'first, by the session');
  await change(notes, 'third', 'third, by somebody else');
  spawnSync('sync');
  return timed(async () => closeSession(realFiles, { stateDir, paths, manifest, layout }, { isInUse: false }));
}

function note(at: number): string {
  return `# Note ${at}\n\nfirst\n\nsecond\n\nthird\n`;
}

async function change(folder: string, from: string, to: string): Promise<void> {
  await Promise.all(Array.from({ length: CHANGED }, async (_, at) => writeFile(join(folder, `${at}.md`), note(at).replace(from, to))));
}
